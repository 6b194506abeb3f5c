"""Sheets: upload, match, dry run, fix, confirm, result."""

from __future__ import annotations

from django.http import HttpResponse

from cairn.kernel.errors import NotFound
from cairn.web.page import PageRequest, signed_in


@signed_in
def roster(request: PageRequest, offering: str) -> HttpResponse:
    raise NotFound("page")


@signed_in
def template(request: PageRequest, offering: str, kind: str, ext: str) -> HttpResponse:
    raise NotFound("page")
