"""Names of what happened. A fact is recorded in the ledger and heard by the rooms above.

It carries public ids, dates, states, codes and small numbers, never a name, an address or a mark:
the ledger can then be kept for ever, and read by people who may not read the rows.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from cairn.kernel.ids import is_public_id

NAME = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d))?")
# Under these names only an id may stand.
_TELLING = frozenset(
    "name given_name family_name full_name email address login password secret score mark marks "  # noqa: SIM905
    "grade total reason text title note comment phone birth".split()
)
MOST_ROWS = 100_000_000
MOST_IDS = 1_000

REGISTERED: dict[str, "Fact"] = {}


class UnfitData(ValueError):
    """A fact was given something that the ledger does not keep."""


class Fact:
    """The name of a kind of event, once for the whole house."""

    __slots__ = ("meaning", "name", "to")

    def __init__(self, name: str, meaning: str, *, to: str | None = None) -> None:
        """``to`` is the state that the subject is in afterwards, if the fact tells one."""
        if NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is not a fact: write noun.verb in small letters.")
        if name in REGISTERED:
            raise ValueError(f"The fact {name!r} is registered twice.")
        self.name, self.meaning = name, meaning
        self.to = None if to is None else str(to.value if isinstance(to, Enum) else to)
        REGISTERED[name] = self

    def __repr__(self) -> str:
        return f"Fact({self.name!r})"

    def __str__(self) -> str:
        return self.name


def tell(fact: Fact, data: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the data of a fact into the form the ledger keeps, or raise :class:`UnfitData`."""
    told = {}
    for key, value in data.items():
        told[key] = kept = _value(fact, key, value)
        if _KEY.fullmatch(key) is None or (key in _TELLING and not _is_id(kept)):
            raise UnfitData(f"{fact}: the ledger keeps no {key!r}. Give an id that leads to it.")
    return told


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and is_public_id(value)


def _value(fact: Fact, key: str, value: Any) -> Any:
    if value is None or value is True or value is False:
        return value
    public_id = getattr(value, "public_id", None)
    if public_id is not None:
        return public_id
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return _word(fact, key, value)
    if isinstance(value, int):
        if abs(value) > MOST_ROWS:
            raise UnfitData(f"{fact}: {key} is larger than any number of rows.")
        return value
    if isinstance(value, (date, datetime)):
        return _word(fact, key, value.isoformat())
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) <= MOST_IDS:
        return [_value(fact, key, one) for one in value]
    raise UnfitData(
        f"{fact}: {key} is a {type(value).__name__}. The ledger keeps public ids, dates, states, "
        f"codes and small numbers, and lists of at most {MOST_IDS} of them."
    )


def _word(fact: Fact, key: str, text: str) -> str:
    if _CODE.fullmatch(text) or _STAMP.fullmatch(text):
        return text
    raise UnfitData(f"{fact}: {key} is neither a public id nor a date, a state or a code.")


INSTITUTION_CREATED = Fact("institution.created", "An institution was set up.")
INSTITUTION_CHANGED = Fact(
    "institution.changed", "The name, country or time zone of an institution was written anew."
)
ORG_UNIT_ADDED = Fact("org_unit.added", "A faculty or school joined the tree.")
PERSON_ADDED = Fact("person.added", "A person became known.")
PERSON_CORRECTED = Fact("person.corrected", "The name of a person was written anew.")
PERSON_ERASED = Fact("person.erased", "The personal data of a person were erased.")
EMAIL_ADDED = Fact("email.added", "A person gave an e-mail address.")
EMAIL_VERIFIED = Fact("email.verified", "A person showed that an e-mail address is theirs.")
ACCOUNT_CREATED = Fact("account.created", "A person can sign in.")
LOGIN_CHANGED = Fact("account.login_changed", "A person signs in with another address.")
ROLE_GIVEN = Fact("role.given", "A person holds a role at an org unit.")
ROLE_ENDED = Fact("role.ended", "A role at an org unit ended.")
PERMISSION_DELEGATED = Fact("permission.delegated", "A permission was lent to someone for a time.")
DELEGATION_ENDED = Fact("delegation.ended", "A lent permission was taken back.")
CLIENT_CREATED = Fact("client.created", "A program received permissions of its own.")
CLIENT_REVOKED = Fact("client.revoked", "A program lost its permissions.")
