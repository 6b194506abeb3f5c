"""What the decisions of one review come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cairn.design.content import Content
from cairn.design.sections import SECTIONS


class DecisionOutcome(StrEnum):
    """What one reviewer decides."""

    APPROVE = "approve"
    RETURN = "return"


class ReviewOutcome(StrEnum):
    """What a review comes to."""

    PENDING = "pending"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision: who, and what. Reasons are for people; no rule reads them."""

    person_id: int
    outcome: DecisionOutcome


def outcome(decisions: Sequence[DecisionView], *, quorum: int = 1) -> ReviewOutcome:
    """Say what the decisions come to: one return returns; ``quorum`` different people approve."""
    if quorum < 1:
        raise ValueError("A review needs at least one reviewer.")
    if any(decision.outcome is DecisionOutcome.RETURN for decision in decisions):
        return ReviewOutcome.RETURNED
    approvers = {decision.person_id for decision in decisions}
    return ReviewOutcome.APPROVED if len(approvers) >= quorum else ReviewOutcome.PENDING


def is_place(place: str, content: Content) -> bool:
    """Tell whether remarks can stand there: at a section, an outcome or a task of the text."""
    if place in SECTIONS:
        return True
    section, _, key = place.partition("/")
    if section == "outcomes":
        return any(outcome.key == key for outcome in content.outcomes)
    return section == "assessment" and any(task.key == key for task in content.tasks)
