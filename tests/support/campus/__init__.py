"""A small university in memory, shared by tests, demo and benchmarks.

``Campus()`` is put together from the modules of this folder, in the order of a credential's life:
each brings a class ``Part`` with the words of its room, and may use those of the parts before it.
A word that changes something acts as the person whose work it is, through the services, and then
lets everything happen that follows (:meth:`settle`).
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

ORDER = ("base", "design", "delivery", "assessment", "issuing", "outreach")


def _parts() -> list[type[Any]]:
    names = [f"{__name__}.{name}" for name in ORDER]
    return [import_module(name).Part for name in names if find_spec(name) is not None]


class Campus(*reversed(_parts())):  # type: ignore[misc]
    """Everything that the parts can do. Begin with ``campus.offering()``."""
