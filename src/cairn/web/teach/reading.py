"""What the pages of a cohort say first: what needs doing, by whom, and why not by this reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.assessment import policies as assessing
from cairn.assessment import progress as measuring
from cairn.assessment import selectors as assessment
from cairn.assessment.progress import Progress
from cairn.delivery import policies as delivering
from cairn.delivery.models import Offering
from cairn.delivery.states import OfferingState
from cairn.design.content import Content, Task
from cairn.kernel.actor import Actor
from cairn.kernel.permissions import Verdict, yes

STATE_TONES: Final = {"planned": "", "open": "good", "closed": "info"}


@dataclass(frozen=True, slots=True)
class Rights:
    """What the reader may do with one offering, with a reason for each no."""

    plan: Verdict
    enrol: Verdict
    mark: Verdict
    release: Verdict
    confer: Verdict
    withdraw: Verdict


def rights(actor: Actor, offering: Offering) -> Rights:
    unit = offering.org_unit_id
    case = assessment.case_facts(actor, offering)
    return Rights(
        plan=delivering.may_plan(actor, unit),
        enrol=delivering.may_enrol(actor, unit),
        mark=assessing.may_mark(actor, case),
        release=assessing.may_release(actor, case),
        confer=assessing.may_confer(actor, case),
        withdraw=assessing.may_withdraw(actor, case),
    )


#: For lists, which say what is next and leave the rest to the page of each.
ANYTHING: Final = Rights(yes(), yes(), yes(), yes(), yes(), yes())


@dataclass(frozen=True, slots=True)
class Next:
    """What needs doing first: a sentence, what it means, and one button. ``why_not`` is printed
    where the reader may not press it."""

    sentence: str
    more: str = ""
    label: str = ""
    url: str = ""
    why_not: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Cohort:
    """One offering as its pages show it."""

    offering: Offering
    content: Content
    progress: Progress
    rights: Rights
    next: Next
    lacking: Mapping[str, int]

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self.content.tasks

    @property
    def planned(self) -> bool:
        return self.offering.state == OfferingState.PLANNED

    @property
    def closed(self) -> bool:
        return self.offering.state == OfferingState.CLOSED

    @property
    def tone(self) -> str:
        return STATE_TONES[self.offering.state]

    @property
    def state(self) -> str:
        return state_word(self.offering.state)


def state_word(state: str) -> str:
    return {"planned": _("Planned"), "open": _("Open"), "closed": _("Closed")}[state]


def cohort(actor: Actor, offering: Offering) -> Cohort:
    found = measuring.progress_of(offering)
    lacking = measuring.lacking_by_task(offering)
    allowed = rights(actor, offering)
    step = next_step(offering, found, allowed, lacking)
    return Cohort(offering, offering.version.text, found, allowed, step, lacking)


def next_step(
    offering: Offering, found: Progress, allowed: Rights, lacking: Mapping[str, int] | None = None
) -> Next:
    """The first thing that waits, in the order of a cohort's life."""
    if found.enrolled == 0 and offering.state != OfferingState.CLOSED:
        return _step(
            offering,
            _("Nobody is enrolled yet."),
            _("Bring the class list as a sheet, or enrol people one by one."),
            _("Import a class list"),
            "teach:import-roster",
            allowed.enrol,
        )
    if offering.state == OfferingState.PLANNED:
        return _step(
            offering,
            ngettext(
                "%(n)s person is enrolled. Open the cohort when it begins.",
                "%(n)s people are enrolled. Open the cohort when it begins.",
                found.enrolled,
            )
            % {"n": found.enrolled},
            _("Marks can be entered once it is open."),
            _("Open this cohort"),
            "teach:open",
            allowed.plan,
        )
    return (
        _marking(offering, found, allowed, lacking or {})
        or _deciding(offering, found, allowed)
        or _over(found)
    )


def _marking(
    offering: Offering, found: Progress, allowed: Rights, lacking: Mapping[str, int]
) -> Next | None:
    if found.marked >= found.enrolled:
        return None
    # Who was judged with a gap in the marks, because gaps count zero, waits for nobody.
    if found.released >= found.enrolled and not found.to_release:
        return None
    if found.marked == 0 and not found.released:
        sentence = ngettext(
            "%(n)s person waits for marks.", "%(n)s people wait for marks.", found.enrolled
        ) % {"n": found.enrolled}
    else:
        sentence = _("%(marked)s of %(all)s marked.") % {
            "marked": found.marked,
            "all": found.enrolled,
        }
    return _step(
        offering,
        sentence,
        _waits(offering, lacking),
        _("Enter marks"),
        "teach:marks",
        allowed.mark,
        most_lacking(offering, lacking),
    )


def most_lacking(offering: Offering, lacking: Mapping[str, int]) -> str:
    needed = [
        key for key in measuring.needed_tasks(offering.version.text) if lacking.get(key, 0) > 0
    ]
    return min(needed, key=lambda key: lacking[key], default="")


def _waits(offering: Offering, lacking: Mapping[str, int]) -> str:
    parts = []
    for key in measuring.needed_tasks(offering.version.text):
        count = lacking.get(key, 0)
        task = offering.version.text.task(key)
        if count and task is not None:
            words = ngettext("%(n)s waits for %(task)s", "%(n)s wait for %(task)s", count)
            parts.append(words % {"n": count, "task": task.title or task.key})
    more = len(parts) - 3
    if more > 0:
        words = ngettext("%(n)s more task has gaps", "%(n)s more tasks have gaps", more)
        parts = [*parts[:3], words % {"n": more}]
    return f"{', '.join(parts)}." if parts else ""


def _deciding(offering: Offering, found: Progress, allowed: Rights) -> Next | None:
    if found.to_release:
        return _step(
            offering,
            ngettext(
                "%(n)s result waits to be released.",
                "%(n)s results wait to be released.",
                found.to_release,
            )
            % {"n": found.to_release},
            _("See what the marks come to before anybody else does."),
            _("Preview and release"),
            "teach:release",
            allowed.release,
        )
    if found.to_confer or found.to_withdraw:
        sentences = []
        if found.to_confer:
            words = ngettext(
                "%(n)s person has passed and has no award yet.",
                "%(n)s people have passed and have no award yet.",
                found.to_confer,
            )
            sentences.append(words % {"n": found.to_confer})
        if found.to_withdraw:
            words = ngettext(
                "%(n)s award is no longer carried by its marks.",
                "%(n)s awards are no longer carried by their marks.",
                found.to_withdraw,
            )
            sentences.append(words % {"n": found.to_withdraw})
        return _step(
            offering,
            " ".join(sentences),
            _("Awards are what credentials are signed for."),
            _("Preview and confer"),
            "teach:confer",
            allowed.confer,
        )
    return None


def _over(found: Progress) -> Next:
    if found.enrolled == 0:
        return Next(_("This cohort is closed, and nobody took part."), done=True)
    if not found.awarded:
        return Next(
            _("All results are released. Nobody has passed so far."),
            _("A corrected mark may change that."),
            done=True,
        )
    words = ngettext(
        "%(n)s award stands. Nothing waits for you.",
        "%(n)s awards stand. Nothing waits for you.",
        found.awarded,
    )
    return Next(words % {"n": found.awarded}, done=True)


def _step(
    offering: Offering,
    sentence: str,
    more: str,
    label: str,
    name: str,
    verdict: Verdict,
    task: str = "",
) -> Next:
    url = reverse(name, args=[offering.public_id])
    if task:
        url = f"{url}?task={task}"
    return Next(sentence, more, label, url, "" if verdict else verdict.reason)
