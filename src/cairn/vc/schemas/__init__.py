"""The official JSON Schemas: bundled, unchanged, pinned by SHA-256; none is fetched."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def addresses() -> dict[str, str]:
    """Map every known address to the file that holds its schema."""
    manifest = json.loads(files(__name__).joinpath("MANIFEST.json").read_text("utf-8"))
    return {url: entry["file"] for entry in manifest["files"] for url in entry["urls"]}
