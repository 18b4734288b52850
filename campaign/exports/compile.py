"""Typesetting from the outside: a fresh folder and a child process with limits for every PDF."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.storage import part
from config import ROOT

TEMPLATES = ROOT / "templates" / "exports"
CHILD = Path(__file__).with_name("typeset.py")
SECONDS = 120
# Address space, not memory in use: fonts and stacks of threads are counted too.
ADDRESS_SPACE = 2 * 2**30
# One heap for all threads: glibc would keep one for each, a tenth more memory for a volume. Nothing else is handed on.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
SMALL_MACHINE = 1.5 * 2**30


class TypesettingFailed(Exception):
    """A PDF could not be made; the message names the file, the reason, the time and the limit."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One PDF to make. `data` is called when its turn comes, so that no more than two lie in memory.

    `files` go into its folder; so do `pictures`, but where one of them cannot be printed, the sheet is made without.
    """

    template: str
    output: Path
    time: datetime
    fonts: tuple[Path, ...]
    data: Callable[[], Mapping[str, Any]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Typeset:
    """A PDF that was made."""

    output: Path
    pages: int
    seconds: float
    peak_kb: int
    without_pictures: bool = False


def processes() -> int:
    """How many typesetters may run at a time on this machine: two, or one where memory is short."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 1 if memory < SMALL_MACHINE else 2


def typeset(sheets: Iterable[Sheet]) -> Iterator[Typeset]:
    """Make every sheet and answer them in their order; each is tried twice. Raises TypesettingFailed."""
    with ThreadPoolExecutor(processes()) as pool:
        futures = [pool.submit(_twice, sheet) for sheet in sheets]
        try:
            for future in futures:
                yield future.result()
        finally:
            # Of use only where one failed, or somebody stopped asking: what has not begun shall not begin.
            pool.shutdown(cancel_futures=True)


def _twice(sheet: Sheet) -> Typeset:
    try:
        return _once(sheet)
    except TypesettingFailed:
        return replace(_once(replace(sheet, pictures={})), without_pictures=bool(sheet.pictures))


def _once(sheet: Sheet) -> Typeset:
    folder = Path(tempfile.mkdtemp(prefix="typeset-"))
    try:
        _prepare(folder, sheet)
        answer = _run(folder, sheet.output.name)
        with part(sheet.output) as unfinished:
            shutil.copyfile(folder / "out.pdf", unfinished)
        return Typeset(output=sheet.output, **answer)
    finally:
        shutil.rmtree(folder)


def _prepare(folder: Path, sheet: Sheet) -> None:
    """The folder holds what this job needs and nothing else: the typesetter follows links inside its root."""
    for template in TEMPLATES.glob("*.typ"):
        shutil.copyfile(template, folder / template.name)
    for name, content in sheet.files.items():
        (folder / name).write_bytes(content)
    for name, path in sheet.pictures.items():
        shutil.copyfile(path, folder / name)
    with (folder / "data.json").open("w", encoding="utf-8") as file:
        json.dump({**sheet.data(), "pictures": sorted(sheet.pictures)}, file, ensure_ascii=False)
    job = {
        "template": sheet.template,
        "fonts": [str(path) for path in sheet.fonts],
        "timestamp": int(sheet.time.timestamp()),
        "memory": ADDRESS_SPACE,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")


def _run(folder: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-I", str(CHILD), str(folder)]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False, env=ENVIRONMENT
        )
    except subprocess.TimeoutExpired as error:
        raise TypesettingFailed(f"{name}: not done after {SECONDS} s") from error
    if done.returncode:
        reason = done.stderr.strip() or f"the typesetter ended with {done.returncode}"
        raise TypesettingFailed(f"{name}: {reason} (limit {ADDRESS_SPACE // 2**20} MB)")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
