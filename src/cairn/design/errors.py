"""What design refuses, each with its code."""

from __future__ import annotations

from collections.abc import Sequence

from cairn.design.problem import Problem
from cairn.kernel.errors import Refused


class _WithProblems(Refused):
    def __init__(self, problems: Sequence[Problem]) -> None:
        told = "\n".join(str(problem) for problem in problems)
        super().__init__(message=f"{self.message}\n{told}")
        self.problems = tuple(problems)


class ContentUnreadable(_WithProblems):
    """The text of a micro-credential holds something that cannot be kept."""

    code = "content.unreadable"
    message = "Some of this cannot be kept. Mend it, then save again."


class ContentNotReady(_WithProblems):
    """A proposal is submitted while something stands in the way of its review."""

    code = "content.not_ready"
    message = "Something stands in the way of a review. Mend it, then submit again."


class SlugNotFit(Refused):
    """A short name that cannot stand in an address."""

    code = "achievement.slug"
    message = "Use small letters, digits and single hyphens, at most 63, such as network-security."


class SlugTaken(Refused):
    """Another micro-credential of the institution has this short name."""

    code = "achievement.slug_taken"
    message = "Another micro-credential has the short name {slug}. Choose another one."


class ProposalUnderWay(Refused):
    """A new proposal is wanted while another one for the same micro-credential is live."""

    code = "proposal.under_way"
    message = "A proposal for this is under way. Carry on with it, or withdraw it first."


class NothingToRevise(Refused):
    """A micro-credential without an approved version cannot be revised."""

    code = "proposal.nothing_to_revise"
    message = "No version of this was ever approved. Propose it anew."


class DraftChanged(Refused):
    """Somebody saved the draft since it was read."""

    code = "proposal.draft_changed"
    message = "Somebody else saved this draft since you opened it. Read it again, then add yours."


class ApprovalEnded(Refused):
    """An approval would be over before it begins."""

    code = "approval.ended"
    message = "The approval would end on {until}, before today. Choose a later day."


class ApprovalStands(Refused):
    """A version was approved already, until another day."""

    code = "approval.stands"
    message = "This version is approved already. Propose a revision to change its end."


class NotWritable(Refused):
    """A draft is saved while it is under review, or after its end."""

    code = "proposal.not_writable"
    message = "This proposal is “{state}”, and its text stands. Wait for the review, or revise."


class NeverSubmitted(Refused):
    """A proposal is to be given back that was never handed in."""

    code = "proposal.never_submitted"
    message = "This proposal was never submitted, so there is nothing to give back."


class VersionSuperseded(Refused):
    """A version is to be approved after a later one was frozen."""

    code = "version.superseded"
    message = "A later version of this proposal exists. Decide about that one."


class WarningGone(Refused):
    """A warning is to be dismissed that no rule gives any more."""

    code = "warning.gone"
    message = "This point is settled already. There is nothing to keep."


class MustBeMended(Refused):
    """Something that stands in the way of a review is to be dismissed."""

    code = "warning.blocks"
    message = "This stands in the way of a review, so no reason can keep it. Mend it."


class DismissalWithoutReason(Refused):
    """A warning is to be dismissed, and nobody says why."""

    code = "warning.no_reason"
    message = "Say why this stays as it is. Reviewers read it."


class DismissalUnreadable(Refused):
    """The reason for a dismissal cannot be kept as it was written."""

    code = "warning.reason"
    message = "The reason cannot be kept as it is. {why}"
