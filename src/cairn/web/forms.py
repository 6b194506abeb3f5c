"""Forms in the house style: plain HTML, one error summary, words that say the cure."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: More than anybody types; a paste of this size is a mistake, and is answered as one.
LONGEST: Final = 20_000


def fits(value: str) -> None:
    """Refuse text that no field of ours holds."""
    if "\0" in value:
        raise ValidationError(_("Remove the hidden NUL character, then send it again."))


class Form(forms.Form):
    """A form whose required fields say so in words, and whose texts have a bound."""

    use_required_attribute = False
    error_css_class = "has-error"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and not isinstance(field, forms.FileField):
                if field.max_length is None:
                    field.max_length = LONGEST
                    field.validators.append(_too_long)
                field.validators.append(fits)
            field.error_messages["required"] = field.error_messages.get(
                "cure", _("Fill in “%(label)s”.") % {"label": field.label or _("this field")}
            )

    def refuse(self, reason: object, field: str | None = None) -> None:
        """Say what a room refused, at a field or above the form."""
        self.add_error(field if field in self.fields else None, str(reason))


def _too_long(value: str) -> None:
    if len(value) > LONGEST:
        raise ValidationError(
            _("This is longer than %(most)s characters. Shorten it.") % {"most": f"{LONGEST:,}"}
        )
