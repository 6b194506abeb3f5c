"""The permanent address of a credential as a picture that telephones read."""

from __future__ import annotations

import io
from html import escape
from typing import Final

import segno

_QUIET: Final = 4  # ISO/IEC 18004 asks for four modules of nothing on every side
_SVG: Final = 'xmlns="http://www.w3.org/2000/svg"'


def qr_svg(url: str, *, title: str = "") -> str:
    """A QR code as SVG, dark on white with its quiet zone; it scales to any size."""
    modules, paths = _drawn(url)
    said = escape(title or f"QR code: {url}")
    return (
        f'<svg {_SVG} viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges" role="img">'
        f'<title>{said}</title><path fill="#fff" d="M0 0h{modules}v{modules}H0z"/>'
        f'<path stroke="#000" d="{paths}"/></svg>'
    )


def _drawn(url: str) -> tuple[int, str]:
    """How many modules a side has, quiet zone and all, and the dark ones as path data."""
    code = segno.make_qr(url, error="m")
    out = io.BytesIO()
    code.save(out, kind="svg", border=_QUIET, xmldecl=False, svgns=False, omitsize=True)
    start = out.getvalue().decode().split(' d="', 1)[1]
    return int(code.symbol_size(border=_QUIET)[0]), start.split('"', 1)[0]
