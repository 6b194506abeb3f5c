"""How a part is added by adding one file.

A plug point is a named set of parts of one kind: DID methods, cryptosuites, checks. Every module of
its package is imported on first use and registers what it offers::

    methods = PlugPoint[Method]("did", "cairn.vc.did")

    @methods.register("web")
    class Web: ...

Other distributions offer theirs as entry points in the group ``cairn.<point>``. These are imported
one at a time, when asked for by name, so that a broken stranger harms nobody who does not want it.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")


class UnknownPart(LookupError):
    """Nobody registered a part under this name."""

    def __init__(self, point: str, name: str, known: tuple[str, ...]) -> None:
        self.point, self.name, self.known = point, name, known
        choices = ", ".join(known) or "none are installed"
        super().__init__(f"There is no {point} part named {name!r}. Known parts: {choices}.")


class DuplicatePart(ValueError):
    """Two different parts claim one name, so data that names it would be ambiguous."""


class PlugPoint(Generic[T]):
    """A named set of parts, filled by the modules of a package and by other distributions."""

    def __init__(self, name: str, package: str) -> None:
        self.name = name
        self.package = package
        self.group = f"cairn.{name}"
        self._parts: dict[str, T] = {}
        self._loaded = False
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"PlugPoint({self.name!r}, {self.package!r})"

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that offers the decorated part under ``name``.

        Raises :class:`DuplicatePart` when another part has the name already.
        """

        def offer(part: T) -> T:
            # Takes no lock: a thread that imports the module by itself holds its import lock here.
            if self._parts.setdefault(name, part) is not part:
                raise DuplicatePart(
                    f"Two {self.name} parts are named {name!r}: {_whence(self._parts[name])} and "
                    f"{_whence(part)}. Rename one of them."
                )
            return part

        return offer

    def get(self, name: str) -> T:
        """Return the part of this name, or raise :class:`UnknownPart` naming those there are.

        A part of the package wins over an entry point of the same name, so that installing a
        distribution never changes what a name in existing data means.
        """
        self._load_package()
        if name not in self._parts:
            self._load_entry_point(name)
        return self._parts[name]

    def names(self) -> tuple[str, ...]:
        """Return every name that :meth:`get` answers to, in alphabetical order."""
        self._load_package()
        return tuple(sorted({*self._parts, *self._entry_points()}))

    def _load_package(self) -> None:
        if self._loaded:
            return
        with self._lock:
            package = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(package.__path__, f"{self.package}."):
                importlib.import_module(module.name)
            self._loaded = True

    def _load_entry_point(self, name: str) -> None:
        found = self._entry_points().get(name, [])
        if not found:
            raise UnknownPart(self.name, name, self.names())
        if len({entry.value for entry in found}) > 1:
            homes = " and ".join(sorted(entry.value for entry in found))
            raise DuplicatePart(
                f"Two {self.name} parts are named {name!r}: {homes}. Uninstall one of them."
            )
        part = cast(T, found[0].load())
        # Its own module may have used the decorator while it was imported.
        self._parts.setdefault(name, part)

    def _entry_points(self) -> dict[str, list[EntryPoint]]:
        from importlib.metadata import entry_points  # 20 ms that most commands never need

        found: dict[str, list[EntryPoint]] = {}
        for entry in entry_points(group=self.group):
            found.setdefault(entry.name, []).append(entry)
        return found


def _whence(part: object) -> str:
    module = getattr(part, "__module__", None) or type(part).__module__
    return f"{module}.{getattr(part, '__qualname__', type(part).__qualname__)}"
