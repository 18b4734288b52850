"""JSON: the statement and the list in one document, and the snapshot itself beside it; text is unaltered."""

import json
import shutil
from pathlib import Path

from campaign.exports import snapshot
from campaign.exports.files import about
from campaign.exports.lines import BATCH
from campaign.exports.report import Report
from campaign.exports.source import Source
from campaign.storage import part

NAME = "signatories.json"


def write(source: Source, folder: Path, report: Report) -> list[str]:
    """Write `signatories.json` as `{"about", "signatories": []}` in the order asked for, and the snapshot as it is.

    In the document a record of an edition stands without its seal.
    """
    statement = json.dumps(about(source.statement, source.letter.slug), ensure_ascii=False, indent=2)
    with part(folder / NAME) as path, path.open("wb") as file:
        file.write(f'{{"about": {statement},\n"signatories": ['.encode())
        for done, line in enumerate(snapshot.unsealed(source.snapshot), 1):
            file.write(b"\n" if done == 1 else b",\n")
            file.write(line)
            if done % BATCH == 0:
                report.progress(done)
        file.write(b"\n]}\n")
    with part(folder / snapshot.FILE_NAME) as path:
        shutil.copyfile(source.original or source.snapshot, path)
    return [NAME, snapshot.FILE_NAME]
