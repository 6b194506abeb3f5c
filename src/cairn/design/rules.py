"""When a micro-credential is ready for review: what stands in the way, and what deserves a look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cairn.design.content import Alignment, Content, Image, Outcome, Task
from cairn.design.problem import Problem, Severity
from cairn.design.shape import KEY
from cairn.design.wording import better_verbs
from cairn.vc.datamodel import is_url
from cairn.vc.document import pointer
from cairn.vc.model import TARGET_TYPES
from cairn.vc.model.view import is_extension

_LANGUAGE: Final = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", re.ASCII)
_PERIOD: Final = re.compile(r"[1-9]\d{0,3} days?|[1-9]\d{0,2} (week|month|year)s?", re.ASCII)
_WEB: Final = ("https", "http")


@dataclass(frozen=True, slots=True)
class Policy:
    """What an institution asks of every micro-credential beyond the rules that always hold."""

    secure_task_required: bool = False
    hours_required: bool = False


def problems(content: Content, policy: Policy = Policy()) -> tuple[Problem, ...]:
    """List everything that stands in the way or deserves a look, in the order of the content."""
    found = (
        _identity(content),
        _criteria(content),
        _outcomes(content.outcomes, content.language),
        _tasks(content.tasks, content.outcomes, policy),
        _award_rule(content),
        _hours(content, policy),
        _level(content),
        _facts(content),
        _image(content.image),
        _alignments(content.alignments),
        _double_keys(content),
    )
    return tuple(problem for group in found for problem in group)


def blocking(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Keep the problems that stand in the way."""
    return tuple(problem for problem in found if problem.blocks)


def approval_stands(approved_on: date | None, until: date | None, *, on: date) -> bool:
    """Tell whether an approval holds on a day; its last day is included."""
    return approved_on is not None and approved_on <= on and (until is None or on <= until)


def _identity(content: Content) -> Iterator[Problem]:
    if not content.title:
        yield _error("/title", "title.missing", "There is no title.", "Write one.")
    if not content.description:
        cure = "Write one or two sentences on what this is."
        yield _error("/description", "description.missing", "There is no description.", cure)


def _criteria(content: Content) -> Iterator[Problem]:
    criteria = content.criteria
    if not criteria.narrative and not criteria.url:
        cure = "Write what a learner must do to earn it, or name the page that says so."
        yield _error("/criteria", "criteria.missing", "There are no criteria.", cure)
    if criteria.url and not _is_web(criteria.url):
        yield _no_address("/criteria/url", "criteria.url")


def _outcomes(outcomes: tuple[Outcome, ...], language: str | None) -> Iterator[Problem]:
    if not outcomes:
        cure = "Write what somebody who holds this can do."
        yield _error("/outcomes", "outcomes.missing", "There are no outcomes.", cure)
    english = language is None or language.split("-")[0] == "en"
    for index, outcome in enumerate(outcomes):
        place = pointer("outcomes", index, "text")
        if not outcome.text:
            yield _error(place, "outcome.empty", "This outcome is empty.", "Write or remove it.")
        elif english and (better := better_verbs(outcome.text)):
            message = f"Nobody can observe whether a learner can “{better.vague}” something."
            cure = f"Begin with what can be seen, such as {' or '.join(better.instead)}."
            yield _warning(place, "outcome.not_measurable", message, cure)


def _tasks(
    tasks: tuple[Task, ...], outcomes: tuple[Outcome, ...], policy: Policy
) -> Iterator[Problem]:
    if not tasks:
        cure = "Add at least one task that is assessed."
        yield _error("/tasks", "tasks.missing", "Nothing is assessed.", cure)
        return
    known = {outcome.key for outcome in outcomes}
    for index, task in enumerate(tasks):
        yield from _task(task, pointer("tasks", index), known)
    yield from _weights(tasks)
    yield from _coverage(tasks, outcomes)
    yield from _security(tasks, policy)


def _task(task: Task, place: str, known: set[str]) -> Iterator[Problem]:
    if not task.title:
        yield _error(place + "/title", "task.untitled", "This task has no title.", "Write one.")
    if not task.outcomes:
        cure = "Say which outcomes it shows, or remove it."
        yield _warning(place + "/outcomes", "task.aimless", "This task shows no outcome.", cure)
    for index, key in enumerate(task.outcomes):
        if key not in known:
            cure = "Choose one of the outcomes, or remove it here."
            message = f"There is no outcome {key}."
            yield _error(place + pointer("outcomes", index), "task.unknown_outcome", message, cure)


def _weights(tasks: tuple[Task, ...]) -> Iterator[Problem]:
    total = sum((task.weight or Decimal(0) for task in tasks), Decimal(0))
    if total != 100:
        message = f"The weights add up to {total:f}."
        yield _error("/tasks", "tasks.weights", message, "Change them so that they make 100.")


def _coverage(tasks: tuple[Task, ...], outcomes: tuple[Outcome, ...]) -> Iterator[Problem]:
    """Constructive alignment: an outcome that no weight hangs on is a promise nobody checks."""
    shown = {key for task in tasks if task.weight for key in task.outcomes}
    for index, outcome in enumerate(outcomes):
        if outcome.key not in shown:
            message = "No task with a weight shows this outcome."
            cure = "Add it to a task, or remove it."
            yield _error(pointer("outcomes", index), "outcome.not_assessed", message, cure)


def _security(tasks: tuple[Task, ...], policy: Policy) -> Iterator[Problem]:
    if any(task.secure and task.weight for task in tasks):
        return
    message = "In no task with a weight is it known who did the work."
    cure = "Make at least one task secure, such as one that is supervised or spoken."
    severity = Severity.ERROR if policy.secure_task_required else Severity.WARNING
    yield Problem("/tasks", "tasks.not_secure", message, cure, severity)


