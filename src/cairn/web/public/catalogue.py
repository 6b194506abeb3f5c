"""Explore, compare, one micro-credential, the institution: always what was approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.issuing.badges import badge_caption, badge_pebble, badge_svg
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.outreach import rules, selectors
from cairn.outreach.rules import Piece
from cairn.outreach.selectors import Listed
from cairn.stones import single
from cairn.web.page import PageRequest, of_the_site, page
from cairn.web.public import content, previews
from cairn.web.public.credential import contours, locale

#: More columns than this cannot be read side by side.
MOST_COMPARED: Final = 4
LONGEST_QUERY: Final = 200
Test = Callable[[Listed], bool]


def _hours(one: Listed) -> Decimal:
    return one.view.content.hours or Decimal(0)


def _mode(*words: str) -> Test:
    return lambda one: any(word in (one.view.content.mode or "").casefold() for word in words)


#: The filters: name of the field, what it is called, and its choices.
FILTERS: Final[tuple[tuple[str, Promise, tuple[tuple[str, Promise, Test], ...]], ...]] = (
    (
        "hours",
        gettext_lazy("Time in all"),
        (
            ("short", gettext_lazy("Under 20 hours"), lambda one: 0 < _hours(one) < 20),
            ("middle", gettext_lazy("20 to 40 hours"), lambda one: 20 <= _hours(one) <= 40),
            ("long", gettext_lazy("Over 40 hours"), lambda one: _hours(one) > 40),
        ),
    ),
    (
        "mode",
        gettext_lazy("How"),
        (
            ("online", gettext_lazy("Online"), _mode("online", "distance", "remote")),
            (
                "person",
                gettext_lazy("Some or all in person"),
                _mode("person", "campus", "blended", "hybrid", "face", "site", "workshop", "classroom"),
            ),
            ("work", gettext_lazy("At your workplace"), _mode("work")),
        ),
    ),
    (
        "worth",
        gettext_lazy("Worth"),
        (
            ("credit", gettext_lazy("Carries credit"), lambda one: bool(content.points(one.view.content))),
            ("level", gettext_lazy("Has a level"), lambda one: one.view.content.levelled),
            ("soon", gettext_lazy("Has a start date"), lambda one: bool(one.starts)),
        ),
    ),
)  # fmt: skip
SORTS: Final = {
    "match": gettext_lazy("Best match"),
    "hours": gettext_lazy("Fewest hours"),
    "start": gettext_lazy("Next start"),
    "title": gettext_lazy("Title"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the list: the micro-credential, and where the searched words stand in it."""

    one: Listed
    stone: SafeString
    title: list[Piece]
    description: list[Piece]
    outcome: list[Piece]
    number: int
    bits: list[str]
    compared: bool
    score: int


@of_the_site
def explore(request: PageRequest) -> HttpResponse:
    everything = selectors.catalogue(on=clock.today(request.institution))
    query = clean(request.GET.get("q", ""))
    words = rules.words(query)
    chosen = {name: set(request.GET.getlist(name)) for name, _label, _choices in FILTERS}
    compared = set(request.GET.getlist("m"))
    matching = [(one, _score(one, words)) for one in everything]
    matching = [(one, score) for one, score in matching if not words or score]
    kept = [(one, score) for one, score in matching if _passes(one, chosen)]
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else ("match" if words else "title")
    results = _sorted([_result(one, words, score, compared) for one, score in kept], sort)
    return page(
        request,
        "public/explore.html",
        query=query,
        results=results,
        total=len(everything),
        found=len(results),
        filters=_filters([one for one, _score in matching], chosen),
        filtered=any(chosen.values()),
        sorts=[(name, label, name == sort) for name, label in SORTS.items()],
        searched=bool(words),
        narrowed_from=len(matching),
    )


def clean(text: str) -> str:
    """What somebody typed to search for, as far as it is words."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST_QUERY]


def _texts(one: Listed) -> list[str]:
    text = one.view.content
    return [text.description, *(outcome.text for outcome in text.outcomes), *text.tags]


def _score(one: Listed, words: Sequence[str]) -> int:
    return rules.score(words, title=one.view.content.title, others=_texts(one))


def _passes(one: Listed, chosen: dict[str, set[str]]) -> bool:
    """Within a filter one choice is enough; every filter with a choice must be met."""
    for name, _label, choices in FILTERS:
        tests = [test for value, _words, test in choices if value in chosen[name]]
        if tests and not any(test(one) for test in tests):
            return False
    return True


def _result(one: Listed, words: Sequence[str], score: int, compared: set[str]) -> Result:
    text = one.view.content
    number, outcome = 0, []
    for place, said in enumerate(text.outcomes, start=1):
        pieces = rules.marked(said.text, words) if words else []
        if any(piece.hit for piece in pieces):
            number, outcome = place, pieces
            break
    start = one.next_start
    bits = [content.hours(text), content.points(text), content.level(text)]
    return Result(
        one=one,
        stone=stone(one),
        title=rules.marked(text.title, words),
        description=rules.marked(first_sentence(text.description), words),
        outcome=outcome,
        number=number,
        bits=[bit for bit in bits if bit] + ([day_words(start)] if start else []),
        compared=one.view.slug in compared,
        score=score,
    )


def day_words(start: selectors.Start) -> str:
    return _("Starts %(date)s") % {"date": date_format(start.starts_on, "j F Y")}


def first_sentence(text: str) -> str:
    """Enough of a description for a list."""
    line = text.strip().partition("\n")[0]
    head, dot, _rest = line.partition(". ")
    said = head + dot.strip()
    return said if len(said) <= 200 else said[:199].rsplit(" ", 1)[0] + "…"


def _sorted(results: list[Result], sort: str) -> list[Result]:
    keys: dict[str, Callable[[Result], Any]] = {
        "match": lambda one: -one.score,
        "hours": lambda one: (one.one.view.content.hours is None, _hours(one.one)),
        "start": lambda one: (not one.one.starts, [s.starts_on for s in one.one.starts[:1]]),
        "title": lambda _one: 0,
    }
    return sorted(results, key=keys[sort])  # they come by title, and ties keep that


def _filters(rows: list[Listed], chosen: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Each filter with how many of the matching ones each choice would keep."""
    return [
        {
            "name": name,
            "label": label,
            "choices": [
                {
                    "value": value,
                    "label": words,
                    "count": sum(map(test, rows)),
                    "chosen": value in chosen[name],
                }
                for value, words, test in choices
            ],
        }
        for name, label, choices in FILTERS
    ]


