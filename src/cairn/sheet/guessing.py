"""Guesses which column is which, from titles as other systems write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

#: What other systems call it, in small letters and without signs.
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": (
        "studentid", "studentnumber", "studentno", "number", "learnerid", "personid", "userid",
        "sisid", "sisuserid", "idnumber", "matrikelnummer", "matrikelnr", "matriculation",
        "orgdefinedid", "externalid",
    ),
    "name": (
        "fullname", "learner", "student", "studentname", "learnername", "firstname", "givenname",
        "forename", "vorname", "lastname", "familyname", "surname", "nachname", "displayname",
    ),
    "email": (
        "emailaddress", "mail", "emailadresse", "address", "personalemail", "privateemail",
    ),
    "state": ("status", "enrolmentstate", "enrollmentstate", "enrolmentstatus"),
    "task": ("assignment", "assessment", "taskkey", "aufgabe"),
    "score": ("mark", "grade", "points", "marks", "note", "punkte", "percent"),
}  # fmt: skip
#: What an earlier report added; it is never a column of the list itself.
_OURS: Final = frozenset(["row", "result", "whattofix"])


def guess(
    titles: Sequence[str], wanted: Iterable[str], *, titled: Mapping[str, str] | None = None
) -> dict[int, str]:
    """Propose a wanted name for the positions of titles. ``titled`` are names by other titles."""
    names = list(wanted)
    exact = {_plain(name): name for name in names}
    others = {_plain(title): name for title, name in (titled or {}).items() if name in names}
    others |= {alias: name for name in names for alias in ALIASES.get(name, ())}
    tasks = {title: name for title, name in (titled or {}).items() if name in names}
    found: dict[int, str] = {}
    for position, title in enumerate(titles):
        name = exact.get(_plain(title))
        if name and name not in found.values():
            found[position] = name
    # “Student” is the id where nothing else is, and else the name.
    if "id" in names and "id" not in found.values():
        plains = [_plain(title) for title in titles]
        if "student" in plains and not {*plains} & {*ALIASES["id"]}:
            found.setdefault(plains.index("student"), "id")
    taken = set(found.values())
    for position, title in enumerate(titles):
        plain = _plain(title)
        if position in found or plain in _OURS:
            continue
        name = others.get(plain) or _ending(title, exact) or _beginning(title, tasks)
        # Given name and family name make one name; anything else is taken once.
        if name and name not in taken and (name == "name" or name not in found.values()):
            found[position] = name
    return found


def _ending(title: str, exact: Mapping[str, str]) -> str | None:
    """``Report (t1)`` is t1."""
    ended = re.search(r"[(\[]([^()\[\]]+)[)\]]\s*$", title)
    return exact.get(_plain(ended[1])) if ended else None


def _beginning(title: str, tasks: Mapping[str, str]) -> str | None:
    """“Case” is the task “Case study with a client” where no other title has that word."""
    said = _words(title)
    fits = {name for full, name in tasks.items() if said and said <= _words(full)}
    return fits.pop() if len(fits) == 1 else None


def _words(title: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", title).casefold()
    return frozenset(word for word in re.split(r"[\W_]+", plain) if len(word) > 2)


def _plain(title: str) -> str:
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", "", plain)
