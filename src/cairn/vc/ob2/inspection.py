"""An Open Badge of version 2 under inspection (Open Badges 2.0, Verification).

1 json         the bytes are strict JSON
2 data_model   an assertion as version 2 wants it
3 badge        what it was awarded for, from the address of the badge class
4 hosted       the site that published it still publishes the same, or
  proof        the signature holds
5 issuer       the place, or the key, is the issuer's
6 status       not withdrawn
7 dates        valid at the time asked about
8 recipient    awarded to the person it is shown for, where somebody asks
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cairn.vc import wording
from cairn.vc.checks import failed, many, passed, skipped, unknown
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents, Gone
from cairn.vc.errors import CredentialError, Unavailable
from cairn.vc.ob2 import shape
from cairn.vc.ob2.linked import Linked, follow, load
from cairn.vc.ob2.reading import Badge
from cairn.vc.ob2.signed import signatory_of
from cairn.vc.proofs import Expected
from cairn.vc.recipient import recipient_check
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.timestamps import read_timestamp

_SIGNED: Final = ("SignedBadge", "signed")
_HOSTED: Final = ("HostedBadge", "hosted")
_WITHDRAWN: Final = "The issuer has withdrawn this badge."


@dataclass(slots=True)
class Inspection:
    """One badge under inspection."""

    badge: Badge
    documents: Documents
    at: datetime
    expected: Expected
    achievement: Linked | None = None
    issuer: Linked | None = None
    signatory: Signatory | None = None
    revoked: bool = False

    @property
    def document(self) -> JsonObject:
        return self.badge.document

    def report(self) -> Report:
        """Make every check, and say what they add up to."""
        award = shape.ASSERTION[0] in many(self.document.get("type"))
        checks = (passed("json"), *(self._award() if award else self._description()))
        verdict = _conclude(checks)
        return Report(verdict, self._sentence(verdict, checks), checks)

    def _award(self) -> Iterator[Check]:
        model = self._model(self.document, shape.ASSERTION)
        yield model
        yield self._linked("badge", self.document.get("badge"), "the badge class", shape.BADGE)
        found = self._linked_issuer()
        signed = self.badge.token is not None
        yield self._proof() if signed else self._published()
        yield found or (self._key_is_theirs() if signed else self._place_is_theirs())
        yield self._listed() if signed else self._withdrawn()
        yield self._dates()
        if self.expected.challenge is not None or self.expected.domain is not None:
            message = "Nobody presents it: a badge of version 2 answers no question."
            yield failed("holder", message, None, "ob2.not_presented")
        if self.expected.recipient is not None:
            recipient = self.document.get("recipient")
            identities = [(one, "identity") for one in many(recipient) if isinstance(one, dict)]
            yield recipient_check(iter(identities), self.expected.recipient)

    def _description(self) -> Iterator[Check]:
        """Look at a badge class or an issuer that came alone: it awards nothing to anybody."""
        kinds = many(self.document.get("type"))
        yield self._model(self.document, shape.BADGE if "BadgeClass" in kinds else shape.ISSUER)
        if "BadgeClass" in kinds:
            self.achievement = Linked(self.document)
            found = self._linked_issuer() or self._issuer_doubt()
            if found is not None:
                yield found
        message = "It describes a badge or an issuer, and does not say that anybody earned it."
        yield Check("format", State.UNKNOWN, message, "/type", "ob2.no_award")

    def _model(self, document: JsonObject, kind: tuple[str, ...]) -> Check:
        for problem in shape.shape_problems(document, kind):
            return failed("data_model", str(problem), problem.pointer, "data_model.broken")
        if kind == shape.ASSERTION and self._way not in (_SIGNED if self.badge.token else _HOSTED):
            message = "It says that it can be checked in another way than the one in which it came."
            return failed("data_model", message, "/verification/type", "ob2.way")
        return passed("data_model", "It is put together as Open Badges 2.0 asks.")

    @property
    def _way(self) -> Any:
        verification = self.document.get("verification")
        return verification.get("type") if isinstance(verification, dict) else None

    def _linked(self, name: str, value: Any, what: str, kind: tuple[str, ...]) -> Check:
        place = f"/{name}"
        try:
            found = follow(value, self.documents, what)
        except Unavailable as exc:
            return unknown(name, exc, place)
        except CredentialError as exc:
            return failed(name, exc.message, place, exc.code)
        if name == "badge":
            self.achievement = found
        else:
            self.issuer = found
        for problem in shape.shape_problems(found.document, kind):
            return failed(name, f"In {what}, {problem}", place, "ob2.shape")
        if found.doubt is not None:
            return unknown(name, found.doubt, place)
        return passed(name, f"{what[0].upper()}{what[1:]} stands at its own address.")

    def _linked_issuer(self) -> Check | None:
        """Find the issuer by way of the badge class; return a check where that does not succeed."""
        if self.achievement is None:
            return skipped("issuer", "Not looked at, because what was awarded could not be had.")
        link = self.achievement.document.get("issuer")
        check = self._linked("issuer", link, "the issuer", shape.ISSUER)
        return None if check.state is State.PASSED or self.issuer is not None else check

    def _issuer_doubt(self) -> Check | None:
        if self.issuer is None:
            return None
        for problem in shape.shape_problems(self.issuer.document, shape.ISSUER):
            return failed("issuer", f"In the issuer, {problem}", "/badge", "ob2.shape")
        doubt = self.issuer.doubt or (self.achievement.doubt if self.achievement else None)
        return None if doubt is None else unknown("issuer", doubt, "/badge")

    # --- hosted ------------------------------------------------------------------------------

    def _published(self) -> Check:
        address = str(self.document.get("id"))
        try:
            hosted = load(address, self.documents, "the badge").document
        except Gone:
            self.revoked = True
            return passed("hosted", "The site that published it has taken it away for good.")
        except Unavailable as exc:
            return unknown("hosted", exc, "/id")
        except CredentialError as exc:
            return failed("hosted", exc.message, "/id", "hosted.unreadable")
        if hosted.get("id") == address and hosted.get("revoked") is True:
            self.revoked = True
            return passed("hosted", "The site that published it says that it was withdrawn.")
        if _written(hosted) != _written(self.document):
            message = "What stands at its address is not this: something was changed, or it is not theirs."
            return failed("hosted", message, "/id", "hosted.differs")
        return passed("hosted", f"{_host(address)} publishes it today, letter for letter.")

    def _place_is_theirs(self) -> Check:
        issuer = self.issuer.document if self.issuer is not None else {}
        address = str(self.document.get("id"))
        if not _host(str(issuer.get("id", ""))) and not _rules(issuer):
            message = "The issuer has no address on the web that could answer for the badge."
            return Check("issuer", State.UNKNOWN, message, "/badge", "issuer.unconfirmed")
        if not _in_scope(address, issuer):
            message = f"{_host(address)} is not where this issuer publishes its badges."
            return failed("issuer", message, "/id", "issuer.other")
        return self._issuer_doubt() or passed(
            "issuer", f"It stands where its issuer publishes: {_host(address)}."
        )

    def _withdrawn(self) -> Check:
        if self.revoked:
            return failed("status", _WITHDRAWN, None, "status.revoked")
        return skipped(
            "status", "A badge without a signature is withdrawn by taking it off its site."
        )

    # --- signed ------------------------------------------------------------------------------

    def _proof(self) -> Check:
        if self.issuer is None or self.badge.token is None:
            message = "Not looked at, because the issuer's profile, which names the key, could not be had."
            return Check("proof", State.UNKNOWN, message, None, "document.unavailable")
        try:
            self.signatory = signatory_of(
                self.badge.token, self.document, self.issuer.document, self.documents
            )
        except Unavailable as exc:
            return unknown("proof", exc, "/verification")
        except CredentialError as exc:
            return failed("proof", wording.altered(exc), None, exc.code)
        return passed("proof", wording.SEALED)

    def _key_is_theirs(self) -> Check:
        if self.signatory is None:
            return skipped("issuer", wording.NO_SIGNATURE)
        if self.signatory.voucher is not Voucher.PUBLISHED:
            message = "The key that signed it is not among those that the issuer publishes."
            return failed("issuer", message, "/verification/creator", "issuer.contradicted")
        return self._issuer_doubt() or passed(
            "issuer", f"The key that signed it is published by {wording.short(self._issuer_id)}."
        )

    def _listed(self) -> Check:
        """Read the issuer's list of withdrawn badges (§ RevocationList)."""
        if self.signatory is None or self.issuer is None:
            return skipped("status", wording.NO_SIGNATURE)
        address = self.issuer.document.get("revocationList")
        if address is None:
            return skipped("status", "The issuer keeps no list of withdrawn badges.")
        try:
            listed = follow(address, self.documents, "the list of withdrawn badges").document
        except Unavailable as exc:
            return unknown("status", exc, "/badge")
        except CredentialError as exc:
            return failed("status", exc.message, "/badge", exc.code)
        if not isinstance(listed.get("revokedAssertions"), list):
            message = "What the issuer names as its list of withdrawn badges is no such list."
            return failed("status", message, "/badge", "MALFORMED_VALUE_ERROR")
        names = {_named(item) for item in listed["revokedAssertions"]}
        own = {_named(self.document.get(name)) for name in ("id", "uid")} - {None}
        if names & own:
            return failed("status", _WITHDRAWN, "/id", "status.revoked")
        return passed("status", "The issuer has not withdrawn it.")

    # --- both --------------------------------------------------------------------------------

    def _dates(self) -> Check:
        moments: dict[str, datetime] = {}
        for name in ("issuedOn", "expires"):
            try:
                if name in self.document:
                    text = str(self.document[name])
                    moments[name] = read_timestamp(text, offset_required=False)
            except ValueError:
                return failed("dates", wording.BAD_DATES, f"/{name}", "dates.malformed")
        starts, ends = moments.get("issuedOn"), moments.get("expires")
        if starts is not None and starts > self.at:
            message = f"It is valid only from {wording.day(starts)}."
            return failed("dates", message, "/issuedOn", "dates.not_yet_valid")
        if ends is not None and ends < self.at:
            message = f"It expired on {wording.day(ends)}."
            return failed("dates", message, "/expires", "dates.expired")
        return passed("dates", wording.dates(ends))

    @property
    def _issuer_id(self) -> str:
        return str(self.issuer.document.get("id", "")) if self.issuer is not None else ""

    def _sentence(self, verdict: Verdict, checks: tuple[Check, ...]) -> str:
        issuer = self.issuer.document if self.issuer is not None else {}
        named = {"issuer": {"id": self._issuer_id, "name": issuer.get("name")}}
        if any(check.code == "ob2.no_award" for check in checks) and verdict in _UNDECIDED:
            return "No award: it describes a badge or an issuer, and gives it to nobody."
        if self.badge.token is not None:
            return wording.verdict(verdict, named, self.signatory)
        found = {check.id: check.state for check in checks}
        if found.get("hosted") is State.UNKNOWN and verdict is Verdict.CANNOT_CHECK:
            return _NOT_ASKED
        confirmed = found.get("hosted") is found.get("issuer") is State.PASSED
        place = _host(str(self.document.get("id")))
        return wording.hosted(verdict, named, place if confirmed else "")


