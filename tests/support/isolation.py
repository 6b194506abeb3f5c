"""What every room reuses to show that an institution sees its own rows and no others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db.models import F, Model, QuerySet

from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.tenancy import Owned, owned_links, within


def owned_models() -> list[type[Owned]]:
    """Every model whose rows belong to an institution."""
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def crossings() -> list[str]:
    """Foreign keys in the tables that lead from one institution to another, and how many do."""
    found = []
    for model in owned_models():
        for field in owned_links(model):
            rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
            crossed = rows.exclude(institution_id=F(f"{field.name}__institution_id")).count()
            if crossed:
                found.append(f"{model._meta.label}.{field.name}: {crossed}")
    return found


def public_ids(owner: Any) -> dict[type[Model], list[str]]:
    """Every public id of an institution's rows, by model: what a stranger might try."""
    with within(owner):
        return {
            model: list(model.objects.values_list("public_id", flat=True))
            for model in owned_models()
            if any(field.name == "public_id" for field in model._meta.concrete_fields)
        }


def selectors(*rooms: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions of the rooms' ``selectors`` that take an actor first."""
    for room in rooms or [app.name for app in apps.get_app_configs()]:
        name = f"{room if room.startswith('cairn.') else f'cairn.{room}'}.selectors"
        if name.startswith("cairn.") and find_spec(name.rpartition(".")[0]) and find_spec(name):
            yield from _asking(import_module(name))


def _asking(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        parameters = [*inspect.signature(function).parameters.values()]
        ours = function.__module__.startswith(module.__name__) and not name.startswith("_")
        if ours and parameters and parameters[0].annotation in {"Actor", Actor}:
            yield f"{module.__name__}.{name}", function


def leaks(
    function: Callable[..., Any], stranger: Actor, ids: dict[type[Model], list[str]]
) -> list[str]:
    """Try a selector as a stranger, with each id of another institution; say what it gave away.

    A function that wants rows, and not ids, is given none: its caller has had to find them first.
    """
    _, *others = inspect.signature(function).parameters.values()
    wanted = [one for one in others if one.default is inspect.Parameter.empty]
    if not wanted:
        return _given(function, stranger)
    if len(wanted) != 1 or wanted[0].annotation not in {"str", str}:
        return []
    return [
        found
        for known in ids.values()
        for one in known
        for found in _given(function, stranger, one)
    ]


def _given(function: Callable[..., Any], *arguments: Any) -> list[str]:
    try:
        answer = function(*arguments)
    except NotFound:
        return []
    stranger = arguments[0]
    rows = answer if isinstance(answer, (list, tuple, set, QuerySet)) else [answer]
    return [
        f"{function.__module__}.{function.__name__}{arguments[1:]}: {row!r}"
        for row in rows
        if getattr(row, "institution_id", stranger.institution.pk) != stranger.institution.pk
        or (len(arguments) > 1 and row not in (None, False, 0, "", {}))
    ]
