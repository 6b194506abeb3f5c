"""What every template can read: the site, the reader, and whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cairn.web import nav


def shell(request: HttpRequest) -> dict[str, Any]:
    return {
        "institution": getattr(request, "institution", None),
        "actor": getattr(request, "actor", None),
        "demo": settings.CAIRN.demo,
        "origin": settings.CAIRN.origin,
        "is_staff_reader": bool(nav.staff_roles(request)),
    }
