"""Static files: named by their contents where they were gathered, served as they are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from django.core.files.base import ContentFile
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What leaves out comments and layout, by the end of a name; for files that we write by hand.
_MAKE_SMALL: Final[dict[str, Callable[[str], str]]] = {".css": cssmin, ".js": jsmin}
_WRITTEN_BY_HAND: Final = ("cairn/css/", "cairn/js/")


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no stubs
    """`cairn serve` gathers the files once for each version; tests and tools read them in place."""

    manifest_strict = False
    #: Scripts that import each other find each other under the names by contents, too.
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """Name and pack the files; those written by hand without what only people need."""
        small = {
            name: (_Small(storage), path) if _is_written_by_hand(name) else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(small, *args, **options)


class _Small:
    """A folder of files as browsers need them."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage

    def open(self, name: str) -> ContentFile[bytes]:
        with self._storage.open(name) as file:
            text = file.read().decode()
        return ContentFile(_MAKE_SMALL[PurePosixPath(name).suffix](text).encode())


def _is_written_by_hand(name: str) -> bool:
    kept = PurePosixPath(name)
    return (
        name.startswith(_WRITTEN_BY_HAND)
        and kept.suffix in _MAKE_SMALL
        and not kept.stem.endswith(".min")
    )
