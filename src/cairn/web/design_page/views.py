"""The design page: for anybody in the demonstration, for staff elsewhere."""

from __future__ import annotations

from typing import Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cairn.kernel.errors import NotFound
from cairn.stones import FIELDS, Pebble
from cairn.web import nav
from cairn.web.design_page.colours import pairs
from cairn.web.forms import Form
from cairn.web.icons import ICONS
from cairn.web.page import page
from cairn.web.public.verdicts import SEALS

KINDS: Final = (
    ("held", _("Held")),
    ("part", _("Under way")),
    ("next", _("Could come next")),
    ("out", _("Not counted")),
)
STATUSES: Final = (
    ("good", _("Done"), "check"),
    ("info", _("In progress"), "half"),
    ("warn", _("Needs attention"), "warn"),
    ("", _("Not started"), "ring"),
    ("", _("Cannot start yet"), "lock"),
    ("bad", _("Not met"), "stop"),
)


class Example(Form):
    """One field of each kind; the address is always the one with an error."""

    name = forms.CharField(label=_("Name, as it should stand on the credential"))
    address = forms.EmailField(
        label=_("Your own e-mail address"),
        error_messages={"invalid": _("Write the address in full, such as ada@example.org.")},
    )
    start = forms.ChoiceField(
        label=_("Start"), choices=[("feb", _("8 February 2027, evenings"))], required=False
    )
    told = forms.BooleanField(label=_("Tell me what changed because of my answer"), required=False)
    missing = forms.CharField(
        label=_("Anything missing?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.CAIRN.demo or nav.staff_roles(request)):
        raise NotFound("page")
    form = Example({"name": "Agnieszka Łoś", "address": "agnieszka", "start": "feb", "told": "on"})
    form.is_valid()
    return page(
        request,
        "design/design.html",
        example=form,
        pairs=pairs(),
        fields=list(FIELDS),
        kinds=KINDS,
        levels=range(5),
        statuses=STATUSES,
        seals=list(SEALS.values()),
        icons=list(ICONS),
        pebbles=[
            Pebble("first", "slate", 1, 60),
            Pebble("second", "heather", 2, 30),
            Pebble("third", "fern", 2, 20, "part"),
            Pebble("fourth", "basalt", 0, 15, "next"),
        ],
    )
