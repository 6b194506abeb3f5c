"""What a micro-credential says about itself, as the lines and rows that pages show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.design.content import Content
from cairn.issuing.compose import plain


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts. ``quiet`` is what stands beside it, less loud."""

    name: str
    says: str
    quiet: str = ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task: which outcomes it looks at, whether it is known who did it, and its share."""

    title: str
    outcomes: str
    secure: bool | None
    weight: str
    pass_mark: str


def hours(content: Content) -> str:
    if content.hours is None:
        return ""
    number = plain(content.hours)
    return ngettext("%(number)s hour", "%(number)s hours", _many(content.hours)) % {
        "number": number
    }


def points(content: Content) -> str:
    if content.credit is None or content.credit.points is None:
        return ""
    number = content.credit.points
    return ngettext("%(number)s credit point", "%(number)s credit points", _many(number)) % {
        "number": plain(number)
    }


def level(content: Content) -> str:
    return (content.level or "") if content.levelled else _("Not levelled")


def facts(content: Content) -> list[Fact]:
    """The facts of ``product.md`` in one order on every page; what is not known is left out."""
    credit = content.credit
    found = [
        Fact(_("Hours"), hours(content), content.hours_note or ""),
        Fact(_("Level"), level(content), content.level_comparison or ""),
        Fact(_("Credit"), points(content), (credit.rule or "") if credit else ""),
        Fact(_("Assessment"), content.assessment or ""),
        Fact(_("Supervision"), content.supervision or ""),
        Fact(_("Identity"), content.identity_check or ""),
        Fact(_("Mode"), content.mode or ""),
        Fact(_("Language"), language(content.language or "")),
        Fact(_("Needed first"), content.prerequisites or ""),
        Fact(_("Cost"), content.cost or ""),
        Fact(_("Stacking"), content.stacking or ""),
        Fact(_("Recognition"), content.recognition or ""),
        Fact(_("Quality"), content.quality_assurance or ""),
    ]
    return [fact for fact in found if fact.says]


def tasks(content: Content) -> list[TaskRow]:
    places = {outcome.key: number for number, outcome in enumerate(content.outcomes, start=1)}
    return [
        TaskRow(
            title=task.title,
            outcomes=", ".join(str(places[key]) for key in task.outcomes if key in places),
            secure=task.secure,
            weight="" if task.weight is None else plain(task.weight),
            pass_mark="" if task.pass_mark is None else plain(task.pass_mark),
        )
        for task in content.tasks
    ]


def how_assessed(content: Content) -> str:
    """How many tasks, and whether it is known who did them: one sentence."""
    count = len(content.tasks)
    if not count:
        return ""
    said = ngettext("%(count)s task.", "%(count)s tasks.", count) % {"count": count}
    secured = {key for task in content.tasks if task.secure for key in task.outcomes}
    if content.outcomes and secured >= {outcome.key for outcome in content.outcomes}:
        return (
            said
            + " "
            + _("Every outcome was assessed at least once where it is known who did the work.")
        )
    if secured:
        return said + " " + _("Some outcomes were assessed where it is known who did the work.")
    return said


def language(code: str) -> str:
    """The name of a language whose code is common; anything else as it stands."""
    known = {"en": _("English"), "de": _("German"), "fr": _("French"), "es": _("Spanish")}
    return known.get(code.partition("-")[0].casefold(), code)


def _many(number: Decimal) -> int:
    """Which plural a number takes: one and a half hours are hours."""
    return 1 if number == 1 else 2


def country(code: str) -> str:
    """The name of a country whose code is common; any other code as it stands."""
    known = {
        "AT": _("Austria"), "AU": _("Australia"), "CA": _("Canada"), "CH": _("Switzerland"),
        "DE": _("Germany"), "GB": _("United Kingdom"), "IE": _("Ireland"), "NL": _("Netherlands"),
        "NZ": _("New Zealand"), "US": _("United States"),
    }  # fmt: skip
    return known.get(code.upper(), code.upper())
