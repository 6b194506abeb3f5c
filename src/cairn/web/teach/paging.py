"""Pages of a long list: a page begins after the row that the last one ended with, so nothing is lost
or shown twice when rows come and go in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows; ``next`` and ``previous`` are the ids that the pages beside it are asked by."""

    rows: list[Any]
    next: str = ""
    previous: str = ""


def cut(
    rows: QuerySet[Any],
    order: Sequence[str],
    *,
    after: str = "",
    before: str = "",
    size: int = SIZE,
) -> Slice:
    """The rows after, or before, the one with this public id; ``order`` must tell all rows apart."""
    backwards = bool(before)
    asked = before or after
    keys = [name.removeprefix("-") for name in order]
    at = rows.filter(public_id=asked).values(*keys).first() if asked else None
    turned = [_turn(name) for name in order] if backwards and at else list(order)
    chosen = rows.filter(_beyond(turned, at)) if at else rows
    found = list(chosen.order_by(*turned)[: size + 1])
    more, found = len(found) > size, found[:size]
    if at and backwards:
        found.reverse()
    if not found:
        return Slice([])
    ahead = more if not (at and backwards) else True
    behind = bool(at) if not backwards else more
    return Slice(
        found,
        next=found[-1].public_id if ahead else "",
        previous=found[0].public_id if behind else "",
    )


def _turn(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], at: dict[str, Any]) -> Q:
    beyond = Q(pk__in=[])
    same = Q()
    for name in order:
        key = name.removeprefix("-")
        step = "lt" if name.startswith("-") else "gt"
        beyond |= same & Q(**{f"{key}__{step}": at[key]})
        same &= Q(**{key: at[key]})
    return beyond