def stone(one: Listed, size: float = 96) -> SafeString:
    pebble = badge_pebble(one.view)
    return mark_safe(single(pebble, size=size, key=one.view.slug))  # noqa: S308 - drawn by us


@of_the_site
def compare(request: PageRequest) -> HttpResponse:
    wanted = list(dict.fromkeys(request.GET.getlist("m")))[:MOST_COMPARED]
    known = {one.view.slug: one for one in selectors.catalogue(on=clock.today(request.institution))}
    chosen = [known[slug] for slug in wanted if slug in known]
    return page(
        request,
        "public/compare.html",
        chosen=[(one, stone(one)) for one in chosen],
        rows=_side_by_side(chosen),
        too_many=len(request.GET.getlist("m")) > MOST_COMPARED,
        most=MOST_COMPARED,
        back=urlencode([("m", one.view.slug) for one in chosen]),
    )


def _side_by_side(chosen: Sequence[Listed]) -> list[dict[str, Any]]:
    """The same facts of each, in the same order; a line that none of them has is left out."""
    columns = [_column(one) for one in chosen]
    names = list(dict.fromkeys(name for column in columns for name in column))
    return [
        {
            "name": name,
            "cells": [
                (one.view.content.title, column.get(name, ""))
                for one, column in zip(chosen, columns, strict=True)
            ],
        }
        for name in names
    ]


def _column(one: Listed) -> dict[str, str]:
    text, start = one.view.content, one.next_start
    found = {fact.name: fact.says for fact in content.facts(text)}
    secure = sum(task.secure is True for task in text.tasks)
    return {
        **({_("Next start"): day_words(start).partition(" ")[2]} if start else {}),
        **found,
        _("Outcomes"): str(len(text.outcomes)),
        _("Tasks"): _("%(count)s, %(secure)s of them supervised or checked")
        % {"count": len(text.tasks), "secure": secure},
    }


@of_the_site
def micro_credential(request: PageRequest, slug: str) -> HttpResponse:
    one = selectors.listed(slug, on=clock.today(request.institution))
    if one is None:
        raise NotFound("micro-credential")
    text = one.view.content
    issuer = issuer_of_site()
    origin = issuer.addresses.origin if issuer else ""
    return page(
        request,
        "public/micro_credential.html",
        one=one,
        content=text,
        facts=content.facts(text),
        keys=_keys(one),
        tasks=content.tasks(text),
        assessed=content.how_assessed(text),
        points=content.points(text),
        badge=mark_safe(badge_svg(one.view)),  # noqa: S308 - drawn by us
        caption=badge_caption(one.view),
        contours=contours(one.view.achievement),
        url=f"{origin}{reverse('micro-credential', args=[slug])}",
        preview=previews.preview_url(one, issuer),
        locale=locale(),
        summary=first_sentence(text.description),
        face=selectors.face_of(request.institution),
    )


def _keys(one: Listed) -> list[tuple[str, str]]:
    """The four answers that decide, each only where it is known."""
    text, start = one.view.content, one.next_start
    found = [
        (_("Time"), content.hours(text)),
        (_("Cost"), text.cost or ""),
        (_("Starts"), day_words(start).partition(" ")[2] if start else ""),
        (_("Worth"), content.points(text) or content.level(text)),
    ]
    return [(name, says) for name, says in found if says]


@of_the_site
def institution(request: PageRequest) -> HttpResponse:
    issuer = issuer_of_site()
    everything = selectors.catalogue(on=clock.today(request.institution))
    return page(
        request,
        "public/institution.html",
        face=selectors.face_of(request.institution),
        issuer=issuer,
        country=content.country(request.institution.country),
        listed=[
            (one, stone(one), first_sentence(one.view.content.description)) for one in everything
        ],
    )


@of_the_site
def logo(request: PageRequest, digest: str) -> HttpResponse:
    """The logo under the hash of its bytes, so that it can be kept for ever."""
    face = selectors.logo_of(request.institution)
    if face is None or face.logo_hash[:16] != digest:
        raise NotFound("logo")
    kind = {"png": "image/png", "svg": "image/svg+xml"}[face.logo_type]
    response = HttpResponse(bytes(face.logo), content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # Opened by itself a drawing is a document: nothing in it may run or load.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
