"""The root of all addresses: each door brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# A door that is not built yet is left out.
DOORS = ("cairn.api", "cairn.web")

# Where no address matches, a browser gets a page.
handler404 = "cairn.web.lost.nothing_here"

urlpatterns: list[URLPattern | URLResolver] = [
    # Where a page and a document have one address; what a program asks goes on to the API.
    path("", include("cairn.site.negotiated")),
    *(
        path("", include(f"{door}.urls"))
        for door in DOORS
        if find_spec(door) is not None and find_spec(f"{door}.urls") is not None
    ),
]
