"""What follows in issuing when something happens to an award."""

from __future__ import annotations

from cairn.assessment import facts as assessment
from cairn.issuing import selectors, services
from cairn.issuing.models import IssuerProfile
from cairn.kernel.actor import Actor
from cairn.kernel.events import on
from cairn.kernel.models import LedgerEntry


@on(assessment.AWARD_CONFERRED)
def issue_conferred(entries: list[LedgerEntry]) -> None:
    """Sign what was conferred: one job, however many awards.

    It waits where there is no issuer, and where a registrar begins.
    """
    if not IssuerProfile.objects.exists() or not selectors.issues_by_itself():
        return
    first, last = entries[0].number, entries[-1].number
    services.issue_conferred(first, last, by=_actor(entries))


@on(assessment.AWARD_WITHDRAWN)
def revoke_withdrawn(entries: list[LedgerEntry]) -> None:
    """A credential counts no longer than the award behind it."""
    services.revoke_awards([entry.subject for entry in entries], by=_actor(entries))


def _actor(entries: list[LedgerEntry]) -> Actor:
    return Actor.system("follow-awards", institution=entries[0].institution)
