"""One HTML file that holds a credential and checks it, with no server and no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cairn.vc.did import web
from cairn.vc.document import parse
from cairn.vc.errors import CredentialError
from cairn.vc.status import MAX_LIST_BYTES

_SCRIPTS: Final = files("cairn.web") / "static" / "cairn" / "verifier"
_RTL: Final = frozenset({"ar", "fa", "he", "ur"})


def standalone_page(
    *, credential: bytes, did_document: bytes, status_list: bytes, title: str, lang: str
) -> bytes:
    """Return a page that verifies ``credential`` by itself, wherever it is opened.

    ``did_document`` and ``status_list`` are kept inside as they are published; either may be empty
    where there is none. What they say is as old as the file, and the page says so.
    """
    with translation.override(lang):
        data = {
            "credential": credential.decode("utf-8"),
            "documents": _documents(credential, did_document, status_list),
            "names": check_names(),
            "words": verifier_words(),
        }
        context = {
            "title": title,
            "lang": lang,
            "dir": "rtl" if lang.partition("-")[0] in _RTL else "ltr",
            "data": data,
            "script": mark_safe(_script()),  # noqa: S308 - our own bundle
        }
        return render_to_string("standalone.html", context).encode()


def check_names() -> dict[str, str]:
    """Return what a page calls each check of the verifier, in the language in force."""
    return {
        "document": _("The file"),
        "format": _("The form of its signature"),
        "json": _("Can be read"),
        "data_model": _("Put together as the standard asks"),
        "schema": _("Open Badges rules"),
        "terms": _("Everything is signed"),
        "proof": _("Nothing altered"),
        "issuer": _("Issuer"),
        "status": _("Not withdrawn"),
        "dates": _("Dates"),
        "endorsements": _("Endorsements"),
    }


def verifier_words() -> dict[str, str]:
    """Return the verifier's sentences in the language in force, as far as they are translated."""
    said = {sentence: _(sentence) for sentence in _sentences()}
    return {sentence: words for sentence, words in said.items() if words != sentence}


@cache
def _sentences() -> tuple[str, ...]:
    return tuple(json.loads((_SCRIPTS / "sentences.json").read_text("utf-8")))


@cache
def _script() -> str:
    return (_SCRIPTS / "standalone.js").read_text("utf-8")


def _documents(credential: bytes, did_document: bytes, status_list: bytes) -> dict[str, str]:
    """Put each document under the address by which the credential asks for it."""
    found: dict[str, str] = {}
    if did_document:
        did = _text(parse(did_document).get("id"))
        try:
            found[web.url_for(did)] = did_document.decode("utf-8")
        except CredentialError:
            found[did] = did_document.decode("utf-8")
    if status_list:
        own = _text(parse(status_list, max_bytes=MAX_LIST_BYTES).get("id"))
        named = _lists(parse(credential))
        found[own if own in named or not named else named[0]] = status_list.decode("utf-8")
    return found


def _lists(document: Mapping[str, Any]) -> list[str]:
    status = document.get("credentialStatus")
    entries = status if isinstance(status, list) else [status]
    named = (entry.get("statusListCredential") for entry in entries if isinstance(entry, dict))
    return [url for url in named if isinstance(url, str)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