_NOT_ASKED: Final = "Cannot be checked now: it carries no signature, and the site that publishes it could not be asked."
_UNDECIDED: Final = frozenset(
    {Verdict.CANNOT_CHECK, Verdict.HOSTED, Verdict.ISSUER_UNCONFIRMED, Verdict.GENUINE}
)


def _conclude(checks: tuple[Check, ...]) -> Verdict:
    codes = {check.id: check.code for check in checks if check.state is State.FAILED}
    if codes.get("hosted") == "hosted.differs":
        return Verdict.ALTERED
    if "hosted" in codes or "badge" in codes:
        return Verdict.NOT_CONFORMANT
    if codes.get("issuer") in ("ob2.shape", "ob2.link"):
        return Verdict.NOT_CONFORMANT
    verdict = wording.conclude(checks)
    if verdict is Verdict.GENUINE and not any(check.id == "proof" for check in checks):
        return Verdict.HOSTED
    if verdict is Verdict.ISSUER_UNCONFIRMED and any(
        check.state is State.UNKNOWN and check.id != "issuer" for check in checks
    ):
        return Verdict.CANNOT_CHECK
    return verdict


def _in_scope(address: str, issuer: JsonObject) -> bool:
    """Tell whether an issuer publishes at an address (Open Badges 2.0, VerificationObject).

    Where the profile says nothing, an assertion stands on the same host as the profile.
    """
    rules = _rules(issuer)
    starts, hosts = many(rules.get("startsWith")), many(rules.get("allowedOrigins"))
    if not starts and not hosts:
        return _host(address) != "" and _host(address) == _host(str(issuer.get("id", "")))
    inside = not starts or any(isinstance(one, str) and _begins(address, one) for one in starts)
    allowed = not hosts or _host(address) in {str(one).lower() for one in hosts}
    return inside and allowed


def _rules(issuer: JsonObject) -> JsonObject:
    rules = issuer.get("verification")
    return rules if isinstance(rules, dict) else {}


def _begins(address: str, start: str) -> bool:
    # A start without a path would let example.org.elsewhere.example pass for example.org.
    return address.startswith(start) and _origin(address) == _origin(start)


def _origin(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()


def _host(address: str) -> str:
    return _origin(address)[1]


def _named(item: Any) -> Any:
    if isinstance(item, dict):
        item = item.get("id", item.get("uid"))
    return item if isinstance(item, str) else None


def _written(document: JsonObject) -> str:
    return json.dumps(document, sort_keys=True)