def _award_rule(content: Content) -> Iterator[Problem]:
    rule = content.award_rule
    if rule is None or rule.pass_mark is None:
        cure = "Write the weighted mark from 0 to 100 that is enough."
        yield _error("/award_rule", "award_rule.missing", "No mark is said to be enough.", cure)
    elif rule.pass_mark == 0:
        message = "A mark of zero is enough, so nobody can fail."
        cure = "Check that this is meant."
        yield _warning("/award_rule/pass", "award_rule.zero", message, cure)


def _hours(content: Content, policy: Policy) -> Iterator[Problem]:
    if content.hours is None:
        yield from _no_hours(content, policy)
    elif content.hours < 1:
        message = "A micro-credential takes at least one hour of learning."
        yield _error("/hours", "hours.too_few", message, "Count the hours again.")
    parts = [part.hours or Decimal(0) for part in content.workload]
    if parts and content.hours is not None and sum(parts) != content.hours:
        message = f"The parts add up to {sum(parts):f} hours, the whole says {content.hours:f}."
        yield _error("/workload", "hours.sum", message, "Correct one of them.")


def _no_hours(content: Content, policy: Policy) -> Iterator[Problem]:
    message = "The hours of learning are not said."
    if policy.hours_required or not content.hours_note:
        cure = "Write them, at least 1."
        if not policy.hours_required:
            cure += " If they cannot be known, say why in hours_note."
        yield _error("/hours", "hours.missing", message, cure)
    else:
        yield _warning("/hours", "hours.unknown", message, "Write them as soon as they are known.")


def _level(content: Content) -> Iterator[Problem]:
    if content.level is None:
        cure = "Write a level of a named framework, or: not levelled."
        yield _error("/level", "level.missing", "The level is not said.", cure)
    elif content.levelled and not content.level_comparison:
        message = "It is not said how this level was found."
        cure = "Write what was compared with the framework, or: not levelled."
        yield _error("/level_comparison", "level.not_compared", message, cure)


def _facts(content: Content) -> Iterator[Problem]:
    if content.language is not None and not _LANGUAGE.fullmatch(content.language):
        cure = "Write it as en or en-AU."
        yield _error("/language", "language.tag", "This is not a language tag.", cure)
    if content.valid_for is not None and not _PERIOD.fullmatch(content.valid_for):
        cure = "Write it as 3 years or 18 months, or leave it out for no end."
        yield _error("/valid_for", "valid_for.period", "This is not a length of time.", cure)
    credit = content.credit
    if credit is not None and credit.points is not None and not credit.rule:
        message = "Credit is promised, and no rule grants it."
        cure = "Name the rule and its date, or leave the credit out."
        yield _error("/credit/rule", "credit.no_rule", message, cure)
    for name in ("mode", "assessment", "quality_assurance"):
        if getattr(content, name) is None:
            message = f"The {name.replace('_', ' ')} is not said."
            yield _warning(pointer(name), "fact.missing", message, "Write it in one line.")


def _image(image: Image | None) -> Iterator[Problem]:
    if image is None:
        return
    if not _is_web(image.url, (*_WEB, "data")):
        yield _no_address("/image/url", "image.url")
    if not image.caption:
        message = "The picture says nothing to those who cannot see it."
        yield _error("/image/caption", "image.caption", message, "Describe it in a few words.")


def _alignments(alignments: tuple[Alignment, ...]) -> Iterator[Problem]:
    seen = Counter(alignment.url for alignment in alignments)
    for index, alignment in enumerate(alignments):
        place = pointer("alignments", index)
        if not alignment.name:
            message, cure = "This alignment has no name.", "Write that of the skill or competency."
            yield _error(place + "/name", "alignment.name", message, cure)
        if not _is_web(alignment.url):
            yield _no_address(place + "/url", "alignment.url")
        elif seen[alignment.url] > 1:
            message = "Two alignments have this address."
            yield _warning(place + "/url", "alignment.twice", message, "Keep one of them.")
        kind = alignment.type
        if kind is not None and kind not in TARGET_TYPES and not is_extension(kind):
            message = "This type of alignment is not known."
            cure = f"Use {', '.join(TARGET_TYPES)}, or a name of your own that starts with ext:."
            yield _error(place + "/type", "alignment.type", message, cure)


def _double_keys(content: Content) -> Iterator[Problem]:
    groups: tuple[tuple[str, tuple[Outcome | Task, ...]], ...] = (
        ("outcomes", content.outcomes),
        ("tasks", content.tasks),
    )
    for name, parts in groups:
        seen = Counter(part.key for part in parts)
        for index, part in enumerate(parts):
            if not KEY.fullmatch(part.key) or seen[part.key] > 1:
                message = "Another part has this key." if part.key else "This has no key."
                cure = "Leave the key out; it will be given."
                yield _error(pointer(name, index, "key"), "key.not_unique", message, cure)


def _is_web(url: str, schemes: tuple[str, ...] = _WEB) -> bool:
    return is_url(url) and url.partition(":")[0].lower() in schemes


def _no_address(place: str, code: str) -> Problem:
    cure = "Write the whole address, such as https://example.edu/skills/triage."
    return _error(place, code, "This is not a web address.", cure)


def _error(place: str, code: str, message: str, cure: str) -> Problem:
    return Problem(place, code, message, cure)


def _warning(place: str, code: str, message: str, cure: str) -> Problem:
    return Problem(place, code, message, cure, Severity.WARNING)
