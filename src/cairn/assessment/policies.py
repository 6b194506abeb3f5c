"""Who may mark, release, confer and withdraw, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict, no


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the policies need to know: where it belongs, and whether the actor is a learner of it."""

    org_unit_id: int
    actor_learns: bool


def may_mark(actor: Actor, case: CaseFacts) -> Verdict:
    """Also for correcting and importing marks."""
    if case.actor_learns:
        return no("You are a learner here, so someone else gives the marks.")
    return actor.holds("assessment.mark", at=case.org_unit_id)


def may_release(actor: Actor, case: CaseFacts) -> Verdict:
    if case.actor_learns:
        return no("You are a learner here, so someone else releases the results.")
    return actor.holds("assessment.release", at=case.org_unit_id)


def may_confer(actor: Actor, case: CaseFacts) -> Verdict:
    if case.actor_learns:
        return no("You are a learner here, so someone else confers the awards.")
    return actor.holds("assessment.confer", at=case.org_unit_id)


def may_withdraw(actor: Actor, case: CaseFacts) -> Verdict:
    if case.actor_learns:
        return no("You are a learner here, so someone else decides about awards.")
    return actor.holds("assessment.withdraw", at=case.org_unit_id)
