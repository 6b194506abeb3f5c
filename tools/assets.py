"""Check what pages and their tests carry of others: fonts, htmx, axe-core.

`--check` compares the bytes with the pins and needs no network. Without it, the packages are fetched
by npm, pinned by SHA-256 themselves, and compared byte for byte; `--write` takes their files over.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vendor import digest, fetch_pinned, published

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = "src/cairn/web/static/cairn"
VENDOR: Final = "tests/journeys/vendor"


@dataclass(frozen=True, slots=True)
class Asset:
    """A published package, pinned, and where its files stand here."""

    spec: str
    sha256: str
    files: dict[str, str]


ASSETS: Final = (
    Asset(
        "htmx.org@2.0.11",
        "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        {
            "dist/htmx.min.js": f"{STATIC}/js/htmx.min.js",
            "LICENSE": f"{STATIC}/js/htmx-LICENSE.txt",
        },
    ),
    Asset(
        "axe-core@4.14.1",
        "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        {"axe.min.js": f"{VENDOR}/axe.min.js", "LICENSE": f"{VENDOR}/axe-LICENSE.txt"},
    ),
)

#: The fonts are ours to build: the latin parts of the published variable fonts, with the weights
#: that pages use; what English and German never write stands in files of its own (tokens.css says
#: which letters). No package carries them, so they are pinned only.
PINS: Final = {
    f"{STATIC}/js/htmx.min.js": "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
    f"{VENDOR}/axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    f"{STATIC}/fonts/atkinson-next-latin-ext.woff2": "e19d0c3f99497537f7514e76d576f7be3f686c89f0c08130975333f0ad8cf949",
    f"{STATIC}/fonts/atkinson-next-latin-more.woff2": "b99e853a538986510c4da0b63207af991e430fd330a83a3d864400066989869d",
    f"{STATIC}/fonts/atkinson-next-latin.woff2": "8f48889801521e3e448bd5c3ca4859a87d11486c76af16783990ead270e46f59",
    f"{STATIC}/fonts/brygada-1918-latin-ext.woff2": "45112e7e9dbbce9214d261323873f778692cfde5259a3eb1aa265b17c2a01a4f",
    f"{STATIC}/fonts/brygada-1918-latin-italic-more.woff2": "62a5b242364199919ac1e4d33609fcb11f3a92862f649d516e1c0cb2bdc31c91",
    f"{STATIC}/fonts/brygada-1918-latin-italic.woff2": "731e9498e3d93f5e288acebaac5893dcf6e951415fdbf7dc8706f9ba848600c9",
    f"{STATIC}/fonts/brygada-1918-latin-more.woff2": "c78a0c14a589bf479c813916cef1b5b316fa1d390de7b81c56b5962dfeefa15c",
    f"{STATIC}/fonts/brygada-1918-latin.woff2": "27d467f5305ee8def14cf2f29ff867acd9d8f62a0be6f289345fc6aa4e699bd9",
}


def problems() -> Iterator[str]:
    """What differs from the pins."""
    for path, wanted in PINS.items():
        file = ROOT / path
        if not file.exists():
            yield f"{path} is missing"
        elif digest(file.read_bytes()) != wanted:
            yield f"{path} differs from its pinned SHA-256"
    fonts = {f"{STATIC}/fonts/{path.name}" for path in (ROOT / STATIC / "fonts").glob("*.woff2")}
    yield from (f"{path} is not pinned" for path in sorted(fonts - PINS.keys()))


def compare(*, write: bool) -> int:
    """Compare each file with the package that it is from, or take it over."""
    code = 0
    with tempfile.TemporaryDirectory() as scratch:
        for asset in ASSETS:
            tarball = fetch_pinned(asset.spec, asset.sha256, Path(scratch))
            for member, path in asset.files.items():
                theirs = published(tarball, member, as_it_is=True)
                if write:
                    (ROOT / path).write_bytes(theirs)
                same = (ROOT / path).read_bytes() == theirs
                print(f"{path:55} {'same bytes' if same else 'DIFFERENT'} as {asset.spec}")
                code |= not same
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the pins only")
    parser.add_argument("--write", action="store_true", help="take the files of the packages over")
    options = parser.parse_args()
    found = list(problems())
    print("\n".join(found) or f"assets: {len(PINS)} files equal their pinned SHA-256")
    if options.check or (found and not options.write):
        return 1 if found else 0
    return compare(write=options.write)


if __name__ == "__main__":
    sys.exit(main())
