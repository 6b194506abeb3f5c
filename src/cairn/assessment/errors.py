"""What assessment refuses, each with its code."""

from __future__ import annotations

from cairn.kernel.errors import Refused


class NoSuchTask(Refused):
    """A mark for a task that the version does not have."""

    code = "mark.task"
    message = "There is no task {task} here. The tasks are {tasks}."


class ScoreUnfit(Refused):
    """A mark that is not a number from 0 to 100 with at most two decimal places."""

    code = "mark.score"
    message = "{why}"


class NotBegun(Refused):
    """Marks or results for an offering that has not begun."""

    code = "assessment.not_begun"
    message = "This offering has not begun. Open it first."


class NotEarned(Refused):
    """An award is to be conferred that was not earned."""

    code = "award.not_earned"
    message = "The award cannot be conferred. {why}"


class ReasonMissing(Refused):
    """An award is to be withdrawn without a reason, or with one that cannot be kept."""

    code = "award.reason"
    message = "Say in one line why the award is withdrawn; the learner may ask. {why}"


class DateAhead(Refused):
    """An award is to be dated in the future."""

    code = "award.date"
    message = "{on} is still to come. Confer on today's date or an earlier one."
