"""What is issued together: when its mail leaves, and how it is undone before that."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from cairn.delivery.models import Offering
from cairn.issuing import facts, policies
from cairn.issuing.errors import StillSigning, TooLateToUndo
from cairn.issuing.models import Credential, Issuance, IssuingPolicy
from cairn.issuing.services import lists
from cairn.issuing.states import CREDENTIAL, CredentialState
from cairn.kernel import clock, mailing
from cairn.kernel.actor import Actor
from cairn.kernel.change import change, change_many
from cairn.kernel.jobs import enqueue
from cairn.kernel.models import Institution, Job
from cairn.kernel.tenancy import within

KIND: Final = "issue-batch"
UNDONE: Final = "Issued by mistake, undone before mail."


def begin(
    institution: Institution,
    key: str,
    args: dict[str, object],
    *,
    offering: Offering | None = None,
) -> Job:
    """Ask for the job that signs, and open the issuance that it fills; the same key is the same."""
    with transaction.atomic(), within(institution):
        job = enqueue(KIND, key=key, institution=institution, args=args)
        Issuance.objects.get_or_create(
            job=job.public_id, defaults={"offering": offering, "asked_at": clock.now()}
        )
    return job


def issuance_of_job(job_id: str) -> Issuance | None:
    found: Issuance | None = Issuance.objects.filter(job=job_id).first()
    return found


def finish(issuance: Issuance, *, by: Actor) -> None:
    """Everything is signed: from now on the time runs in which it can be undone."""
    with change(issuance, by=by):
        if issuance.mail_at is None and issuance.undone_at is None:
            hold = timedelta(minutes=settings.CAIRN.mail_hold_minutes)
            issuance.mail_at = clock.now() + hold
            issuance.save(update_fields=["mail_at"])
            _hold(issuance)


def _hold(issuance: Issuance) -> None:
    assert issuance.mail_at is not None
    mailing.hold_batch(issuance.institution, issuance.public_id, until=issuance.mail_at)


def send_now(issuance: Issuance, *, by: Actor) -> Issuance:
    """Let the mail of an issuance go at once; after that it cannot be undone."""
    with change(issuance, by=by) as record:
        by.must(policies.may_issue, _unit(issuance))
        if issuance.mail_at is None:
            raise StillSigning
        if issuance.undone_at is None and clock.now() < issuance.mail_at:
            issuance.mail_at = clock.now()
            issuance.save(update_fields=["mail_at"])
            _hold(issuance)
            record(facts.ISSUANCE_RELEASED, issuance)
    return issuance


def undo(issuance: Issuance, *, by: Actor) -> int:
    """Take everything back that was issued together, before anybody hears of it by mail.

    The credentials are revoked and their mail is cancelled; the awards can be issued again. Returns
    how many credentials there were. A second time changes nothing.
    """
    with change(issuance, by=by) as record:
        by.must(policies.may_revoke, _unit(issuance))
        if issuance.undone_at is not None:
            return 0
        if issuance.mail_at is None:
            raise StillSigning
        left = mailing.sent_of_batch(issuance.institution, issuance.public_id)
        if clock.now() >= issuance.mail_at or left:
            raise TooLateToUndo
        issuance.undone_at = clock.now()
        issuance.save(update_fields=["undone_at"])
        mailing.cancel_batch(issuance.institution, issuance.public_id, why="undone")
        rows = list(
            Credential.objects.filter(issuance=issuance)
            .standing()
            .select_related("award", "status_list__issuer__institution")
            .select_for_update(of=("self",), no_key=True)
            .order_by("pk")
        )
        places: dict[int, list[int]] = defaultdict(list)
        for credential in rows:
            CREDENTIAL.move(credential, CredentialState.REVOKED)
            credential.reason = UNDONE
            places[credential.status_list_id].append(credential.status_index)
            record(facts.CREDENTIAL_REVOKED, credential, award=credential.award, issuance=issuance)
        Credential.objects.bulk_update(rows, ["state", "reason"], batch_size=500)
        if rows:
            lists.mark(rows[0].status_list.issuer, places, on=True)
        record(facts.ISSUANCE_UNDONE, issuance, credentials=len(rows))
    return len(rows)


def _unit(issuance: Issuance) -> int | None:
    return None if issuance.offering is None else issuance.offering.org_unit_id


def change_policy(institution: Institution, *, automatic: bool, by: Actor) -> IssuingPolicy:
    """Say whether issuing follows an award by itself, or waits for a registrar."""
    with change_many(institution, by=by) as record:
        by.must(policies.may_issue)
        policy, _ = IssuingPolicy.objects.select_for_update().get_or_create(institution=institution)
        if policy.automatic != automatic:
            policy.automatic = automatic
            policy.save(update_fields=["automatic"])
            record(facts.ISSUING_CHANGED, policy, automatic=automatic)
    return policy
