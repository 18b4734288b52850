"""Fetches the fonts that vendor/fonts.toml names, checks every hash, and lays them where the typesetter reads them.

    python vendor/fonts.py           fetch what is missing or differs
    python vendor/fonts.py --pin     write the hashes of what was fetched into fonts.toml (after changing a version)

Packages come through the npm client and whatever registry it is set to. A file that a package carries only as WOFF is
unpacked to TrueType; its hash is of what is shipped.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "vendor" / "fonts.toml"
FONTS = ROOT / "campaign" / "exports" / "fonts"


def main() -> None:
    pin = "--pin" in sys.argv[1:]
    text = LIST.read_text(encoding="utf-8")
    for package in tomllib.loads(text)["package"]:
        if not pin and all(digest(FONTS / file["to"]) == file["sha256"] for file in package["files"]):
            continue
        with tempfile.TemporaryDirectory() as folder:
            archive = packed(package, Path(folder))
            print(f"{package['name']} {package['version']}")
            if pin:
                text = text.replace(package["integrity"], integrity(archive)) if package["integrity"] else text
            elif integrity(archive) != package["integrity"]:
                sys.exit(f"{package['name']}: the package is not the one that was checked")
            text = unpack(package, archive, text, pin)
    if pin:
        LIST.write_text(text, encoding="utf-8")


def packed(package: dict[str, Any], folder: Path) -> Path:
    name = f"{package['name']}@{package['version']}"
    subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def integrity(archive: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def unpack(package: dict[str, Any], archive: Path, text: str, pin: bool) -> str:
    """Write the named files; with ``pin``, answer ``text`` with their hashes put in."""
    with tarfile.open(archive) as tar:
        for file in package["files"]:
            member = tar.extractfile(f"package/{file['from']}")
            if member is None:
                sys.exit(f"{package['name']} has no {file['from']}")
            target = FONTS / file["to"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(as_truetype(member.read(), file["from"]))
            if pin:
                text = text.replace(
                    f'to = "{file["to"]}", sha256 = "{file["sha256"]}"',
                    f'to = "{file["to"]}", sha256 = "{digest(target)}"',
                )
            elif digest(target) != file["sha256"]:
                sys.exit(f"{file['to']}: the file is not the one that was checked")
    return text


def as_truetype(data: bytes, name: str) -> bytes:
    if not name.endswith(".woff"):
        return data
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    out = BytesIO()
    font.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
