"""Addresses that the shell links to and whose pages are not built yet. Each leaves when its page comes."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from cairn.web.page import page


def soon(request: HttpRequest) -> HttpResponse:
    return page(request, "cairn/soon.html")


NAMES = {
    "front": "",
    "explore": "explore",
    "employers": "employers",
    "verify": "verify",
    "help": "help",
    "privacy": "privacy",
    "accessibility": "accessibility",
    "demo": "demo",
    "demo-mail": "demo/mail",
    "account_home": "me",
    "account_settings": "me/security",
}


def urls(taken: set[str]) -> list[URLPattern]:
    return [path(address, soon, name=name) for name, address in NAMES.items() if name not in taken]
