"""Credentials that stand inside another document, each with its own proof: looked at one by one.

A presentation carries them (VCDM 2.0 §4.13), and a comprehensive learner record (CLR 2.0, ClrSubject).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc import wording
from cairn.vc.cryptosuites import BadProof
from cairn.vc.document import JsonObject, parse, pointer
from cairn.vc.documents import Documents
from cairn.vc.errors import Unavailable, Unreadable
from cairn.vc.jose import enveloped
from cairn.vc.jose.envelope import Envelope, opened
from cairn.vc.report import Check, Report, State, Verdict

#: Credentials looked at in one document.
MAX_CREDENTIALS: Final = 64
#: Addresses asked for one document with all that is in it.
MAX_ADDRESSES: Final = 64

Look = Callable[[JsonObject, Envelope | None], Report]
"""Inspects one credential, in its envelope if it came in one."""

#: What must warn a reader most comes first.
_GRAVEST: Final = (
    Verdict.ALTERED,
    Verdict.WRONG_ISSUER,
    Verdict.UNSIGNED_PARTS,
    Verdict.REVOKED,
    Verdict.SUSPENDED,
    Verdict.OTHER_RECIPIENT,
    Verdict.NOT_CONFORMANT,
    Verdict.UNREADABLE,
    Verdict.EXPIRED,
    Verdict.NOT_YET_VALID,
    Verdict.ISSUER_UNCONFIRMED,
    Verdict.CANNOT_CHECK,
)


class Rationed:
    """Documents of which one inspection asks for a limited number: what is inside is a stranger's."""

    def __init__(self, documents: Documents, most: int = MAX_ADDRESSES) -> None:
        self._documents = documents
        self._most = most
        self._asked: set[str] = set()

    def load(self, url: str) -> bytes:
        self._asked.add(url)
        if len(self._asked) > self._most:
            raise Unavailable(f"It names more than {self._most} addresses, which are not all read.")
        return self._documents.load(url)


@dataclass(frozen=True, slots=True)
class Contained:
    """What became of the credentials inside: one check for all, and a report on each."""

    check: Check
    reports: tuple[Report, ...]

    @property
    def gravest(self) -> Report | None:
        """The report that warns most, or None where every credential holds."""
        doubtful = [one for one in self.reports if one.verdict is not Verdict.GENUINE]
        for verdict in _GRAVEST:
            for report in doubtful:
                if report.verdict is verdict:
                    return report
        return doubtful[0] if doubtful else None


def look_into(value: Any, place: Sequence[str | int], look: Look) -> Contained:
    """Inspect the credentials at ``place``: one, or a list of them."""
    items = [*_items(value, place)]
    if not items:
        return Contained(Check("credentials", State.SKIPPED, "It holds no credential."), ())
    if len(items) > MAX_CREDENTIALS:
        message = f"It holds more than {MAX_CREDENTIALS} credentials, which are not all read."
        return Contained(
            Check("credentials", State.UNKNOWN, message, pointer(*place), "credentials.too_many"),
            (),
        )
    reports = tuple(_report(item, look) for _, item in items)
    return Contained(_check([where for where, _ in items], reports), reports)


def documents_in(document: Mapping[str, Any]) -> list[JsonObject]:
    """Return the credentials of a presentation that was verified, out of their envelopes."""
    held = document.get("verifiableCredential")
    return [_opened(item)[0] for _, item in _items(held, ())]


def _items(value: Any, place: Sequence[str | int]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield pointer(*place, index), item
    elif value is not None:
        yield pointer(*place), value


def _report(item: Any, look: Look) -> Report:
    try:
        document, envelope = _opened(item)
    except (Unreadable, BadProof) as exc:
        check = Check("json", State.FAILED, exc.message, exc.pointer, exc.code)
        return Report(Verdict.UNREADABLE, wording.verdict(Verdict.UNREADABLE, {}), (check,))
    return look(document, envelope)


def _opened(item: Any) -> tuple[JsonObject, Envelope | None]:
    if isinstance(item, str):  # VCDM 1.1 §6.3.1: a token may stand there as it is
        envelope = opened(item.encode("utf-8", "replace"))
    elif enveloped.holds(item, enveloped.CREDENTIAL):
        _, content = enveloped.content_of(item)
        envelope = opened(content)
        if envelope is None:
            return parse(content), None
    elif isinstance(item, dict):
        return item, None
    else:
        envelope = None
    if envelope is None:
        raise Unreadable("Here stands no credential.")
    return envelope.document, envelope


def _check(places: Sequence[str], reports: Sequence[Report]) -> Check:
    for state in (State.FAILED, State.UNKNOWN):
        for place, report in zip(places, reports, strict=True):
            for check in report:
                if check.state is state:
                    fault = "does not hold" if state is State.FAILED else "could not be confirmed"
                    message = f"A credential inside {fault}: {check.message}"
                    where = place + (check.pointer or "")
                    return Check("credentials", state, message, where, check.code)
    return Check("credentials", State.PASSED, wording.contained(len(reports)))
