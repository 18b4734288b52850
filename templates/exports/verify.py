"""Checks a delivered letter: sums of the files, lines of the list, leaves, root, receipt, seal.

Needs Python 3.11 and nothing else, asks no network and writes nothing.
Use: python3 verify.py [FOLDER] [--receipt FILE]     Exit: 0 good, 1 something differs, 2 wrong use.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

LIST, MANIFEST, SUMS, LEAVES = "signatories.ndjson", "manifest.json", "SHA256SUMS", "leaves.txt"
SSH = ("ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "undersigned", "-n", "undersigned")
SSH_SEAL = ("-s", "manifest.json.sshsig")
SSL = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "seal.pem", "-rawin", "-in", MANIFEST)
SSL_SEAL = ("-sigfile", "manifest.json.sig")
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


def leaf_of(line: bytes) -> bytes:
    """RFC 9162 section 2.1: the hash of a line."""
    return hashlib.sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    """RFC 9162 section 2.1: the hash of two nodes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> str:
    """The root, level by level: a last node without a neighbour goes up as it is."""
    while len(leaves) > 1:
        pairs = [node(left, right) for left, right in zip(leaves[::2], leaves[1::2], strict=False)]
        leaves = [*pairs, leaves[-1]] if len(leaves) % 2 else pairs
    return leaves[0].hex() if leaves else hashlib.sha256(b"").hexdigest()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, manifest: dict) -> list[str]:
    """Every file named in SHA256SUMS, and in the sealed manifest, is there and has its sum."""
    rows = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = [(name, sha256, SUMS) for sha256, _, name in (row.partition("  ") for row in rows)]
    named = {name for name, _, _ in sums}
    sums += [(file["name"], file["sha256"], MANIFEST) for file in manifest["files"]]
    wrong = [f"{SUMS}: does not name {name}" for name in (LIST, MANIFEST, LEAVES) if name not in named]
    for name, sha256, where in sums:
        if Path(name).name != name or not (folder / name).is_file():
            wrong.append(f"{name}: is missing")
        elif digest(folder / name) != sha256:
            wrong.append(f"{name}: differs from the sum in {where}")
    return wrong


def check_list(folder: Path, manifest: dict) -> tuple[list[str], int]:
    """Number and order of the lines, their leaves and the root; and how many lines are blanked."""
    wrong, leaves, blanked = [], [], 0
    known = (folder / LEAVES).read_text(encoding="ascii").split()
    with (folder / LIST).open("rb") as lines:
        for number, text in enumerate(lines, 1):
            try:
                record = json.loads(text)
                seq = record.get("public", record)["seq"]
                leaf = bytes.fromhex(record["leaf"]) if "leaf" in record else leaf_of(text.rstrip(b"\n"))
            except UNREADABLE:
                wrong.append(f"{LIST}: line {number} cannot be read")
                continue
            blanked += "leaf" in record
            leaves.append(leaf)
            if seq != number:
                wrong.append(f"{LIST}: line {number} says it is line {seq}")
            elif number > len(known) or not leaf.hex().startswith(known[number - 1]):
                wrong.append(f"{LIST}: line {number} differs from what was frozen")
    if len(leaves) != manifest["lines"]:
        wrong.append(f"{LIST}: has {len(leaves)} readable lines, and {manifest['lines']} were frozen")
    if root_of(leaves) != manifest["root"]:
        wrong.append(f"{LIST}: its lines do not lead to the root of the edition")
    if blanked != manifest["removed"]:
        wrong.append(f"{LIST}: {blanked} lines are blanked, and {manifest['removed']} should be")
    elif not blanked and digest(folder / LIST) != manifest["list_digest"]:
        wrong.append(f"{LIST}: differs from the digest of the list")
    counts = manifest["counts"]
    if manifest["lines"] != counts["organizations"] + counts["people"] + counts["imported"]:
        wrong.append(f"{MANIFEST}: its counts are not those of the lines")
    return wrong, blanked


def check_receipt(receipt: dict, manifest: dict) -> list[str]:
    """The record of a receipt leads to the root of this edition (RFC 9162 section 2.1.3.2)."""
    text = json.dumps(receipt["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found, path = leaf_of(text.encode()), [bytes.fromhex(step) for step in receipt["path"]]
    index, last = receipt["index"], receipt["size"] - 1
    if not 0 <= index <= last or receipt["size"] != manifest["lines"]:
        return ["receipt: is of a list of another size"]
    while last and path:
        if index & 1 or index < last:
            found = node(path.pop(0), found) if index & 1 else node(found, path.pop(0))
        index, last = index >> 1, last >> 1
    is_good = not last and not path and found.hex() == manifest["root"]
    return [] if is_good else ["receipt: does not lead to the root of this edition"]


def check_seal(folder: Path, manifest: dict) -> tuple[list[str], str]:
    """The signature over the manifest, with whichever of ssh-keygen and openssl is here."""
    if not manifest["seal"]:
        return [], "This edition has no seal."
    command = next((way for way in ((*SSH, *SSH_SEAL), (*SSL, *SSL_SEAL)) if shutil.which(way[0])), None)
    if command is None:
        return [], "The seal was not checked: neither ssh-keygen nor openssl is here."
    with (folder / MANIFEST).open("rb") as text:
        done = subprocess.run(command, cwd=folder, stdin=text, capture_output=True, check=False)
    if done.returncode:
        return [f"{MANIFEST}: its seal does not hold"], ""
    return [], f"The seal holds. Compare its key with that page: {manifest['seal']['fingerprint']}"


def check(folder: Path, receipt: Path | None = None) -> tuple[int, list[str]]:
    """The exit code and what to say: 0 all is good, 1 something differs, 2 this is no delivered letter."""
    if not (folder / MANIFEST).is_file() or not (folder / SUMS).is_file():
        return 2, [f"There is no delivered letter in {folder}: {MANIFEST} or {SUMS} is missing."]
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        wrong = check_files(folder, manifest)
        found, blanked = check_list(folder, manifest)
        bad_seal, said = check_seal(folder, manifest)
        wrong += found + bad_seal + (check_receipt(json.loads(receipt.read_bytes()), manifest) if receipt else [])
        proven = ["The receipt proves that its record is in this list."] if receipt and not wrong else []
        told = [f"Good: {manifest['citation']}"] if not wrong else list(dict.fromkeys(wrong))
        told += [f"{manifest['lines']} lines, {blanked} of them blanked; {manifest['counts']['employees']} employees"]
        return min(len(wrong), 1), [*told, *proven, f"Root {manifest['root']}", manifest["check_at"], said]
    except UNREADABLE as problem:
        return 1, [f"This cannot be read as a delivered letter: {type(problem).__name__}: {problem}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--receipt", type=Path, metavar="FILE")
    given = parser.parse_args()
    code, lines = check(given.folder, given.receipt)
    sys.stdout.write("\n".join(line for line in lines if line) + "\n")
    sys.exit(code)
