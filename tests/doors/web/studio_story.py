"""What the tests of the studio and of the reviews share: who is at the desk, and what they send."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client

from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def desk(campus: Any, actor: Actor) -> Client:
    """A browser without scripts in which this person is signed in."""
    client = Client(SERVER_NAME="127.0.0.1")
    person = Person.objects.for_actor(actor).get(pk=actor.person_id)
    login = f"{person.public_id}@desk.example"
    account = kernel.create_account(person, login=login, by=campus.administrator)
    client.force_login(account, backend=BACKEND)
    return client


def said(response: Any) -> str:
    """The words of a page as a reader hears them, on one line."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", response.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields(response: Any, form: str = "writing") -> dict[str, list[str]]:
    """What a browser would send from a form as it stands, without pressing a button."""
    page = response.content.decode()
    start = page.index(f'id="{form}"')
    body = page[start : page.index("</form>", start)]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind = told.get("type", "text")
        if kind in ("checkbox", "radio") and not re.search(r"\schecked", tag):
            continue
        if "name" in told:
            found.setdefault(told["name"], []).append(html.unescape(told.get("value", "")))
    for name, value in re.findall(
        r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL
    ):
        found[name] = [html.unescape(value.removeprefix("\n"))]
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [html.unescape(chosen.group(1)) if chosen else ""]
    return found
