"""The addresses of the pages: each audience brings its own."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from django.urls import URLPattern, URLResolver, include, path

from cairn.web import stubs
from cairn.web.search import search

#: The folders of this door, and where their pages stand.
AUDIENCES: Final = {
    "public": "",
    "account": "",
    "learner": "learn/",
    "studio": "studio/",
    "review": "review/",
    "teach": "teach/",
    "registry": "registry/",
    "console": "console/",
    "mailbox": "",
    "design_page": "",
}

_own: list[URLPattern | URLResolver] = [
    path(prefix, include(f"cairn.web.{name}.urls"))
    for name, prefix in AUDIENCES.items()
    if find_spec(f"cairn.web.{name}") is not None
    and find_spec(f"cairn.web.{name}.urls") is not None
]


def _names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= set() if one.namespace else _names(one.url_patterns)
        elif one.name:
            found.add(one.name)
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("search", search, name="search"),
    *_own,
    *stubs.urls(_names(_own)),
]
