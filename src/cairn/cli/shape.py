"""A small YAML, and shapes that say what is wrong with it: every fault at once, each with its line.

The YAML is the part people write by hand: text, lists, and names with values. Anchors, aliases,
tags and second documents are refused; dates and yes/no stay the text that was written until a
shape asks for more.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol, TypeAlias

import yaml

from cairn.vc.datamodel import is_url
from cairn.vc.model import is_extension

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file that a person wrote, and how to mend it. Lines count from 1."""

    line: int | None
    field: str
    message: str
    cure: str

    def __str__(self) -> str:
        where = ", ".join(
            part for part in (f"Line {self.line}" if self.line else "", self.field) if part
        )
        return f"{where or 'The file'}: {self.message} {self.cure}".rstrip()


class NotYaml(Exception):
    """The bytes cannot be read as the small YAML, for one reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int
    quoted: bool = False

    @property
    def empty(self) -> bool:
        return not self.quoted and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class MapNode:
    entries: tuple[tuple[Scalar, Node], ...]
    line: int


Node: TypeAlias = "Scalar | ListNode | MapNode"


def read_yaml(raw: bytes) -> Node:
    """Read one document, or raise :class:`NotYaml` at the first thing that is not the small YAML."""
    if len(raw) > MAX_BYTES:
        raise _not_yaml(None, f"The file has more than {MAX_BYTES // 1024} KB.", "Shorten it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        raise _not_yaml(line, "This is not UTF-8 text.", "Save the file as UTF-8.") from exc
    try:
        return _Builder(text).document()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        raise _not_yaml(None if mark is None else mark.line + 1, *_syntax(exc)) from exc
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        raise _not_yaml(
            line, "A character here cannot stand in a text file.", "Delete it."
        ) from exc


class _Builder:
    """Turns parser events into nodes, so that nothing is expanded and depth is known first."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.SafeLoader))

    def document(self) -> Node:
        next(self._events)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return Scalar("", 1)
        root = self._node(next(self._events), 1)
        next(self._events)
        last = next(self._events)
        if not isinstance(last, yaml.StreamEndEvent):
            raise _not_yaml(
                last.start_mark.line + 1, "A second document starts here.", "Keep one per file."
            )
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _not_yaml(
                line, "Anchors (&) and aliases (*) are not read.",
                "Write the text out, or put it in quotes.",
            )  # fmt: skip
        if event.tag and event.tag != "!":
            raise _not_yaml(line, "Tags (!) are not read.", "Put the text in quotes.")
        if depth > MAX_DEPTH:
            raise _not_yaml(line, "This is nested too deep.", "Look for a stray bracket or indent.")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line, quoted=event.style is not None)
        if isinstance(event, yaml.SequenceStartEvent):
            items = tuple(self._node(e, depth + 1) for e in self._until(yaml.SequenceEndEvent))
            return ListNode(items, line)
        return MapNode(tuple(self._entries(depth)), line)

    def _entries(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        for event in self._until(yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                raise _not_yaml(key.line, "A name must be plain text.", "Look for a stray bracket.")
            yield key, value

    def _until(self, end: type) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event


def _syntax(exc: yaml.MarkedYAMLError) -> tuple[str, str]:
    problem = exc.problem or "the structure is not clear"
    if "mapping values are not allowed" in problem:
        return "A colon stands inside the text.", 'Put text with a colon in "quotes".'
    if "'\\t'" in problem or "tab" in problem:
        return "A tab is used to indent.", "Indent with spaces."
    if "found character" in problem and "cannot start any token" in problem:
        return "The text starts with a character that means something.", 'Put it in "quotes".'
    if "expected <block end>" in problem:
        return "The indent does not match the lines above.", "Line it up with its neighbours."
    return f"The structure cannot be read ({problem}).", "Compare it with the example file."


def _not_yaml(line: int | None, message: str, cure: str) -> NotYaml:
    return NotYaml(Problem(line, "", message, cure))


def line_of(node: Node, *path: str) -> int:
    """Return the line on which a field stands, or the nearest one around it."""
    if path and isinstance(node, MapNode):
        for key, value in node.entries:
            if key.text == path[0]:
                return line_of(value, *path[1:]) if len(path) > 1 else key.line
    return node.line


class Shape(Protocol):
    """What a value must be. ``read`` adds to ``problems`` and returns None where it cannot read."""

    def read(self, node: Node, path: str, problems: list[Problem]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text as written, without the space around it."""

    limit: int = 10_000

    def read(self, node: Node, path: str, problems: list[Problem]) -> str | None:
        text = _scalar(node, path, problems)
        if text is not None and len(text) > self.limit:
            message = f"This has {len(text)} characters; at most {self.limit} fit."
            problems.append(Problem(node.line, path, message, "Shorten it."))
            return None
        return text


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, both included."""

    low: float
    high: float

    def read(self, node: Node, path: str, problems: list[Problem]) -> float | None:
        text = _scalar(node, path, problems)
        if text is None:
            return None
        number = float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII) else None
        if number is None or not self.low <= number <= self.high:
            cure = f"Write a number from {self.low:g} to {self.high:g}, such as {self._example()}."
            problems.append(Problem(node.line, path, f"“{text}” does not fit here.", cure))
            return None
        return int(number) if number.is_integer() else number

    def _example(self) -> str:
        return f"{min(self.high, max(self.low, 40)):g}"


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, node: Node, path: str, problems: list[Problem]) -> bool | None:
        text = _scalar(node, path, problems)
        if text is None:
            return None
        answer = {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())
        if answer is None:
            problems.append(
                Problem(node.line, path, f"“{text}” is neither yes nor no.", "Write yes or no.")
            )
        return answer


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute address; ``schemes`` empty means any."""

    schemes: tuple[str, ...] = ("https", "http")

    def read(self, node: Node, path: str, problems: list[Problem]) -> str | None:
        text = _scalar(node, path, problems)
        if text is None:
            return None
        scheme = text.partition(":")[0].lower()
        if is_url(text) and (not self.schemes or scheme in self.schemes):
            return text
        cure = "Write the whole address, such as https://example.edu/achievements/intro."
        problems.append(Problem(node.line, path, f"“{text}” is not a web address.", cure))
        return None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text of one form, with an example of it."""

    form: str
    what: str
    example: str

    def read(self, node: Node, path: str, problems: list[Problem]) -> str | None:
        text = _scalar(node, path, problems)
        if text is None or re.fullmatch(self.form, text, re.ASCII):
            return text
        message = f"“{text}” is not {self.what}."
        problems.append(Problem(node.line, path, message, f"Write it as {self.example}."))
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """A date, kept as text in ISO order."""

    def read(self, node: Node, path: str, problems: list[Problem]) -> str | None:
        text = _scalar(node, path, problems)
        if text is None:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            message = f"“{text}” is not a date."
            problems.append(Problem(node.line, path, message, "Write it as 2026-02-28."))
            return None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list, or an extension of it that starts with ``ext:``."""

    options: Sequence[str]

    def read(self, node: Node, path: str, problems: list[Problem]) -> str | None:
        text = _scalar(node, path, problems)
        if text is None or text in self.options or is_extension(text):
            return text
        cure = f"Use {', '.join(self.options)}, or a name of your own that starts with ext:."
        if near := difflib.get_close_matches(text, self.options, n=1, cutoff=0.5):
            cure = f"Did you mean {near[0]}?"
        problems.append(Problem(node.line, path, f"“{text}” is not in the list.", cure))
        return None


@dataclass(frozen=True, slots=True)
class Many:
    """A list; one value alone is a list of one."""

    shape: Shape
    limit: int = 100

    def read(self, node: Node, path: str, problems: list[Problem]) -> tuple[Any, ...]:
        items = node.items if isinstance(node, ListNode) else (node,)
        if len(items) > self.limit:
            message = f"This list has {len(items)} entries; at most {self.limit} are read."
            problems.append(Problem(node.line, path, message, "Shorten it."))
            return ()
        values = (
            self.shape.read(item, f"{path}.{number}", problems)
            for number, item in enumerate(items, start=1)
        )
        return tuple(value for value in values if value is not None)


@dataclass(frozen=True, slots=True)
class Record:
    """Names with values. Text alone is read as the field named ``short``."""

    fields: Mapping[str, Shape]
    required: Mapping[str, str] = field(default_factory=dict)
    short: str | None = None
    #: Names that people try, and what to do instead.
    hints: Mapping[str, str] = field(default_factory=dict)

    def read(self, node: Node, path: str, problems: list[Problem]) -> dict[str, Any] | None:
        if isinstance(node, Scalar) and self.short is not None and not node.empty:
            node = MapNode(((Scalar(self.short, node.line), node),), node.line)
        if not isinstance(node, MapNode):
            message = "Names with values are expected here."
            wanted = _names(self.required or self.fields)
            cure = f"Write {wanted}, each on its own line, with a colon after it."
            problems.append(Problem(node.line, path, message, cure))
            return None
        values = self._values(node, path, problems)
        missing = [name for name in self.required if name not in values]
        for name in missing:
            cure = self.required[name]
            problems.append(Problem(node.line, _join(path, name), "This is missing.", cure))
        return values

    def _values(self, node: MapNode, path: str, problems: list[Problem]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.entries:
            name, place = key.text, _join(path, key.text)
            if name in lines:
                message = f"This stands twice; first on line {lines[name]}."
                problems.append(Problem(key.line, place, message, "Keep one of them."))
            elif name not in self.fields:
                problems.append(Problem(key.line, place, "This is not a field.", self._hint(name)))
            elif not (isinstance(value, Scalar) and value.empty and name not in self.required):
                values[name] = self.fields[name].read(value, place, problems)
            lines.setdefault(name, key.line)
        return values

    def _hint(self, name: str) -> str:
        if name in self.hints:
            return self.hints[name]
        if near := difflib.get_close_matches(name, self.fields, n=1, cutoff=0.6):
            return f"Did you mean {near[0]}?"
        return f"The fields here are {_names(self.fields)}."


def field_names(shape: Shape, path: str = "") -> Iterator[str]:
    """List the dotted names of every field, in the order of the shape."""
    if isinstance(shape, Many):
        yield from field_names(shape.shape, path)
    elif isinstance(shape, Record):
        for name, inner in shape.fields.items():
            yield _join(path, name)
            yield from field_names(inner, _join(path, name))


def _scalar(node: Node, path: str, problems: list[Problem]) -> str | None:
    if not isinstance(node, Scalar):
        kind = "list" if isinstance(node, ListNode) else "group of names"
        message = f"One value is expected here, not a {kind}."
        problems.append(Problem(node.line, path, message, "Write it on one line."))
        return None
    text = node.text.strip()
    if node.empty or not text:
        problems.append(Problem(node.line, path, "This is empty.", "Fill it in."))
        return None
    return text


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _names(fields: Iterable[str]) -> str:
    *others, last = fields
    return f"{', '.join(others)} and {last}" if others else last
