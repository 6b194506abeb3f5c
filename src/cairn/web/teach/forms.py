"""The forms of the teaching pages, and how their views read what a reader typed."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cairn.delivery.models import Kind
from cairn.web.forms import Form

MOST: Final = 100


def words_of(request: HttpRequest, name: str) -> str:
    """A short text from the address, fit for a look-up."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:MOST]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PlanForm(Form):
    """A new offering."""

    version = forms.ChoiceField(label=_("Micro-credential"))
    code = forms.CharField(label=_("Code"), max_length=63)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (Kind.RUN.value, _("A run")),
            (Kind.PILOT.value, _("A pilot: looked at before the next one")),
        ],
        initial=Kind.RUN.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, versions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["version"]
        chosen.choices = [("", _("Choose one")), *versions] if len(versions) != 1 else versions
        for name in ("starts_on", "ends_on"):
            self.fields[name].error_messages["invalid"] = _(
                "Write a day as year, month, day: 2026-11-03."
            )


class EnrolForm(Form):
    """One person, by hand."""

    name = forms.CharField(label=_("Full name"), max_length=400)
    email = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    source_key = forms.CharField(label=_("Id in your lists"), max_length=100)


class ReasonForm(Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)


class CorrectForm(Form):
    """The mark that should stand instead."""

    score = forms.CharField(label=_("New mark"), max_length=40)


class UploadForm(Form):
    """A sheet as a file, or its rows pasted."""

    # One of the two is needed, so neither is called optional: the labels say “or”.
    one_of = frozenset({"file", "paste"})

    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    paste = forms.CharField(
        label=_("Or paste the rows"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2_000_000,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not (data.get("paste") or "").strip():
            self.add_error("file", _("Choose a file, or paste the rows with their titles."))
        return data
