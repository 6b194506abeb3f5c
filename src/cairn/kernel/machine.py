"""State tables as data: from which state a row may go to which."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Generic, TypeVar

from cairn.kernel.errors import Refused

S = TypeVar("S", bound=Enum)


class BadMove(Refused):
    """The thing is not in a state from which this can be done."""

    code = "state.move"
    message = "From “{state}” there is no way to “{to}”. Possible from here: {ways}."


class Machine(Generic[S]):
    """A table of moves; a state without a line is final.

    ``REVIEW = Machine({Review.OPEN: {Review.DECIDED, Review.RETURNED}})``
    """

    def __init__(self, table: Mapping[S, set[S] | frozenset[S]], *, field: str = "state") -> None:
        self.table = {state: frozenset(ways) for state, ways in table.items()}
        self.kind: type[S] = type(next(iter(self.table)))
        self.field = field

    def ways(self, state: S | str) -> frozenset[S]:
        """The states that may follow."""
        return self.table.get(self.kind(state), frozenset())

    def allows(self, state: S | str, to: S | str) -> bool:
        return self.kind(to) in self.ways(state)

    def check(self, state: S | str, to: S | str) -> None:
        """Raise :class:`BadMove` unless the table has this move."""
        if not self.allows(state, to):
            ways = ", ".join(str(way.value) for way in self._ordered(state)) or "none, it is final"
            raise BadMove(state=self.kind(state).value, to=self.kind(to).value, ways=ways)

    def move(self, row: Any, to: S | str) -> None:
        """Set the row's state, or raise :class:`BadMove`. The service saves the row."""
        self.check(getattr(row, self.field), to)
        setattr(row, self.field, self.kind(to))

    def is_final(self, state: S | str) -> bool:
        return not self.ways(state)

    def mermaid(self) -> str:
        """The table as a diagram; the first state of the enumeration is where a row starts."""
        lines = ["stateDiagram-v2", f"    [*] --> {next(iter(self.kind)).value}"]
        for state in self.kind:
            lines += [f"    {state.value} --> {way.value}" for way in self._ordered(state)]
            if self.is_final(state):
                lines.append(f"    {state.value} --> [*]")
        return "\n".join(lines)

    def _ordered(self, state: S | str) -> list[S]:
        ways = self.ways(state)
        return [way for way in self.kind if way in ways]
