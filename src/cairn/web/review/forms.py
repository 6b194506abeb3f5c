"""The forms of a review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.web.forms import Form


class DecideForm(Form):
    """Approve or return, and why."""

    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("approve", _("Approve")), ("return", _("Return with a reason"))],
        widget=forms.RadioSelect,
        error_messages={"cure": _("Choose what you decide.")},
    )
    until = forms.DateField(
        label=_("Approved until"),
        help_text=_("The last day of the approval. Leave it empty for no end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2028-12-31.")},
    )
    reason = forms.CharField(
        label=_("Reason, kept with the record"),
        help_text=_("The authors read it, and so does whoever looks at this later."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"cure": _("Say why. The authors read it.")},
    )


class CommentForm(Form):
    """A remark on a part of the text."""

    place = forms.CharField(widget=forms.HiddenInput, max_length=200)
    words = forms.CharField(
        label=_("Your remark"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"cure": _("Write what you would like the authors to know.")},
    )
