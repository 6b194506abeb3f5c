"""Decisions of issuing on plain values: who the issuer is, how long things count."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

#: How long a published list counts: an old copy must not hide a revocation for ever.
VALIDITY: Final = timedelta(days=30)
#: With less than this left, a list is signed again.
RENEW_BEFORE: Final = timedelta(days=15)
#: How long a reader may keep a list before asking again.
TIME_TO_LIVE: Final = timedelta(minutes=5)

_PERIOD: Final = re.compile(r"([1-9][0-9]{0,3}) (day|week|month|year)s?")


class NoName(ValueError):
    """The site is known by a number only, and a DID needs the name of a host."""


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address of a person, as far as choosing one needs."""

    address: str
    personal: bool
    verified: bool


def did_for(origin: str) -> str:
    """The did:web of the site at ``origin``; :class:`NoName` when it has no host name.

    A loopback address is called ``localhost``, so that a site can be tried at home.
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    try:
        number = ip_address(host)
    except ValueError:
        name = host
    else:
        if not number.is_loopback:
            raise NoName(origin)
        name = "localhost"
    port = parts.port
    standard = port is None or (parts.scheme, port) == ("https", 443)
    return f"did:web:{name}" if standard else f"did:web:{name}%3A{port}"


def ends(valid_for: str | None, start: datetime) -> datetime | None:
    """When a credential runs out that counts "3 years" or "18 months" from ``start``.

    31 January and one month is the last day of February. Without a period it counts for ever.
    """
    match = _PERIOD.fullmatch(valid_for or "")
    if match is None:
        return None
    count, unit = int(match[1]), match[2]
    if unit in ("day", "week"):
        return start + timedelta(days=count * (7 if unit == "week" else 1))
    months = start.month - 1 + count * (12 if unit == "year" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)


def must_renew(valid_from: datetime, valid_until: datetime, *, at: datetime) -> bool:
    """Does a published list have to be signed again?

    Also when it is not valid yet: then the clock was put back since it was signed.
    """
    return at < valid_from or at > valid_until - RENEW_BEFORE


def address_to_state(addresses: Iterable[Address]) -> str | None:
    """The address that a credential is tied to: one that the learner showed to be theirs and keeps
    after the studies, else the one that the institution gave them."""
    fit = [one for one in addresses if one.verified or not one.personal]
    fit.sort(key=lambda one: (not (one.personal and one.verified), not one.verified, one.address))
    return fit[0].address if fit else None
