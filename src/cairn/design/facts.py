"""What happens in design."""

from cairn.design.states import ProposalState
from cairn.kernel.facts import Fact

PROPOSAL_MADE = Fact("proposal.made", "Somebody had an idea.", to=ProposalState.IDEA)
PROPOSAL_DRAFTED = Fact("proposal.drafted", "A draft was saved.", to=ProposalState.DRAFT)
PROPOSAL_SUBMITTED = Fact(
    "proposal.submitted", "A draft was frozen for review.", to=ProposalState.IN_REVIEW
)
PROPOSAL_REOPENED = Fact(
    "proposal.reopened", "A review gave the draft back to its authors.", to=ProposalState.DRAFT
)
PROPOSAL_APPROVED = Fact(
    "proposal.approved", "A proposal reached its end.", to=ProposalState.APPROVED
)
PROPOSAL_WITHDRAWN = Fact(
    "proposal.withdrawn", "A proposal was given up.", to=ProposalState.WITHDRAWN
)
VERSION_FROZEN = Fact("version.frozen", "A text came about that can no longer change.")
ACHIEVEMENT_APPROVED = Fact("achievement.approved", "A version may be offered and awarded.")
CONTENT_POLICY_SET = Fact(
    "content_policy.set", "An institution said what it asks of every micro-credential."
)
WARNING_DISMISSED = Fact(
    "warning.dismissed", "An author kept what a rule warns about, and said why."
)
WARNING_HEEDED = Fact("warning.heeded", "An author took such a reason back.")
