"""Tables that the database itself refuses to change: rows are added, never altered or removed.

``AppendOnly("LedgerEntry")`` is a migration operation. A later migration that makes SQLite build
the table anew drops the triggers with the old one, and must name the operation again.
"""

from typing import Any

from django.db.migrations.operations.base import Operation

_FUNCTION = """
CREATE OR REPLACE FUNCTION cairn_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: no %', TG_TABLE_NAME, TG_OP USING ERRCODE = '23001';
END $$
"""


def add_triggers(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        does = "EXECUTE FUNCTION cairn_append_only()"
        return [
            _FUNCTION,
            f'CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW {does}',
            f'CREATE TRIGGER append_only_all BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {does}',
        ]
    return [
        f'CREATE TRIGGER "{table}_append_only_{event}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {event}'); END"
        for event in ("UPDATE", "DELETE")
    ]


def drop_triggers(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
            for name in ("append_only_row", "append_only_all")
        ]
    return [
        f'DROP TRIGGER IF EXISTS "{table}_append_only_{event}"' for event in ("UPDATE", "DELETE")
    ]


class AppendOnly(Operation):
    """Put triggers on a model's table that refuse UPDATE, DELETE and TRUNCATE."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(add_triggers, app_label, schema_editor, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self._run(drop_triggers, app_label, schema_editor, from_state)

    def describe(self) -> str:
        return f"Let {self.model_name} be appended to and never altered"

    def _run(self, statements: Any, app_label: str, schema_editor: Any, state: Any) -> None:
        model = state.apps.get_model(app_label, self.model_name)
        for statement in statements(schema_editor.connection.vendor, model._meta.db_table):
            schema_editor.execute(statement, params=None)
