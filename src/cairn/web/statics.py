"""Static files: named by their contents where they were gathered, served as they are elsewhere."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no stubs
    """`cairn serve` gathers the files once for each version; tests and tools read them in place."""

    manifest_strict = False
    #: Scripts that import each other find each other under the names by contents, too.
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name
