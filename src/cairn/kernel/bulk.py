"""Many rows at once: COPY on PostgreSQL, executemany on SQLite.

Nothing else is written on the way: no signal, no ledger entry. A bulk service records its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

from cairn.kernel.tenancy import Owned, belong

M = TypeVar("M", bound=models.Model)

CHUNK = 2_000


def insert(model: type[M], rows: Iterable[M], *, chunk: int = CHUNK) -> int:
    """Insert unsaved rows as they come, and give each its key. Returns their number.

    Rows of an institution receive the ambient one, like those that are saved one by one.
    """
    fields = model._meta.concrete_fields
    names = [field.name for field in fields]
    stream = iter(rows)
    count = 0
    with transaction.atomic():
        while batch := list(islice(stream, chunk)):
            _prepare(model, batch)
            copy(model, names, _values(fields, batch))
            for row in batch:
                row._state.adding, row._state.db = False, connection.alias
            count += len(batch)
    return count


def copy(model: type[models.Model], names: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Insert values as the database takes them, in the order of the field names."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django translates the errors of execute(), but not those of copy().
            statement = f"COPY {table} ({columns}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as stream:
                for row in values:
                    stream.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            # The names are those of our own models. SQLite takes an iterator as it comes.
            rows: Any = values
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def _prepare(model: type[M], batch: list[M]) -> None:
    if issubclass(model, Owned):
        for row in batch:
            belong(row)
    missing = [row for row in batch if row.pk is None]
    for row, key in zip(missing, _keys(model, len(missing)), strict=True):
        row.pk = key


def _values(fields: Sequence[Any], batch: list[M]) -> Iterator[list[Any]]:
    for row in batch:
        yield [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]


def _keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Take keys from where the database would take them, so that the next single row fits."""
    if not count:
        return ()
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # The transaction is IMMEDIATE: nobody else writes between this and the insert.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        return range(last + 1, last + 1 + count)
