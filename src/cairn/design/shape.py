"""Shapes of plain JSON values: every fault at once, each with its place; nothing hostile gets in.

A shape returns what it read, or raises :class:`Faulty`. What is absent, null or blank reads as
None: whether it should be there is for the rules, because a draft is allowed to have gaps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeAlias

from cairn.design.problem import Problem
from cairn.vc.document import pointer

Shape: TypeAlias = Callable[[Any], Any]

KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
# Control characters but tab and line ends, lone surrogates, and what is no character at all.
_UNSTORABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# UAX #9 §2: these reorder what stands around them, so a reader sees another text than was signed.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS: Final = re.compile("[\n\r\u2028\u2029]")


class Faulty(Exception):
    """A value that does not have the shape, with every reason."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def text(limit: int, *, lines: bool = False) -> Shape:
    """Text without the space around it; ``lines`` allows it to run over several."""

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise _fault("type", "This is not text.", "Write it as text.")
        _check_characters(value, limit)
        plain = value.strip()
        if not lines and _LINE_ENDS.search(plain):
            raise _fault("line_break", "This runs over several lines.", "Write it on one line.")
        return plain or None

    return read


def _check_characters(value: str, limit: int) -> None:
    if len(value) > limit:
        message = f"This has {len(value):,} characters; at most {limit:,} fit."
        raise _fault("too_long", message, "Shorten it.")
    if found := _UNSTORABLE.search(value):
        message = f"Character {found.start() + 1} cannot be kept or printed."
        raise _fault("control_character", message, "Delete it.")
    if found := _REORDERING.search(value):
        message = f"Character {found.start() + 1} changes the order in which text is shown."
        raise _fault("reordering_character", message, "Delete it; the text reads well without.")


def key(value: Any) -> str | None:
    """The name of a part, by which other parts, marks and later versions point to it."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and KEY.fullmatch(value):
        return value
    cure = "Use a small letter, then up to 31 small letters, digits or hyphens, such as o1."
    raise _fault("key", "This cannot be a key.", cure)


def number(low: int, high: int) -> Shape:
    """A decimal with at most two places, bounds included."""

    def read(value: Any) -> Decimal | None:
        if value is None:
            return None
        found = _decimal(value)
        if found is not None and low <= found <= high:
            return found
        cure = f"Write a number from {low:,} to {high:,} with at most two decimal places."
        raise _fault("number", "This number does not fit here.", cure)

    return read


def flag(value: Any) -> bool | None:
    """True or false."""
    if value is None or isinstance(value, bool):
        return value
    raise _fault("type", "This is neither yes nor no.", "Use true or false.")


def day(value: Any) -> date | None:
    """A date in ISO order."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _fault("date", "This is not a date.", "Write it as 2026-02-28.")


def choice(*options: str) -> Shape:
    """One word of a closed list."""

    def read(value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value in options):
            return value
        raise _fault("choice", "This word is not known here.", f"Use {' or '.join(options)}.")

    return read


def many(shape: Shape, limit: int = 100) -> Shape:
    """A list, read as a tuple."""

    def read(value: Any) -> tuple[Any, ...]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise _fault("type", "This is not a list.", "Write it as a list.")
        if len(value) > limit:
            message = f"This list has {len(value):,} entries; at most {limit} fit."
            raise _fault("too_many", message, "Shorten it.")
        read_all = _read_all((index, shape, item) for index, item in enumerate(value))
        return tuple(item for item in read_all.values() if item is not None)

    return read


@dataclass(frozen=True, slots=True)
class Field:
    """How one name of a record is read, and the argument it becomes where that differs."""

    shape: Shape
    argument: str = ""


def record(build: Callable[..., Any], **fields: Shape | Field) -> Shape:
    """Names with values, given to ``build`` by name; what is absent is left to its defaults."""
    known = {n: f if isinstance(f, Field) else Field(f) for n, f in fields.items()}

    def read(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            cure = f"Write an object with {', '.join(known)}."
            raise _fault("type", "Names with values are expected here.", cure)
        _check_names(value, known)
        values = _read_all((name, known[name].shape, item) for name, item in value.items())
        named = {known[str(n)].argument or str(n): item for n, item in values.items()}
        return build(**{name: item for name, item in named.items() if item is not None})

    return read


def _check_names(value: Mapping[Any, Any], known: Mapping[str, Field]) -> None:
    # A stranger's names may be many, long or hostile, so few are told, escaped and cut.
    strange = [
        ascii(str(name))[1:-1][:40] for name in islice((n for n in value if n not in known), 10)
    ]
    if strange:
        cure = f"The fields here are {', '.join(known)}."
        problems = (_fault("field", "This is not a field.", cure).problems[0] for _ in strange)
        raise Faulty(*map(_under, strange, problems))


def _read_all(items: Iterator[tuple[str | int, Shape, Any]] | Any) -> dict[str | int, Any]:
    values: dict[str | int, Any] = {}
    problems: list[Problem] = []
    for name, shape, item in items:
        try:
            values[name] = shape(item)
        except Faulty as exc:
            problems += [_under(name, problem) for problem in exc.problems]
    if problems:
        raise Faulty(*problems)
    return values


def _under(name: str | int, problem: Problem) -> Problem:
    return replace(problem, pointer=pointer(name) + problem.pointer)


def _fault(code: str, message: str, cure: str) -> Faulty:
    return Faulty(Problem("", f"content.{code}", message, cure))


def _decimal(value: Any) -> Decimal | None:
    """Read a JSON number as it is written; NaN, infinities and long fractions are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) and abs(value) > 10**9:
        return None
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not found.is_finite() or abs(found) > 10**9:
        return None
    cents = found.quantize(Decimal("0.01"))
    if cents != found:
        return None
    return Decimal(int(cents)) if cents == int(cents) else cents
