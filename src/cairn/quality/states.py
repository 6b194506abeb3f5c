"""A review: it is open until somebody decides, gives the text back, or its authors give up.

A text that comes back is reviewed anew, in a row of its own.
"""

from enum import StrEnum

from cairn.kernel.machine import Machine


class ReviewState(StrEnum):
    OPEN = "open"
    RETURNED = "returned"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


REVIEW = Machine(
    {ReviewState.OPEN: {ReviewState.DECIDED, ReviewState.RETURNED, ReviewState.WITHDRAWN}}
)
