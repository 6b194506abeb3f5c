"""A proposal's way from an idea to an approval."""

from enum import StrEnum

from cairn.kernel.machine import Machine


class ProposalState(StrEnum):
    IDEA = "idea"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


PROPOSAL = Machine(
    {
        ProposalState.IDEA: {ProposalState.DRAFT, ProposalState.WITHDRAWN},
        ProposalState.DRAFT: {ProposalState.IN_REVIEW, ProposalState.WITHDRAWN},
        ProposalState.IN_REVIEW: {
            ProposalState.DRAFT,
            ProposalState.APPROVED,
            ProposalState.WITHDRAWN,
        },
    }
)
#: The states in which a proposal still wants something; an achievement has one such at a time.
LIVE = tuple(state for state in ProposalState if not PROPOSAL.is_final(state))
#: The states in which authors may write.
WRITABLE = (ProposalState.IDEA, ProposalState.DRAFT)
