"""What every room reuses to show that an institution sees its own rows and no others."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
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
    ours = [app.label for app in apps.get_app_configs() if app.name.startswith("cairn.")]
    for room in rooms or ours:
        if find_spec(f"cairn.{room}.selectors"):
            yield from _asking(import_module(f"cairn.{room}.selectors"))


def _asking(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        parameters = [*inspect.signature(function).parameters.values()]
        ours = function.__module__.startswith(module.__name__) and not name.startswith("_")
        if ours and parameters and parameters[0].annotation in {"Actor", Actor}:
            yield f"{module.__name__}.{name}", function


def leaks(function: Callable[..., Any], stranger: Actor, owner: Any) -> list[str]:
    """Try a selector as a stranger with everything an institution has; say what it gave away.

    It is called alone, or with each public id, or with each row of the kind it asks for: for an id
    nothing at all may come back, for a row (its caller had to find it) no row of that institution.
    """
    _, *others = inspect.signature(function).parameters.values()
    name = f"{function.__module__}.{function.__name__}"
    needed = [one for one in others if one.default is inspect.Parameter.empty]
    wanted = [one for one in needed if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    # A number or a flag beside the row shows nothing of anybody.
    beside = {one.name: 0 for one in needed if one.kind is inspect.Parameter.KEYWORD_ONLY}
    asked = partial(function, **beside) if beside else function
    tries = [()] if not wanted else [(one,) for one in _bait(wanted[0].annotation, owner)]
    return [found for bait in tries for found in _given(asked, name, stranger, *bait)]


def _bait(annotation: Any, owner: Any) -> list[Any]:
    if annotation in {"str", str}:
        return [one for known in public_ids(owner).values() for one in known]
    wanted = annotation if isinstance(annotation, str) else annotation.__name__
    with within(owner):
        return [
            row
            for model in owned_models()
            if model.__name__ == wanted
            for row in model.objects.all()
        ]


def _given(function: Callable[..., Any], name: str, stranger: Actor, *bait: Any) -> list[str]:
    try:
        with within(stranger.institution):  # as a door would
            answer = function(stranger, *bait)
            rows = list(answer) if isinstance(answer, (list, tuple, set, QuerySet)) else [answer]
    except NotFound:
        return []
    own = stranger.institution.pk
    by_id = any(isinstance(one, str) for one in bait)
    return [
        f"{name}{bait}: {row!r}"
        for row in rows
        if (by_id and row is not None) or getattr(row, "institution_id", own) != own
    ]
