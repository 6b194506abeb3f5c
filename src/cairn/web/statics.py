"""Static files: named by their contents where they were gathered, served as they are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_REMARK: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_LAYOUT: Final = re.compile(r"\s*\n\s*")


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no stubs
    """`cairn serve` gathers the files once for each version; tests and tools read them in place."""

    manifest_strict = False
    #: Scripts that import each other find each other under the names by contents, too.
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """Name and pack the files; styles of ours without remarks and indents."""
        small = {
            name: (_Small(storage) if is_style(name) else storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(small, *args, **options)


def is_style(name: str) -> bool:
    return name.startswith("cairn/css/") and name.endswith(".css")


def without_remarks(styles: str) -> str:
    """Styles without what only people need. Spaces inside a line stay: some of them mean something."""
    return _LAYOUT.sub("\n", _REMARK.sub("", styles)).strip()


class _Small:
    """A folder of styles as browsers need them."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage

    def open(self, name: str) -> ContentFile[bytes]:
        with self._storage.open(name) as file:
            return ContentFile(without_remarks(file.read().decode()).encode())
