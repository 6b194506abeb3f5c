"""What becomes of a credential after it was issued: each way with a reason, published at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cairn.assessment.models import Award
from cairn.issuing import facts, policies, selectors
from cairn.issuing.errors import (
    AnotherStands,
    AwardGone,
    NoAddress,
    NotStanding,
    PersonErased,
    ReasonMissing,
)
from cairn.issuing.models import Credential, IssuerProfile, NameCorrection
from cairn.issuing.services import lists
from cairn.issuing.services.issue import Wanted, sign_and_keep
from cairn.issuing.services.keys import lock_issuer, open_pen
from cairn.issuing.states import CREDENTIAL, CredentialState
from cairn.kernel import clock, mailing
from cairn.kernel.actor import Actor
from cairn.kernel.change import change, change_many
from cairn.kernel.facts import Fact

AWARD_WITHDRAWN = "The award was withdrawn."


def revoke(credential: Credential, *, reason: str, by: Actor) -> Credential:
    """Say that a credential counts no more."""
    return _move(credential, CredentialState.REVOKED, facts.CREDENTIAL_REVOKED, reason, by=by)


def revoke_many(credentials: Sequence[Credential], *, reason: str, by: Actor) -> int:
    """Revoke several for one reason: all of them, or none."""
    with change_many(by.institution, by=by):
        for credential in credentials:
            revoke(credential, reason=reason, by=by)
    return len(credentials)


def resend(credentials: Sequence[Credential], *, by: Actor) -> int:
    """Write to the holders once more. Returns how many letters that are."""
    now = clock.now()
    with change_many(by.institution, by=by) as record:
        wishes = []
        for credential in credentials:
            by.must(policies.may_issue, selectors.org_unit_of(credential))
            if credential.state != CredentialState.ISSUED:
                raise NotStanding
            person = credential.award.enrolment.person
            if not selectors.address_stated(person.pk):
                raise NoAddress
            name = credential.public_id
            # The same button twice in a minute is one letter.
            key = f"credential-ready:{name}:{now:%Y%m%d%H%M}"
            wishes.append(mailing.Wish("credential-ready", key, person=person.pk, about=name))
            record(facts.CREDENTIAL_RESENT, credential)
        return mailing.mail_many(by.institution, wishes)


def suspend(credential: Credential, *, reason: str, by: Actor) -> Credential:
    """Say that a credential does not count for now.

    Open Badges leaves room for one status, so the world reads it as revoked until it is reinstated.
    """
    return _move(credential, CredentialState.SUSPENDED, facts.CREDENTIAL_SUSPENDED, reason, by=by)


def reinstate(credential: Credential, *, reason: str, by: Actor) -> Credential:
    """Let a credential count again whose suspension is over or whose revocation was a mistake."""
    with change(credential, by=by):
        award = Award.objects.select_for_update(no_key=True).get(pk=credential.award_id)
        if award.withdrawn_on is not None:
            raise AwardGone
        _must_stand_alone(credential)
        return _move(credential, CredentialState.ISSUED, facts.CREDENTIAL_REINSTATED, reason, by=by)


def replace(credential: Credential, *, reason: str, by: Actor) -> Credential:
    """Issue a new credential for the same award, and say that the former counts no more.

    For a name that was misspelt, or a document that came into the wrong hands.
    """
    return replace_for(credential, None, reason=reason, by=by)


def replace_for(
    credential: Credential, correction: NameCorrection | None, *, reason: str, by: Actor
) -> Credential:
    """Replace a credential; the ledger tells the name correction that it was for, if any."""
    with change_many(by.institution, by=by) as record:
        issuer = lock_issuer()
        with change(credential, by=by):
            due = selectors.award_to_sign_again(credential)
            if due is None:
                raise PersonErased if _erased(credential) else AwardGone
            _must_stand_alone(credential)
            _change_state(credential, CredentialState.REPLACED, reason, by=by)
            (made,) = sign_and_keep(
                [Wanted(due, replaces=credential)], pen=open_pen(issuer), record=record
            )
            told = {"successor": made, "award": due.award_id}
            if correction is not None:
                told["correction"] = correction
            record(facts.CREDENTIAL_REPLACED, credential, **told)
    return made


def revoke_awards(awards: Sequence[str], *, by: Actor) -> int:
    """Revoke what stands for these awards, by their public ids, that were withdrawn."""
    with change_many(by.institution, by=by) as record:
        by.must(policies.may_revoke)
        standing = list(
            Credential.objects.filter(award__public_id__in=awards)
            .exclude(award__withdrawn_on=None)
            .standing()
            .select_related("award", "status_list__issuer__institution")
            .select_for_update(of=("self",), no_key=True)
            .order_by("pk")
        )
        places: dict[int, list[int]] = defaultdict(list)
        for credential in standing:
            CREDENTIAL.move(credential, CredentialState.REVOKED)
            credential.reason = AWARD_WITHDRAWN
            places[credential.status_list_id].append(credential.status_index)
            record(facts.CREDENTIAL_REVOKED, credential, award=credential.award)
        Credential.objects.bulk_update(standing, ["state", "reason"])
        if standing:
            lists.mark(standing[0].status_list.issuer, places, on=True)
    return len(standing)


def _move(
    credential: Credential, to: CredentialState, fact: Fact, reason: str, *, by: Actor
) -> Credential:
    with change(credential, by=by) as record:
        _change_state(credential, to, reason, by=by)
        record(fact, credential, award=credential.award)
    return credential


def _change_state(credential: Credential, to: CredentialState, reason: str, *, by: Actor) -> None:
    """Change the state of a locked credential, and its bit when the world should see it."""
    by.must(policies.may_revoke, selectors.org_unit_of(credential))
    if not reason.strip():
        raise ReasonMissing
    counted = credential.state == CredentialState.ISSUED
    CREDENTIAL.move(credential, to)
    credential.reason = reason.strip()
    credential.save(update_fields=["state", "reason"])
    counts = to == CredentialState.ISSUED
    if counts != counted:
        issuer = IssuerProfile.objects.select_related("institution").get(
            pk=credential.status_list.issuer_id
        )
        place = {credential.status_list_id: [credential.status_index]}
        lists.mark(issuer, place, on=not counts)


def _must_stand_alone(credential: Credential) -> None:
    """Refuse where another credential stands for the same award."""
    others = Credential.objects.filter(award=credential.award_id).exclude(pk=credential.pk)
    if others.standing().exists():
        raise AnotherStands


def _erased(credential: Credential) -> bool:
    return Award.objects.filter(
        pk=credential.award_id, withdrawn_on=None, enrolment__person__erased_on__isnull=False
    ).exists()
