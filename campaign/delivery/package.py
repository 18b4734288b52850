"""The package of an edition: manifest, leaves, seals, checksums, the checker, and all of it in one zip.

Everything here follows from the files and from what was frozen: made twice, every file has the same bytes.
"""

from __future__ import annotations

import importlib.util
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.delivery import seals
from campaign.exports import snapshot
from campaign.exports.files import SUMS, add_file, digest, write_json
from campaign.exports.source import LetterText, Statement
from campaign.lib import merkle
from campaign.lib.clock import rfc3339
from campaign.storage import part
from config import ROOT

MANIFEST = "manifest.json"
RAW_SEAL, SSH_SEAL = f"{MANIFEST}.sig", f"{MANIFEST}.sshsig"
LEAVES, README, CHECKER, ZIP = "leaves.txt", "README.txt", "verify.py", "package.zip"
SIGNERS, KEY = "allowed_signers", "seal.pem"
TEMPLATES = ROOT / "templates" / "exports"
FORMAT = 1
# So much of each leaf stands in the package: it names the line that differs, the root is what proves.
LEAF_DIGITS = 8


def complete(
    folder: Path,
    statement: Statement,
    text: LetterText,
    facts: Mapping[str, Any],
    key: Ed25519PrivateKey | None,
) -> list[dict[str, Any]]:
    """Puts everything else beside the files of the formats; answers name, size and SHA-256 of each, the zip's last.

    `facts` are what the manifest says beyond the statement: the counts of each version, how many were removed and
    how many texts were printed otherwise than stored.
    """
    # What a try that died has written would be named in the manifest, the old manifest itself included.
    for name in (MANIFEST, RAW_SEAL, SSH_SEAL, SUMS, ZIP):
        (folder / name).unlink(missing_ok=True)
    _write_leaves(folder)
    shutil.copyfile(TEMPLATES / CHECKER, folder / CHECKER)
    if key is not None:
        public = seals.public_key(key)
        _write(folder / SIGNERS, seals.allowed_signers(public).encode())
        _write(folder / KEY, public.pem)
    _write(folder / README, readme(statement, text, key is not None).encode())
    write_json(folder / MANIFEST, manifest(statement, text, facts, listed(folder), key))
    if key is not None:
        sealed = (folder / MANIFEST).read_bytes()
        _write(folder / RAW_SEAL, key.sign(sealed))
        _write(folder / SSH_SEAL, seals.ssh_signature(key, sealed).encode())
    _write(folder / SUMS, "".join(f"{file['sha256']}  {file['name']}\n" for file in listed(folder)).encode())
    check(folder)
    _zip(folder, statement.time)
    return [*listed(folder, without=()), *listed(folder, only=ZIP)]


class BadPackage(Exception):
    """The checker does not find a package good that was just built."""


def check(folder: Path) -> None:
    """Runs the checker over a package before anybody is handed it. Raises BadPackage with what it said."""
    code, said = checker().check(folder)
    if code:
        raise BadPackage("; ".join(said[:3]))


def checker() -> ModuleType:
    """The checker that is put into every package."""
    spec = importlib.util.spec_from_file_location("undersigned_verify", TEMPLATES / CHECKER)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(TEMPLATES / CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(folder: Path, without: Sequence[str] = (SUMS,), only: str = "") -> list[dict[str, Any]]:
    """Name, size and SHA-256 of the files of a package, by name; the zip of all of them only where it is asked for."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".part")
    wanted = [path for path in paths if (path.name == only if only else path.name not in (*without, ZIP))]
    return [{"name": path.name, "size": path.stat().st_size, "sha256": digest(path)} for path in wanted]


def manifest(
    statement: Statement,
    text: LetterText,
    facts: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    key: Ed25519PrivateKey | None,
) -> dict[str, Any]:
    """What the seal is over: counts, digest and root of the edition, and each file with its SHA-256."""
    public = seals.public_key(key) if key is not None else None
    return {
        "format": FORMAT,
        "letter": text.slug,
        "title": text.title,
        "version": statement.version,
        "edition": statement.edition,
        "time": rfc3339(statement.time),
        "dated_on": text.dated_on.isoformat() if text.dated_on else None,
        "place": text.place,
        "citation": statement.citation,
        "counts": statement.counts.as_data(),
        "named": statement.named,
        "withheld": statement.withheld,
        "lines": statement.named + statement.withheld + facts["removed"],
        **facts,
        "list_digest": statement.list_digest,
        "root": statement.root,
        "check_at": statement.check_at,
        "files": list(files),
        "templates": templates_digest(),
        "tools": dict(sorted(statement.tools.items())),
        "seal": {"algorithm": "Ed25519", "public_key": public.line, "fingerprint": public.fingerprint}
        if public
        else None,
    }


def templates_digest() -> str:
    """The SHA-256 of what every file is set with."""
    found = sha256()
    for path in sorted(path for path in TEMPLATES.iterdir() if path.is_file()):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def readme(statement: Statement, text: LetterText, is_sealed: bool) -> str:
    """What this is, and how to check it; in English, as the checker speaks."""
    seal = (
        f"The seal in {SSH_SEAL} and {RAW_SEAL} is the operator's. The key beside it proves nothing by itself:\n"
        "compare its fingerprint with the one on the page above.\n"
        if is_sealed
        else "This edition has no seal. Compare its root with the one on the page above.\n"
    )
    return (
        f"{text.title}\n\n{statement.citation}\n\n"
        f"This is edition {statement.edition} of an open letter with its list of signatories, as it was frozen.\n"
        f"Its page: {statement.check_at}\n\n"
        "How to check it, with Python 3.11 or later and nothing else:\n\n"
        f"    python3 {CHECKER}\n"
        f"    python3 {CHECKER} --receipt my-receipt.json\n"
        f"    sha256sum -c {SUMS}\n\n"
        "The first counts the lines again, computes the Merkle root from them (RFC 9162) and compares all files with\n"
        "the manifest. The second proves that the owner of a receipt is in the list. Receipts are on the page that\n"
        f"every signatory has a link to.\n\n{seal}\n"
        f"Every line of {snapshot.FILE_NAME} is one signature; withheld ones are people who keep their name private.\n"
        "Signatures of employees are one number in the manifest and have no line. In signatories.csv a cell that a\n"
        "spreadsheet would run as a formula begins with an apostrophe that is not part of the text.\n"
    )


def _write_leaves(folder: Path) -> None:
    """The beginning of each line's leaf, by which a line that differs is found."""
    with part(folder / LEAVES) as unfinished, unfinished.open("w", encoding="ascii") as file:
        for text, record in snapshot.lines(folder / snapshot.FILE_NAME):
            leaf = record.get("leaf") or merkle.leaf_hash(text).hex()
            file.write(f"{leaf[:LEAF_DIGITS]}\n")


def _write(path: Path, data: bytes) -> None:
    with part(path) as unfinished:
        unfinished.write_bytes(data)


def _zip(folder: Path, time: datetime) -> None:
    """One archive of all files, in the order of their names, with the time of the snapshot and the same modes."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix != ".part")
    with part(folder / ZIP) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        for name in names:
            add_file(archive, folder / name, time)
