"""Marks as an assessor types them: row by row, each saved by itself, none over somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cairn.assessment import marksheet, selectors
from cairn.assessment.marksheet import Standing
from cairn.assessment.models import Mark
from cairn.assessment.rules import plain
from cairn.assessment.services.marks import known, must_take_marks, new_mark, task_keys, tell
from cairn.delivery.models import Enrolment, Offering
from cairn.kernel import bulk
from cairn.kernel.actor import Actor
from cairn.kernel.change import change


class Fate(StrEnum):
    """What became of what was typed into a row."""

    SAVED = "saved"
    SAME = "same"
    UNREAD = "unread"
    MEANWHILE = "meanwhile"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Typed:
    """What an assessor typed for one enrolment (a public id); ``seen`` is the number of the mark
    that stood on the page, 0 for none."""

    enrolment: str
    text: str
    seen: int


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one row, with a sentence where nothing was saved."""

    enrolment: str
    fate: Fate
    said: str = ""


def enter_marks(
    offering: Offering, *, task: str, typed: Sequence[Typed], by: Actor
) -> list[Entered]:
    """Save every row that can be saved, and say of the others what is in the way."""
    with change(offering, by=by) as record:
        must_take_marks(offering, by)
        known(task, task_keys(offering.version.text))
        names = {each.enrolment for each in typed}
        rows = {
            row.public_id: row
            for row in Enrolment.objects.filter(offering=offering, public_id__in=names)
        }
        keys = [row.pk for row in rows.values()]
        standing = selectors.newest_marks(keys)
        told = selectors.newest_results(keys)
        entered, news = [], []
        for each in typed:
            row = rows.get(each.enrolment)
            if row is None:
                continue
            before = standing.get(row.pk, {}).get(task)
            answer = _judge(each, before, is_released=row.pk in told)
            entered.append(answer)
            if answer.fate is Fate.SAVED:
                score = marksheet.read_score(each.text)
                assert not isinstance(score, marksheet.Unread)
                news.append(new_mark(row.pk, task, score, before, by))
        if news:
            bulk.insert(Mark, news)
        ids: Mapping[int, str] = {row.pk: row.public_id for row in rows.values()}
        for mark in news:
            tell(mark, ids[mark.enrolment_id], record)
    return entered


def _judge(each: Typed, before: Standing | None, *, is_released: bool) -> Entered:
    text = each.text.strip()
    if not text:
        if before is None or before.number != each.seen or before.score is None:
            return Entered(each.enrolment, Fate.SAME)
        said = f"Blank leaves {plain(before.score)} as it is. Write absent to take it back."
        return Entered(each.enrolment, Fate.UNREAD, said)
    score = marksheet.read_score(text)
    if isinstance(score, marksheet.Unread):
        return Entered(each.enrolment, Fate.UNREAD, f"{score.message} {score.cure}")
    if before is not None and before.score == score:
        return Entered(each.enrolment, Fate.SAME)
    if is_released:
        said = "The result is released. Correct this mark on the page of the person."
        return Entered(each.enrolment, Fate.RELEASED, said)
    if before is not None and before.number != each.seen:
        theirs = "absent" if before.score is None else plain(before.score)
        said = f"Somebody recorded {theirs} meanwhile. Save again to put {text} in its place."
        return Entered(each.enrolment, Fate.MEANWHILE, said)
    return Entered(each.enrolment, Fate.SAVED)
