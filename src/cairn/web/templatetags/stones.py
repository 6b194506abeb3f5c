"""Stones, badges and cairns in a page, drawn from data (``cairn.stones``)."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from cairn.design.selectors import AchievementView
from cairn.issuing import badges
from cairn.issuing.qr import qr_svg
from cairn.stones import Box, Field, Kind, Pebble, cairn, contour_map, single

register = template.Library()


def _drawn(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - our own drawing; it escapes its title


@register.simple_tag
def badge(view: AchievementView) -> SafeString:
    """The badge of a micro-credential, with its caption for those who cannot see it."""
    return _drawn(badges.badge_svg(view))


@register.simple_tag
def stone(pebble: Pebble, title: str = "", size: int = 96, key: str = "") -> SafeString:
    """One stone; without a title it is decoration."""
    return _drawn(single(pebble, title, size=size, key=key))


@register.simple_tag
def drawn_stone(
    seed: str,
    field: Field = "slate",
    bands: int = 0,
    kind: Kind = "held",
    hours: float | None = None,
    size: int = 96,
) -> SafeString:
    """A stone that stands for no credential: in an example, in an empty place."""
    return _drawn(single(Pebble(seed, field, bands, hours, kind), size=size, key=f"{kind}{size}"))


@register.simple_tag
def heap(pebbles: Sequence[Pebble], title: str = "", key: str = "heap") -> SafeString:
    """A cairn of stones, the first one lowest."""
    return _drawn(cairn(pebbles, title, size=240, key=key))


@register.simple_tag
def contours(seed: str) -> SafeString:
    """Contour lines behind a landmark. Decoration."""
    middle = Box(210, 200, 110, 90)
    return _drawn(contour_map(seed, 420, 380, box=middle, rings=16, step=0.3))


@register.simple_tag
def qr(url: str, title: str = "") -> SafeString:
    """A square code that a camera reads."""
    return _drawn(qr_svg(url, title=title))
