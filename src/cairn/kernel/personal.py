"""Personal data: what is kept about people, why, and how it is erased; here and in each room.

A room's ``personal.py`` has ``FIELDS``, a sentence for each field that could tell who somebody is,
and ``erase(person, *, by)``, which blanks or deletes them. A test finds fields that no room names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db import models

from cairn.kernel import clock, facts, policies
from cairn.kernel.actor import Actor
from cairn.kernel.change import change
from cairn.kernel.models import (
    Account,
    ApiClient,
    Delegation,
    EmailAddress,
    Institution,
    Mail,
    Membership,
    Notice,
    OrgUnit,
    Person,
)

if TYPE_CHECKING:
    Eraser = Callable[..., None]

Fields = Mapping[type[models.Model], Mapping[str, str]]

FIELDS: Final[Fields] = {
    Person: {
        "given_name": "To address the person. Blanked.",
        "family_name": "To sort lists. Blanked.",
        "full_name": "Printed on credentials. Blanked.",
    },
    EmailAddress: {"address": "To reach and recognise the person. The row is deleted."},
    Account: {
        "login": "To sign in. The row is deleted.",
        "password": "A salted hash, to sign in. The row is deleted.",
    },
    Delegation: {"permission": "Not personal: the name of a permission. The row is deleted."},
    Notice: {"fact": "Not personal: the name of a fact. The row is deleted."},
    Mail: {
        "to": "Where a letter went. The row is deleted.",
        "subject": "Often begins with a given name. The row is deleted.",
        "text": "What was written to the person. The row is deleted.",
        "html": "The same once more, in a demonstration. The row is deleted.",
        "context": "Codes and links for the letter; forgotten when it left. The row is deleted.",
        "key": "Not personal: public ids. The row is deleted.",
        "kind": "Not personal: the name of a letter. The row is deleted.",
        "about": "Not personal: a public id. The row is deleted.",
        "batch": "Not personal: a public id. The row is deleted.",
        "language": "The language of the letter. The row is deleted.",
        "error": "Not personal: the kind of an error. The row is deleted.",
    },
    Institution: {"name": "Not personal: the name of an organisation."},
    OrgUnit: {"name": "Not personal: the name of a part of an organisation."},
    ApiClient: {"name": "Not personal: the name of a program."},
}

# What a field about a person tends to be called, wherever it stands.
_TELLING: Final = frozenset(
    [
        "name",
        "given_name",
        "family_name",
        "full_name",
        "first_name",
        "last_name",
        "email",
        "address",
        "login",
        "phone",
        "birth",
        "born",
        "gender",
        "ip",
        "user_agent",
        "password",
        "photo",
    ]
)
_WORDS: Final = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def erase(person: Person, *, by: Actor) -> None:
    """Erase what the kernel keeps. The row stays, empty, for those rows that lead to it."""
    Account.objects.filter(person=person).delete()
    for model in (EmailAddress, Mail, Notice, Membership):
        model.objects.filter(person=person).delete()
    Delegation.objects.filter(models.Q(giver=person) | models.Q(receiver=person)).delete()
    person.given_name = person.family_name = person.full_name = ""
    person.erased_on = clock.today(by.institution)
    person.save()


def erase_person(person: Person, *, by: Actor) -> None:
    """Erase a person in every room, from the top of the house down; twice is once."""
    with change(person, by=by) as record:
        by.must(policies.may_erase)
        for room in reversed(rooms()):
            room.erase(person, by=by)
        record(facts.PERSON_ERASED, person)


def rooms() -> list[ModuleType]:
    """The ``personal`` module of every room that has one, from the kernel up."""
    names = [f"{app.name}.personal" for app in apps.get_app_configs() if _ours(app.name)]
    return [import_module(name) for name in names if find_spec(name) is not None]


def declared() -> dict[type[models.Model], dict[str, str]]:
    """Every field that a room names, with its sentence."""
    return {model: dict(told) for room in rooms() for model, told in room.FIELDS.items()}


def undeclared() -> list[str]:
    """The fields that could tell who somebody is, and that no room names."""
    told = declared()
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if _ours(model.__module__)
        for field in model._meta.concrete_fields
        if field.name not in told.get(model, {}) and _could_tell(model, field)
    ]


def _could_tell(model: type[models.Model], field: Any) -> bool:
    if field.is_relation or field.choices or not isinstance(field, _WORDS):
        return False
    return field.name in _TELLING or (field.name != "public_id" and leads_to_person(model))


def leads_to_person(model: type[models.Model]) -> bool:
    """Is a row of this model about a person: does a foreign key lead to one, however far?"""
    seen: set[type[models.Model]] = set()
    queue: list[Any] = [model]
    while queue:
        here = queue.pop()
        if here is Person:
            return True
        if here not in seen:
            seen.add(here)
            queue += [
                field.related_model for field in here._meta.concrete_fields if field.is_relation
            ]
    return False


def _ours(name: str) -> bool:
    return name.startswith("cairn.")
