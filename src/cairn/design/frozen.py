"""A table whose rows stand as they were written, but for a few columns that are filled in once.

``Frozen("Version", once="approved_on", fills=["approved_until"])`` is a migration operation. Like
its parent it must be named again by a migration that makes SQLite build the table anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cairn.kernel.appendonly import AppendOnly, drop_triggers

_FUNCTION = """
CREATE OR REPLACE FUNCTION "{table}_frozen"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR {refused} THEN
        RAISE EXCEPTION '{table} is frozen: no %', TG_OP USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$
"""


class Frozen(AppendOnly):
    """Refuse DELETE and TRUNCATE, and UPDATE of anything but the columns still to be filled.

    As soon as ``once`` has a value, nothing more is filled in.
    """

    def __init__(self, model_name: str, once: str, fills: Sequence[str] = ()) -> None:
        super().__init__(model_name)
        self.once, self.fills = once, tuple(fills)

    def describe(self) -> str:
        return f"Let {self.model_name} stand as it was written"

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        meta = to_state.apps.get_model(app_label, self.model_name)._meta
        kept = [
            field.column
            for field in meta.concrete_fields
            if field.name not in (self.once, *self.fills)
        ]
        once = meta.get_field(self.once).column
        for statement in _statements(schema_editor.connection.vendor, meta.db_table, kept, once):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
            schema_editor.execute(f'DROP FUNCTION IF EXISTS "{table}_frozen"()', params=None)


def _statements(vendor: str, table: str, kept: Sequence[str], once: str) -> list[str]:
    """Narrow the parent's trigger on UPDATE to the updates that are refused."""
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changes = [f'NEW."{column}" {differs} OLD."{column}"' for column in kept]
    refused = " OR ".join([*changes, f'OLD."{once}" IS NOT NULL'])
    parents = drop_triggers(vendor, table)[0]
    if vendor == "postgresql":
        trigger = (
            f'CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_frozen"()'
        )
        return [parents, _FUNCTION.format(table=table, refused=refused), trigger]
    trigger = (
        f'CREATE TRIGGER "{table}_append_only_UPDATE" BEFORE UPDATE ON "{table}" WHEN {refused} '
        f"BEGIN SELECT RAISE(ABORT, '{table} is frozen: no UPDATE'); END"
    )
    return [parents, trigger]
