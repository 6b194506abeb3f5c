"""The verbs of design; nothing else writes its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from cairn.design import content as texts
from cairn.design import facts, policies, rules, selectors
from cairn.design.content import Content
from cairn.design.errors import (
    ApprovalEnded,
    ApprovalStands,
    ContentNotReady,
    ContentUnreadable,
    DismissalUnreadable,
    DismissalWithoutReason,
    DraftChanged,
    MustBeMended,
    NeverSubmitted,
    NothingToRevise,
    NotWritable,
    ProposalUnderWay,
    SlugNotFit,
    SlugTaken,
    VersionSuperseded,
    WarningGone,
)
from cairn.design.models import (
    Achievement,
    Authorship,
    ContentPolicy,
    Dismissal,
    Proposal,
    Version,
)
from cairn.design.sections import lasting
from cairn.design.shape import Faulty, text
from cairn.design.states import PROPOSAL, WRITABLE, ProposalState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change
from cairn.kernel.models import Institution, OrgUnit

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_REASON: Final = text(2_000, lines=True)


def propose(org_unit: OrgUnit, *, slug: str, title: str, by: Actor) -> Proposal:
    """Put an idea for a micro-credential on the table."""
    if len(slug) > 63 or not _SLUG.fullmatch(slug):
        raise SlugNotFit
    text = _readable({"title": title})
    if not text.title:
        raise ContentNotReady(rules.problems(text)[:1])
    with change(org_unit, by=by) as record:
        by.must(policies.may_propose, org_unit.pk)
        # The row of the org unit is locked, others are not: the constraint has the last word.
        achievement, new = Achievement.objects.get_or_create(
            institution=by.institution,
            slug=slug,
            defaults={"org_unit": org_unit, "title": text.title, "created_at": clock.now()},
        )
        if not new:
            raise SlugTaken(slug=slug)
        return _proposal(achievement, text, by=by, record=record)


def revise(achievement: Achievement, *, by: Actor) -> Proposal:
    """Begin a new draft from the version that was approved last."""
    with change(achievement, by=by) as record:
        by.must(policies.may_propose, achievement.org_unit_id)
        if Proposal.objects.filter(achievement=achievement).live().exists():
            raise ProposalUnderWay
        approved = Version.objects.filter(achievement=achievement, approved_on__isnull=False)
        version = approved.order_by("-number").first()
        if version is None:
            raise NothingToRevise
        proposal = _proposal(achievement, version.text, by=by, record=record)
        _keep(proposal, version.text, by=by, record=record)
        return proposal


def save_draft(
    proposal: Proposal, *, content: Mapping[str, Any], seen: int | None = None, by: Actor
) -> Proposal:
    """Keep what an author wrote. The same text again changes nothing.

    ``seen`` is the revision that the author had before their eyes. Parts without a key get one.
    """
    text = _readable(content)
    with change(proposal, by=by) as record:
        by.must(policies.may_write, selectors.proposal_facts(proposal))
        if proposal.state not in WRITABLE:
            raise NotWritable(state=proposal.state)
        if seen is not None and seen != proposal.revision:
            raise DraftChanged
        text = texts.with_keys(text, taken=_keys_taken(proposal))
        if proposal.state == ProposalState.IDEA or texts.write(text) != proposal.content:
            _keep(proposal, text, by=by, record=record)
    return proposal


def freeze(proposal: Proposal, *, by: Actor) -> Version:
    """Make a version of the draft, to be reviewed. A proposal in review has one already."""
    with change(proposal, by=by) as record:
        by.must(policies.may_submit, selectors.proposal_facts(proposal))
        latest = _latest(proposal)
        if proposal.state == ProposalState.IN_REVIEW and latest is not None:
            return latest
        PROPOSAL.check(proposal.state, ProposalState.IN_REVIEW)
        blocking = rules.blocking(selectors.problems_of(proposal))
        if blocking:
            raise ContentNotReady(blocking)
        PROPOSAL.move(proposal, ProposalState.IN_REVIEW)
        proposal.save(update_fields=["state"])
        digest = texts.digest(proposal.content)
        if latest is None or latest.digest != digest:
            latest = _version(proposal, digest, record)
        record(facts.PROPOSAL_SUBMITTED, proposal, version=latest)
        return latest


def reopen(proposal: Proposal, *, by: Actor) -> Proposal:
    """Give a proposal in review back to its authors. Given back already, it stays as it is."""
    with change(proposal, by=by) as record:
        by.must(policies.may_judge, selectors.proposal_facts(proposal))
        if proposal.state == ProposalState.IDEA:
            raise NeverSubmitted
        if proposal.state != ProposalState.DRAFT:
            PROPOSAL.move(proposal, ProposalState.DRAFT)
            proposal.save(update_fields=["state"])
            record(facts.PROPOSAL_REOPENED, proposal)
    return proposal


def mark_approved(version: Version, *, until: date | None, by: Actor) -> Version:
    """Say that a version may be offered and awarded, to ``until`` included or without an end."""
    with change(version, by=by) as record, change(version.proposal, by=by):
        proposal, today = version.proposal, clock.today(by.institution)
        by.must(policies.may_judge, selectors.proposal_facts(proposal))
        if version.approved_on is not None:
            if version.approved_until != until:
                raise ApprovalStands
            return version
        if version != _latest(proposal):
            raise VersionSuperseded
        if until is not None and until < today:
            raise ApprovalEnded(until=until)
        PROPOSAL.move(proposal, ProposalState.APPROVED)
        proposal.save(update_fields=["state"])
        version.approved_on, version.approved_until = today, until
        version.save(update_fields=["approved_on", "approved_until"])
        achievement = version.achievement
        achievement.title = version.text.title
        achievement.save(update_fields=["title"])
        record(facts.PROPOSAL_APPROVED, proposal, version=version)
        record(facts.ACHIEVEMENT_APPROVED, achievement, version=version, until=until)
    return version


def withdraw(proposal: Proposal, *, by: Actor) -> Proposal:
    """Give a proposal up, also while it is in review. Given up already, it stays as it is."""
    with change(proposal, by=by) as record:
        by.must(policies.may_write, selectors.proposal_facts(proposal))
        if proposal.state != ProposalState.WITHDRAWN:
            PROPOSAL.move(proposal, ProposalState.WITHDRAWN)
            proposal.save(update_fields=["state"])
            record(facts.PROPOSAL_WITHDRAWN, proposal)
    return proposal


def dismiss(proposal: Proposal, *, code: str, place: str, reason: str, by: Actor) -> Dismissal:
    """Keep something that a rule warns about, and say why. The same again changes nothing.

    ``place`` is the lasting place of the warning (:func:`cairn.design.sections.lasting`).
    """
    why = _why(reason)
    with change(proposal, by=by) as record:
        by.must(policies.may_write, selectors.proposal_facts(proposal))
        if proposal.state not in WRITABLE:
            raise NotWritable(state=proposal.state)
        warned = _warning(proposal, code, place)
        standing = Dismissal.objects.filter(
            proposal=proposal, code=code, place=place, taken_back_at=None
        ).first()
        if standing is not None:
            if (standing.reason, standing.told) == (why, warned):
                return standing
            _take_back(standing, proposal, record)
        _sign_in(proposal, by)
        assert by.person_id is not None  # the policy lets people write, nobody else
        dismissal = Dismissal.objects.create(
            institution=by.institution,
            proposal=proposal,
            code=code,
            place=place,
            told=warned,
            reason=why,
            by_person_id=by.person_id,
            dismissed_at=clock.now(),
        )
        record(facts.WARNING_DISMISSED, proposal, dismissal=dismissal, code=code)
    return dismissal


def heed(dismissal: Dismissal, *, by: Actor) -> Dismissal:
    """Take a reason back: the warning stands again. Taken back already, it stays so."""
    proposal = dismissal.proposal
    with change(proposal, by=by) as record, change(dismissal, by=by):
        by.must(policies.may_write, selectors.proposal_facts(proposal))
        if proposal.state not in WRITABLE:
            raise NotWritable(state=proposal.state)
        if dismissal.taken_back_at is None:
            _take_back(dismissal, proposal, record)
    return dismissal


def set_content_policy(
    institution: Institution, *, secure_task_required: bool, hours_required: bool, by: Actor
) -> ContentPolicy:
    """Say what the institution asks of every micro-credential; versions that exist stay."""
    asked = {"secure_task_required": secure_task_required, "hours_required": hours_required}
    with change(institution, by=by) as record:
        by.must(policies.may_set_policy)
        policy, new = ContentPolicy.objects.get_or_create(institution=institution, defaults=asked)
        if new or any(getattr(policy, name) != value for name, value in asked.items()):
            for name, value in asked.items():
                setattr(policy, name, value)
            policy.save(update_fields=[*asked])
            record(facts.CONTENT_POLICY_SET, policy, **asked)
    return policy


def _why(reason: str) -> str:
    try:
        why: str | None = _REASON(reason)
    except Faulty as exc:
        told = exc.problems[0]
        raise DismissalUnreadable(why=f"{told.message} {told.cure}") from exc
    if why is None:
        raise DismissalWithoutReason
    return why


def _warning(proposal: Proposal, code: str, place: str) -> str:
    """What the rule says there now."""
    data = texts.read(proposal.content)
    for problem in selectors.problems_of(proposal):
        if (problem.code, lasting(problem.pointer, data)) == (code, place):
            if problem.blocks:
                raise MustBeMended
            return problem.message[:1_000]
    raise WarningGone


def _take_back(dismissal: Dismissal, proposal: Proposal, record: Record) -> None:
    dismissal.taken_back_at = clock.now()
    dismissal.save(update_fields=["taken_back_at"])
    record(facts.WARNING_HEEDED, proposal, dismissal=dismissal)


def _readable(content: Mapping[str, Any]) -> Content:
    try:
        return texts.read(content)
    except Faulty as exc:
        raise ContentUnreadable(exc.problems) from exc


def _proposal(achievement: Achievement, text: Content, *, by: Actor, record: Record) -> Proposal:
    proposal = Proposal.objects.create(
        institution=by.institution,
        achievement=achievement,
        author_id=by.person_id,
        content=texts.write(text),
        created_at=clock.now(),
    )
    _sign_in(proposal, by)
    record(facts.PROPOSAL_MADE, proposal, achievement=achievement, org_unit=achievement.org_unit)
    return proposal


def _keep(proposal: Proposal, text: Content, *, by: Actor, record: Record) -> None:
    _sign_in(proposal, by)
    if proposal.state != ProposalState.DRAFT:
        PROPOSAL.move(proposal, ProposalState.DRAFT)
    proposal.content = texts.write(text)
    proposal.revision += 1
    proposal.save(update_fields=["state", "content", "revision"])
    record(facts.PROPOSAL_DRAFTED, proposal, revision=proposal.revision)


def _sign_in(proposal: Proposal, by: Actor) -> None:
    """Whoever writes is an author from now on, and decides no more."""
    assert by.person_id is not None  # the policies let people write, nobody else
    Authorship.objects.get_or_create(
        institution=by.institution, proposal=proposal, person_id=by.person_id
    )


def _keys_taken(proposal: Proposal) -> Iterable[str]:
    frozen = Version.objects.filter(achievement=proposal.achievement_id)
    written = [proposal.content, *frozen.values_list("content", flat=True)]
    return frozenset().union(*(texts.keys(texts.read(data)) for data in written))


def _latest(proposal: Proposal) -> Version | None:
    return Version.objects.filter(proposal=proposal).order_by("-number").first()


def _version(proposal: Proposal, digest: str, record: Record) -> Version:
    # The number belongs to the achievement, whose proposals come one after the other.
    latest = selectors.latest_version(proposal.achievement)
    version = Version.objects.create(
        institution=proposal.institution,
        achievement=proposal.achievement,
        proposal=proposal,
        number=latest.number + 1 if latest else 1,
        content=proposal.content,
        digest=digest,
        frozen_at=clock.now(),
    )
    record(
        facts.VERSION_FROZEN,
        version,
        achievement=proposal.achievement,
        proposal=proposal,
        number=version.number,
        digest=digest,
    )
    return version
