"""What happens in quality."""

from cairn.kernel.facts import Fact
from cairn.quality.states import ReviewState

REVIEW_OPENED = Fact("review.opened", "A version waits for a decision.", to=ReviewState.OPEN)
DECISION_MADE = Fact("decision.made", "A reviewer decided, with a reason.")
REVIEW_DECIDED = Fact("review.decided", "A version was approved.", to=ReviewState.DECIDED)
REVIEW_RETURNED = Fact(
    "review.returned", "A version went back to its authors.", to=ReviewState.RETURNED
)
REVIEW_WITHDRAWN = Fact(
    "review.withdrawn", "The authors gave up before a decision.", to=ReviewState.WITHDRAWN
)
COMMENT_MADE = Fact("comment.made", "Somebody remarked on a part of a version.")
COMMENT_RESOLVED = Fact("comment.resolved", "A remark was settled.")
