"""QR codes: the one door to their writer."""

import io

import segno


def qr_code(address: str) -> bytes:
    """A QR code (ISO/IEC 18004) that leads to the address, as SVG: shapes, no pixels."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True, unit=None, nl=False
    )
    return drawn.getvalue()
