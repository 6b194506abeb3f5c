"""The forms of the console."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.kernel.models import EmailAddress, OrgUnit
from cairn.kernel.permissions import PERMISSIONS, ROLES, Role
from cairn.web.forms import Form

ROLE_WORDS: Final = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.REGISTRAR: _("Registrar"),
    Role.AUTHOR: _("Author"),
    Role.REVIEWER: _("Reviewer"),
    Role.TEACHER: _("Teacher"),
}
#: An indent that stays in the text of an option.
STEP: Final = "\u2003"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _date(label: Any, *, required: bool = False) -> forms.DateField:
    cure = _("Write the day as 2026-11-03.")
    return forms.DateField(
        label=label, required=required, widget=DateInput(), error_messages={"invalid": cure}
    )


def _address(label: Any) -> forms.EmailField:
    cure = _("Write the address in full, such as ada@university.example.")
    return forms.EmailField(label=label, max_length=254, error_messages={"invalid": cure})


def unit_choices(units: Iterable[OrgUnit]) -> list[tuple[str, str]]:
    """The tree as a list, each unit under its own and a step further in."""
    return [(unit.public_id, f"{STEP * (len(unit.line) - 1)}{unit.name}") for unit in units]


class _AtUnit(Form):
    """A form that asks for an org unit; ``units`` are those of the reader, in order of the tree."""

    unit = forms.ChoiceField(label=_("Where"))

    def __init__(self, *args: Any, units: Iterable[OrgUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {unit.public_id: unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = unit_choices(self._units.values())

    def clean_unit(self) -> OrgUnit:
        return self._units[self.cleaned_data["unit"]]


class PersonForm(Form):
    full_name = forms.CharField(label=_("Full name"), max_length=400)
    address = _address(_("E-mail address"))
    account = forms.BooleanField(
        label=_("Let them sign in with this address"), required=False, initial=True
    )


class RoleForm(_AtUnit):
    field_order = ("role", "unit", "since", "until")
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, words) for role, words in ROLE_WORDS.items()]
    )
    since = _date(_("First day"))
    until = _date(_("Last day"))


class EndForm(Form):
    on = _date(_("Last day"), required=True)


class LendForm(_AtUnit):
    field_order = ("permission", "receiver", "unit", "since", "until")
    permission = forms.ChoiceField(label=_("Permission"))
    receiver = forms.CharField(label=_("To whom"), max_length=254)
    since = _date(_("First day"))
    until = _date(_("Last day"), required=True)

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {one for role in roles for one in ROLES[Role(role)]}
        field: Any = self.fields["permission"]
        field.choices = [(one, PERMISSIONS[one]) for one in PERMISSIONS if one in held]


class LoginForm(Form):
    login = _address(_("Address to sign in with"))


class AddressForm(Form):
    address = _address(_("Another address"))
    kind = forms.ChoiceField(label=_("Whose address"), choices=EmailAddress.Kind.choices)


class UnitForm(_AtUnit):
    field_order = ("name", "kind", "unit")
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("faculty", _("Faculty")), ("school", _("School"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].label = _("Under")


class InstitutionForm(Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=2)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["time_zone"]
        field.choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class FaceForm(Form):
    about = forms.CharField(
        label=_("In a few sentences"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    contact = forms.CharField(label=_("Contact"), required=False, max_length=300)
    linkedin_id = forms.CharField(label=_("LinkedIn id"), required=False, max_length=20)


class LogoForm(Form):
    image = forms.FileField(
        label=_("Logo"), widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml"})
    )
