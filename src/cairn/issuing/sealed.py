"""A table whose rows stand as they were written, until they are deleted.

``Sealed("SignedDocument")`` is a migration operation. Like its parent it must be named again by a
migration that makes SQLite build the table anew.
"""

from __future__ import annotations

from typing import Any

from cairn.kernel.appendonly import AppendOnly, drop_triggers


class Sealed(AppendOnly):
    """Refuse UPDATE and let DELETE through: a person may be erased, a document never altered."""

    def describe(self) -> str:
        return f"Let {self.model_name} stand as it was written, or be erased"

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in _narrow(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)


def _narrow(vendor: str, table: str) -> list[str]:
    """Take DELETE and TRUNCATE out of what the parent's triggers refuse."""
    dropped = drop_triggers(vendor, table)
    if vendor != "postgresql":
        return [statement for statement in dropped if "DELETE" in statement]
    trigger = (
        f'CREATE TRIGGER append_only_row BEFORE UPDATE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION cairn_append_only()"
    )
    return [*dropped, trigger]
