"""Who is written to when something happened. Heard twice, a fact is one letter: its key says which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings

from cairn.design.models import Authorship
from cairn.issuing import facts as issuing
from cairn.issuing.models import Credential, NameCorrection
from cairn.kernel import clock, mailing
from cairn.kernel.events import on
from cairn.kernel.mailing import Wish
from cairn.kernel.models import EmailAddress, LedgerEntry
from cairn.quality import facts as quality
from cairn.quality.models import Review

#: What is older is no news: a replay of the ledger writes to nobody about years ago.
NEWS: Final = timedelta(days=2)
_AT_ONCE: Final = 500


@on(issuing.CREDENTIAL_ISSUED)
def tell_that_it_is_ready(entries: list[LedgerEntry]) -> None:
    """Write to holders; the letters of a batch are held until it is signed and can be undone no more."""
    hold = timedelta(minutes=settings.CAIRN.mail_hold_minutes)
    for part in _parts([entry.subject for entry in _news(entries)]):
        rows = Credential.objects.filter(public_id__in=part, replaces=None).order_by("pk")
        rows = rows.filter(award__enrolment__person__erased_on=None)
        found = list(rows.select_related("issuance", "award__enrolment"))
        reachable = _reachable({one.award.enrolment.person_id for one in found})
        mailing.mail_many(
            entries[0].institution,
            [
                Wish(
                    kind="credential-ready",
                    key=f"credential-ready:{one.public_id}",
                    person=one.award.enrolment.person_id,
                    about=one.public_id,
                    batch=one.issuance.public_id if one.issuance else "",
                    hold_until=one.issuance.mail_at if one.issuance else one.issued_at + hold,
                    forever=one.issuance is not None and one.issuance.mail_at is None,
                )
                for one in found
                if one.award.enrolment.person_id in reachable
                and (one.issuance is None or one.issuance.undone_at is None)
            ],
        )


@on(issuing.CREDENTIAL_REVOKED)
def tell_that_it_was_revoked(entries: list[LedgerEntry]) -> None:
    """Write to holders, except where it was undone before they heard of it."""
    numbers = {entry.subject: entry.number for entry in _news(entries)}
    for part in _parts(list(numbers)):
        rows = Credential.objects.filter(public_id__in=part, issuance__undone_at=None)
        _about(
            entries,
            [
                ("credential-revoked", one, f"credential-revoked:{numbers[one.public_id]}")
                for one in rows.select_related("award__enrolment")
            ],
        )


@on(issuing.CREDENTIAL_REPLACED)
def tell_that_it_was_replaced(entries: list[LedgerEntry]) -> None:
    """Write to holders; who had a name corrected hears of that, once for all credentials."""
    made = [
        str(entry.data["successor"]) for entry in _news(entries) if "correction" not in entry.data
    ]
    for part in _parts(made):
        rows = Credential.objects.filter(public_id__in=part).select_related("award__enrolment")
        _about(
            entries,
            [("credential-replaced", one, f"credential-replaced:{one.public_id}") for one in rows],
        )


def _about(entries: list[LedgerEntry], told: list[tuple[str, Credential, str]]) -> None:
    reachable = _reachable({one.award.enrolment.person_id for _, one, _ in told})
    mailing.mail_many(
        entries[0].institution,
        [
            Wish(kind=kind, key=key, person=one.award.enrolment.person_id, about=one.public_id)
            for kind, one, key in told
            if one.award.enrolment.person_id in reachable
        ],
    )


@on(issuing.NAME_CORRECTION_DONE, issuing.NAME_CORRECTION_REFUSED)
def tell_about_the_name(entries: list[LedgerEntry]) -> None:
    """Write to who asked for another name."""
    rows = NameCorrection.objects.filter(public_id__in=[one.subject for one in _news(entries)])
    mailing.mail_many(
        entries[0].institution,
        [
            Wish(
                kind="name-corrected",
                key=f"name-corrected:{one.public_id}",
                person=one.person_id,
                about=one.public_id,
            )
            for one in rows
        ],
    )


@on(quality.REVIEW_DECIDED, quality.REVIEW_RETURNED)
def tell_the_authors(entries: list[LedgerEntry]) -> None:
    """Write to everybody who wrote in the proposal that was decided."""
    reviews = Review.objects.filter(public_id__in=[one.subject for one in _news(entries)])
    wishes = []
    for review in reviews.select_related("version__proposal"):
        proposal = review.version.proposal
        authors = Authorship.objects.filter(proposal=proposal, person__erased_on=None)
        people = set(authors.values_list("person_id", flat=True))
        if proposal.author_id is not None:
            people.add(proposal.author_id)
        wishes += [
            Wish(
                kind="decision-made",
                key=f"decision-made:{review.public_id}:{person}",
                person=person,
                about=review.public_id,
            )
            for person in sorted(_reachable(people))
        ]
    mailing.mail_many(entries[0].institution, wishes)


def _news(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    since = clock.now() - NEWS
    return [entry for entry in entries if entry.at >= since]


def _reachable(people: Iterable[int]) -> set[int]:
    """Those who have an address to which letters go."""
    rows = EmailAddress.objects.filter(person_id__in=people)
    fit = rows.exclude(kind=EmailAddress.Kind.PERSONAL, verified_at=None)
    return set(fit.values_list("person_id", flat=True))


def _parts(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
