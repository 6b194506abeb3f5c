"""Whose rows: reads are scoped to one institution, and forgetting to say which one raises.

A door or a job opens ``within(institution)`` once; ``change()`` does it for services. The one
public exception, verification, is spelled ``.unscoped()``, and a test lists where it stands.
Following a foreign key and ``refresh_from_db()`` are not scoped: the first look-up decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from cairn.kernel.errors import NotFound

if TYPE_CHECKING:
    from cairn.kernel.actor import Actor
    from cairn.kernel.models import Institution

M = TypeVar("M", bound=models.Model)

_ambient: ContextVar[Institution | None] = ContextVar("cairn_institution", default=None)


class UnscopedRead(RuntimeError):
    """Rows were asked for and nobody said whose."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(
            f"Whose {model._meta.label} rows? Open within(institution), or read with for_actor(actor)."
        )


class CrossedInstitutions(RuntimeError):
    """Code was about to mix the rows of two institutions."""


def current() -> Institution | None:
    """The institution whose rows are read here, if anyone said."""
    return _ambient.get()


@contextmanager
def within(institution: Institution) -> Iterator[None]:
    """Read and write the rows of this institution only."""
    outer = _ambient.get()
    if outer is not None and outer.pk != institution.pk:
        raise CrossedInstitutions(
            f"Inside {outer.public_id} nothing can be done within {institution.public_id}."
        )
    token = _ambient.set(institution)
    try:
        yield
    finally:
        _ambient.reset(token)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows of one institution; rooms add their own words in a subclass."""

    def for_actor(self, actor: Actor) -> Self:
        """The rows that belong to the actor's institution."""
        return self.filter(institution_id=actor.institution.pk)

    def find(self, public_id: str) -> M:
        """The row with this public id, or :class:`NotFound`, like one that does not exist."""
        try:
            return self.get(public_id=public_id)
        except ObjectDoesNotExist:
            raise NotFound(str(self.model._meta.verbose_name)) from None

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            belong(row)
        return super().bulk_create(rows, *args, **options)

    def update(self, **values: Any) -> int:
        if {"institution", "institution_id"} & values.keys():
            raise CrossedInstitutions("A row never moves to another institution.")
        return super().update(**values)


class OwnedManager(models.Manager[M]):
    """Gives querysets of the ambient institution, and raises where there is none."""

    _queryset_class = OwnedQuerySet

    def get_queryset(self) -> OwnedQuerySet[M]:
        institution = _ambient.get()
        if institution is None:
            raise UnscopedRead(self.model)
        return self.unscoped().filter(institution_id=institution.pk)

    def unscoped(self) -> OwnedQuerySet[M]:
        """Rows of every institution. Each call stands in a list that a test compares."""
        return super().get_queryset()  # type: ignore[return-value]

    def for_actor(self, actor: Actor) -> OwnedQuerySet[M]:
        """The rows of the actor's institution; needs no ``within``."""
        rows = self.unscoped() if _ambient.get() is None else self.get_queryset()
        return rows.for_actor(actor)

    def find(self, public_id: str) -> M:
        return self.get_queryset().find(public_id)


class Owned(models.Model):
    """A row that belongs to one institution for good."""

    institution = models.ForeignKey("kernel.Institution", models.PROTECT, related_name="+")

    objects: Any = OwnedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        belong(self)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        belong(self)
        return super().delete(*args, **options)


@cache
def owned_links(model: type[models.Model]) -> tuple[Any, ...]:
    """The foreign keys that lead to rows of an institution."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model and issubclass(field.related_model, Owned)
    )


def belong(row: Any) -> None:
    """Fill the row's institution from the ambient one; raise if it, or a neighbour, has another."""
    institution = _ambient.get()
    if row.institution_id is None:
        if institution is None:
            raise UnscopedRead(type(row))
        row.institution = institution
    elif institution is not None and row.institution_id != institution.pk:
        raise CrossedInstitutions(
            f"This {row._meta.label} belongs to another institution than {institution.public_id}."
        )
    model: type[models.Model] = type(row)
    for field in owned_links(model):
        neighbour = field.get_cached_value(row, default=None)
        if neighbour is not None and neighbour.institution_id != row.institution_id:
            raise CrossedInstitutions(
                f"{row._meta.label}.{field.name} leads to a row of another institution."
            )
