"""Which logos can be printed, and how large."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

# What is larger would make every copy of the letter heavy.
LARGEST = 2**20
# Points; a picture is made smaller to fit, never larger than it is at 96 dots per inch.
WIDTH, HEIGHT = 96.0, 34.0
POINT = 72 / 96
_PNG = b"\x89PNG\r\n\x1a\n"
# A start of frame: length, precision, height, width, components.
_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]")


@dataclass(frozen=True)
class Logo:
    """A picture that can be printed; width and height in points."""

    path: Path
    suffix: str
    width: float
    height: float


def logo(path: Path) -> Logo | None:
    """The logo in a file, or None for one that is missing, too heavy, or none that paper can show."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        return None
    data = path.read_bytes()
    size, suffix = (_png_size(data), "png") if data.startswith(_PNG) else (_jpeg_size(data), "jpg")
    if size is None or not all(0 < side <= 5_000 for side in size):
        return None
    width, height = (side * POINT for side in size)
    scale = min(1, WIDTH / width, HEIGHT / height)
    return Logo(path, suffix, round(width * scale, 2), round(height * scale, 2))


def _png_size(data: bytes) -> tuple[int, int] | None:
    return struct.unpack(">II", data[16:24]) if data[12:16] == b"IHDR" and len(data) > 24 else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """The size in the first frame; none for a picture in the four inks of a press, which no archival file may hold."""
    place = 2
    while data[:2] == b"\xff\xd8" and place + 10 <= len(data) and data[place] == 0xFF:
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if _FRAME.match(data, place):
            height, width, components = struct.unpack(">HHB", data[place + 5 : place + 10])
            return (width, height) if components in {1, 3} else None
        place += 2 + length
    return None
