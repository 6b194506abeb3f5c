"""Who may do what with a proposal, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict, no


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What the policies need to know about a proposal. ``author_ids`` are keys of people."""

    org_unit_id: int
    author_ids: frozenset[int]


def may_propose(actor: Actor, org_unit_id: int) -> Verdict:
    if actor.person_id is None:
        return no("A micro-credential has an author, so a person proposes it.")
    return actor.holds("design.write", at=org_unit_id)


def may_write(actor: Actor, proposal: ProposalFacts) -> Verdict:
    """Also for giving it up. Whoever writes becomes an author, and decides no more."""
    if actor.person_id is None:
        return no("A draft has authors, so a person writes it.")
    return actor.holds("design.write", at=proposal.org_unit_id)


def may_submit(actor: Actor, proposal: ProposalFacts) -> Verdict:
    return actor.holds("quality.submit", at=proposal.org_unit_id)


def may_judge(actor: Actor, proposal: ProposalFacts) -> Verdict:
    """Approve a version or give the draft back: never the author, whatever the role says."""
    if actor.person_id is None:
        return no("A person decides about a proposal, never a program.")
    if actor.person_id in proposal.author_ids:
        return no("You wrote this proposal, so someone else decides.")
    return actor.holds("quality.decide", at=proposal.org_unit_id)


def may_set_policy(actor: Actor) -> Verdict:
    return actor.holds("kernel.administer")
