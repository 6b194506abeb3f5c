"""Search everywhere: each audience brings its own finder, each finder sees what its reader may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.kernel.actor import Actor
from cairn.web.nav import items
from cairn.web.page import PageRequest, page, signed_in

MOST_CHARACTERS: Final = 100
EACH: Final = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, what kind of thing it is, and where it stands."""

    title: str
    kind: str | Promise
    url: str


Finder = Callable[[Actor, str], Iterable[Hit]]
FINDERS: list[Finder] = []


def finder(find: Finder) -> Finder:
    """Add a finder. It is given an actor and a few words, and returns at most a handful of hits."""
    FINDERS.append(find)
    return find


@signed_in
def search(request: PageRequest) -> HttpResponse:
    """The search page, and the list of the command palette."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS]
    hits = [*_pages(request, words)]
    if words:
        for find in FINDERS:
            hits += list(find(request.actor, words))[:EACH]
    return page(request, "cairn/search.html", partial="cairn/_hits.html", hits=hits, words=words)


def _pages(request: PageRequest, words: str) -> Iterable[Hit]:
    for audience in ("staff", "learner", "public"):
        for item in items(request, audience):
            if words.lower() in str(item["label"]).lower():
                yield Hit(str(item["label"]), _("Page"), item["url"])
    if not words:
        yield Hit(str(_("Sign-in and security")), _("Page"), reverse("account_settings"))
