"""Make the web fonts in static/fonts/, and the worker in static/vendor/, from the packages named in package.json.

Run by hand, when the version changes: `python vendor/web/fetch.py` needs npm, and
fonttools with brotli in the Python that runs it. Users of the product never need it,
because its results are committed. It stops when the package is not the one whose
SHA-256 is written down, and prints the SHA-256 of each file it made.
"""

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent.parent / "static" / "fonts"
VENDOR = FONTS.parent / "vendor"
PACKAGE, PROOF = "@fontsource-variable/source-serif-4", "altcha"
# The pages use weights 400 (text) to 700 (strong); the rest of the axis is dead weight.
WEIGHTS = (400, 700)
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "pnum", "tnum"]
# Latin Extended-A, the Romanian comma letters and capital sharp s: names of Europe and Turkey.
EXTENDED = [*range(0x100, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E]


def fetch(folder: Path, package: str, version: str, expected: str) -> Path:
    """Pack the named version into `folder` and return the archive; exit when it is another one."""
    answer = subprocess.run(
        ["npm", "pack", "--json", f"{package}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / json.loads(answer.stdout)[0]["filename"]
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != expected:
        sys.exit(f"{package}@{version} has SHA-256 {found}, package.json says {expected}")
    return archive


def make_font(source: bytes, codepoints: list[int] | None) -> bytes:
    """Return the woff2 with the weight axis cut to WEIGHTS; all characters when none are named."""
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    # The subsetter cannot read the variations the instancer left in memory, so write them once.
    font.flavor = None
    plain = io.BytesIO()
    font.save(plain)
    font = TTFont(io.BytesIO(plain.getvalue()), recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codepoints or list(font.getBestCmap()))
    subsetter.subset(font)
    font.flavor = "woff2"
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def main() -> None:
    """Fetch, check, cut, write, and print what was made."""
    pinned = json.loads((HERE / "package.json").read_text())
    with tempfile.TemporaryDirectory() as name:
        archive, proof = (
            fetch(Path(name), package, pinned["dependencies"][package], pinned["sha256"][package])
            for package in (PACKAGE, PROOF)
        )
        with tarfile.open(proof) as packed:
            read = {m.name: packed.extractfile(m) for m in packed if m.isfile()}
            VENDOR.mkdir(parents=True, exist_ok=True)
            (VENDOR / "altcha-pbkdf2.js").write_bytes(read["package/dist/workers/pbkdf2.js"].read())
            (VENDOR / "altcha-LICENSE.txt").write_bytes(read["package/LICENSE.txt"].read())
        with tarfile.open(archive) as packed:
            read = {m.name: packed.extractfile(m) for m in packed if m.isfile()}
            base = "package/files/source-serif-4"
            latin = read[f"{base}-latin-wght-normal.woff2"].read()
            extended = read[f"{base}-latin-ext-wght-normal.woff2"].read()
            licence = read["package/LICENSE"].read()
    FONTS.mkdir(parents=True, exist_ok=True)
    files = {
        "source-serif-4-latin.woff2": make_font(latin, None),
        "source-serif-4-latin-ext.woff2": make_font(extended, EXTENDED),
        "OFL.txt": licence,
    }
    for filename, content in files.items():
        (FONTS / filename).write_bytes(content)
        print(hashlib.sha256(content).hexdigest(), len(content), f"static/fonts/{filename}")


if __name__ == "__main__":
    main()
