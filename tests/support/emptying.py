"""Tests that commit are followed by emptying the tables, which append-only tables refuse.

Only here are their triggers set aside: taken out of SQLite and put back, passed over by PostgreSQL.
"""

from __future__ import annotations

from typing import Any


def allow() -> None:
    """Let Django's ``flush`` empty the tables that nothing else may empty."""
    from django.db.backends.postgresql.operations import DatabaseOperations as Postgres
    from django.db.backends.sqlite3.operations import DatabaseOperations as Sqlite

    _wrap(Sqlite, _around_sqlite)
    _wrap(Postgres, _around_postgres)


def _wrap(operations: Any, around: Any) -> None:
    flush = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        before, after = around(self.connection)
        return [*before, *statements, *after] if statements else []

    operations.sql_flush = sql_flush


def _around_sqlite(connection: Any) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _ in triggers], [sql for _, sql in triggers]


def _around_postgres(connection: Any) -> tuple[list[str], list[str]]:
    role = "SET session_replication_role = "
    return [f"{role}replica"], [f"{role}DEFAULT"]
