"""What learners are asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.outreach.models import Visibility
from cairn.web.forms import Form


class SharingForm(Form):
    visibility = forms.ChoiceField(
        label=_("Who can see it"),
        choices=[(one.value, one.value) for one in Visibility],
        error_messages={"invalid_choice": _("Choose one of the three.")},
    )


class NameForm(Form):
    wanted = forms.CharField(
        label=_("Your name, as it should stand"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    note = forms.CharField(
        label=_("What is wrong with the name that stands there now?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddressForm(Form):
    address = forms.EmailField(
        label=_("Your own e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write the address in full, such as ada@example.org.")},
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())
