"""Gather the texts of the pages for translators, and compile what they wrote.

python tools/translate.py            gather into src/cairn/locale/*/LC_MESSAGES/django.po, compile
python tools/translate.py --check    nothing is behind, and the public pages are complete
python tools/translate.py --missing  print what a public page says and nobody translated
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src/cairn"
LOCALES: Final = SOURCE / "locale"
LANGUAGES: Final = ("de",)
#: What a stranger reads: complete in every language. The rest may wait for its translators.
PUBLIC: Final = (
    "web/public/",
    "web/templates/public/",
    "web/templates/cairn/public.html",
    "web/templates/cairn/base.html",
    "web/templates/cairn/foot.html",
    "web/templates/cairn/not_found.html",
    "web/nav.py",
    "web/templates/standalone.html",
    "web/verifier_texts.py",
)
#: What the verifier in the browser says (`make vendor` lists it), and where it is marked.
SENTENCES: Final = SOURCE / "web/static/cairn/verifier/sentences.json"
MARKED: Final = SOURCE / "web/verifier_texts.py"
HEAD: Final = '''"""What the verifier says, marked for translators: the sentences of sentences.json, in its order."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

SENTENCES: Final = (
'''
KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def texts() -> Iterator[tuple[str, Any, str | None]]:
    """Every text of the code and the templates: where it stands, itself, and its context."""
    from django.utils.translation.template import templatize

    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html")]):
        text = path.read_text("utf-8")
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        name = path.relative_to(SOURCE).as_posix()
        raw = io.BytesIO(text.encode())
        for _, message, _, context in extract("python", raw, keywords=KEYWORDS):
            yield name, message, context


def marked() -> str:
    """The module that marks the verifier's sentences, in the house format."""
    lines = []
    for sentence in json.loads(SENTENCES.read_text("utf-8")):
        parts = [sentence]
        if len(json.dumps(sentence, ensure_ascii=False)) > 100 - len("    _(),"):
            parts = textwrap.wrap(sentence, 88, drop_whitespace=False, break_on_hyphens=False)
        lines.append("_(" + " ".join(json.dumps(one, ensure_ascii=False) for one in parts) + "),\n")
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(MARKED), "-"]
    text = HEAD + "".join(lines) + ")\n"
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def gathered() -> Catalog:
    """All texts in one catalogue, each with the files that say it."""
    catalog = Catalog(project="Cairn", version="", copyright_holder="The Cairn contributors")
    for name, message, context in texts():
        if message and message != ("", ""):
            catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES/django.po"


def read(language: str) -> Catalog:
    path = po(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language, domain="django")


def written(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def keys(catalog: Catalog) -> set[tuple[Any, str | None]]:
    return {(message.id, message.context) for message in catalog if message.id}


def missing(catalog: Catalog) -> list[str]:
    """What a public page says and this catalogue does not."""
    return [
        str(message.id)
        for message in catalog
        if message.id
        and any(place.startswith(PUBLIC) for place, _ in message.locations)
        and (message.fuzzy or not _has(message.string))
    ]


def _has(string: Any) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def update() -> None:
    MARKED.write_text(marked(), "utf-8")
    template = gathered()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True)
        po(language).parent.mkdir(parents=True, exist_ok=True)
        po(language).write_bytes(written(catalog))
        po(language).with_suffix(".mo").write_bytes(compiled(read(language)))
        done = sum(1 for message in catalog if message.id and _has(message.string))
        print(f"{language}: {done} of {len(catalog)} texts translated")


def check() -> int:
    template, code = gathered(), 0
    if MARKED.read_text("utf-8") != marked():
        print("The verifier's sentences have changed. Run: make translations")
        code = 1
    for language in LANGUAGES:
        catalog = read(language)
        if keys(catalog) != keys(template):
            print(f"{language}: the texts have changed. Run: make translations")
            code = 1
        mo = po(language).with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != compiled(catalog):
            print(f"{language}: what is compiled is not what is written. Run: make translations")
            code = 1
        if left := missing(catalog):
            print(f"{language}: {len(left)} texts of public pages are not translated: {left[:3]}")
            code = 1
    if not code:
        print(f"translations: {', '.join(LANGUAGES)} current, public pages complete")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args()
    if options.check:
        return check()
    if options.missing:
        for language in LANGUAGES:
            print("\n".join(missing(read(language))))
        return 0
    update()
    return 0


if __name__ == "__main__":
    sys.exit(main())
