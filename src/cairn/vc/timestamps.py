"""XML Schema 1.1 timestamps, as the W3C texts use them for every date in a credential."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

_DATE_TIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)

#: Letters of a timestamp as people write it.
_USUAL: Final = 40


def read_timestamp(text: str, *, offset_required: bool = True) -> datetime:
    """Read an XSD ``dateTimeStamp`` as a moment in UTC, or raise ``ValueError`` with a sentence.

    Years 1 to 9999; digits beyond the microsecond are dropped. Without ``offset_required`` an XSD
    ``dateTime`` is read too, one without an offset as UTC.
    """
    if len(text) <= _USUAL:
        return _kept(text, offset_required)
    return _read(text, offset_required)


def _read(text: str, offset_required: bool) -> datetime:  # noqa: FBT001 - as the caller was asked
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError("must be a date and time such as 2026-02-28T09:30:00Z")
    *date, fraction, offset = match.groups()
    if offset is None and offset_required:
        raise ValueError("needs an offset: end it with Z for UTC, or with one like +10:00")
    try:
        return _moment([int(part) for part in date], fraction or "0", offset or "Z")
    except (ValueError, OverflowError):
        raise ValueError("is not a date and time that exists") from None


# Most dates of a batch are the same few, and each is looked at more than once.
_kept: Final = lru_cache(maxsize=1_024)(_read)


def write_timestamp(moment: datetime) -> str:
    """Write a moment as an XSD ``dateTimeStamp`` in UTC, whole seconds, ending in Z."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone before it can be written.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def write_day(moment: datetime) -> str:
    """Write a moment in its own zone, so that a reader sees the day on which it was there."""
    written = write_timestamp(moment)
    if not moment.utcoffset():
        return written
    return moment.isoformat(timespec="seconds")


def _moment(parts: list[int], fraction: str, offset: str) -> datetime:
    year, month, day, hour, minute, second = parts
    microsecond = int(fraction[:6].ljust(6, "0"))
    # XSD 1.1 part 2 §3.3.7.1: 24:00:00 is the first moment of the next day.
    midnight = (hour, minute, second, microsecond) == (24, 0, 0, 0)
    hour = 0 if midnight else hour
    local = datetime(year, month, day, hour, minute, second, microsecond, _zone(offset))
    return (local + timedelta(days=midnight)).astimezone(UTC)


def _zone(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    # XSD 1.1 part 2 §D.3: an offset is at most fourteen hours.
    if away > timedelta(hours=14) or int(offset[4:6]) > 59:
        raise ValueError(offset)
    return timezone(-away if offset[0] == "-" else away)
