"""Search: the reader's own credentials, by a word of their title."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cairn.kernel.actor import Actor
from cairn.web.learner import reading
from cairn.web.search import Hit, finder


@finder
def own_credentials(actor: Actor, words: str) -> Iterable[Hit]:
    wanted = words.casefold()
    for one in reading.held(actor):
        if wanted in one.title.casefold() or wanted == one.id:
            yield Hit(one.title, _("My credential"), reverse("learner:credential", args=[one.id]))
