"""What paper can carry beyond letter and list: a source in full dress, and pictures made of bytes."""

import base64
import struct
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from campaign.exports.source import Correction, Earlier, Facts, Source
from campaign.lib import markup
from campaign.lib.difference import compare
from tests.exports import worlds

ROOT = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
CHECK_AT = "https://letters.example/letters/rekognition-2018-coalition/editions/2"
CITING = worlds.BODY.replace("documents 1\n    and 2 of the annex", "evidence 1 and\n    evidence 2")
OLD = ["Stop selling face recognition", "Dear Mr. Bezos,", "1. stop it everywhere;", "2. publish the contracts."]
NEW = ["Stop selling face recognition to governments", "Dear Mr. Bezos,", "1. stop it at once;"]
DRESS: dict[str, Any] = {
    "letterhead": ("Access Commons", "125 Broad Street", "New York, NY 10004"),
    "body": markup.parse(CITING),
    "corrections": (Correction(day=date(2018, 6, 3), reason="300,000 photographs, not 30,000"),),
}


def dressed(folder: Path, named: list[dict[str, Any]], **changes: Any) -> Source:
    """A sealed edition with a letterhead, a correction, methods, and evidence that footnotes cite."""
    source = worlds.world(folder, named, **(DRESS | changes))
    statement = replace(source.statement, root=ROOT, check_at=CHECK_AT)
    facts = Facts(texts={1: len(named)}, confirmed={"mailbox": 1_204, "work_domain": 41})
    return replace(source, statement=statement, facts=facts)


def with_earlier(source: Source, count: int) -> Source:
    """The same, with the people on an earlier text: annex A."""
    sections = tuple(
        replace(section, annex="A") if section.kind == "person" else section for section in source.sections
    )
    annex = Earlier(annex="A", version=1, dated_on=date(2018, 5, 22), changes=tuple(compare(OLD, NEW)), count=count)
    return replace(source, sections=sections, earlier=(annex,))


def png(width: int, height: int) -> bytes:
    """A grey picture of this size."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


JPEG = """
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqm
x5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIABAD
ASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKB
kaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZ
mqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQF
BgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5
OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX
2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDJooorpMD/2Q==
"""


def jpeg() -> bytes:
    """A blue picture of 16 by 8 pixels."""
    return base64.b64decode(JPEG)


def with_logos(source: Source, folder: Path, *contents: bytes) -> Source:
    """The same, with these files as the logos of its first lines."""
    pictures = {}
    for number, content in enumerate(contents, 1):
        pictures[number] = folder / f"logo-{number}"
        pictures[number].write_bytes(content)
    return replace(source, pictures=pictures)
