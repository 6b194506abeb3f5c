"""Stones and cairns as SVG text, drawn from data alone. Pure: same values, same drawing, for ever.

A stone is one credential: outline from its public id, width from its hours, colour from its field
of study, veins from its level band, so that the level never rests on colour. A cairn is stones that
stack; a badge lights one stone among those it builds on and those it leads to.

Drawings name their colours (``css=False``, for files) or their classes (``css=True``, for pages with
the project's style sheet). Neither carries a style attribute, a script or an outside reference.
Changing what is drawn changes badges that people hold: docs/decisions/0006.
"""

from cairn.stones.drawing import Kind, Pebble, badge, cairn, contour_map, logo, single, stone
from cairn.stones.reading import FIELDS, Field, band, breadth, field_for
from cairn.stones.shapes import Box, contours, heap, layout, outline, veins

__all__ = [
    "FIELDS",
    "Box",
    "Field",
    "Kind",
    "Pebble",
    "badge",
    "band",
    "breadth",
    "cairn",
    "contour_map",
    "contours",
    "field_for",
    "heap",
    "layout",
    "logo",
    "outline",
    "single",
    "stone",
    "veins",
]
