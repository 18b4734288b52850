"""What the pages carry that others made is what its package gave."""

from __future__ import annotations

import hashlib
import json

from config import ROOT


def test_web_fonts_are_the_recorded_ones() -> None:
    """Each file of vendor/web/package.json lies where it says, byte for byte; its licence is one of them."""
    pinned = json.loads((ROOT / "vendor" / "web" / "package.json").read_text())
    recorded = {name: digest for name, digest in pinned["sha256"].items() if name.startswith("static/")}
    found = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in recorded}
    assert found == recorded
    folders = (ROOT / "static" / "fonts", ROOT / "static" / "vendor")
    assert {str(path.relative_to(ROOT)) for folder in folders for path in folder.iterdir()} == set(recorded)
