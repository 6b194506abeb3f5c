"""Setting a letter: as text, and as HTML in our look, from the same words."""

from __future__ import annotations

import textwrap
from typing import Final

import mrml
from django.template.loader import render_to_string
from django.utils import translation

from cairn.notices.letters import Letter

WIDTH: Final = 72


def text(letter: Letter) -> str:
    """The letter as plain text; addresses stay in one piece."""
    parts = [wrapped(letter.title)]
    parts += [wrapped(one) for one in letter.paragraphs]
    if letter.code:
        parts.append(f"    {letter.code}")
    if letter.quote:
        parts.append(
            "\n".join(f"> {line}" for line in wrapped(letter.quote, WIDTH - 2).split("\n"))
        )
    if letter.facts:
        parts.append("\n".join(wrapped(f"{name}: {value}") for name, value in letter.facts))
    if letter.button:
        parts.append(f"{letter.button.label}:\n{letter.button.url}")
    parts += [
        f"{wrapped(one.words)}\n{one.url}" if one.url else wrapped(one.words)
        for one in letter.after
    ]
    parts.append(f"-- \n{letter.sender}")
    return "\n\n".join(parts) + "\n"


def wrapped(words: str, width: int = WIDTH) -> str:
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in words.splitlines()
    )


def html(letter: Letter) -> str:
    """The letter as HTML that mail programs show, by day and by night; it loads nothing."""
    mjml = render_to_string(
        "notices/letter.mjml", {"letter": letter, "language": translation.get_language() or "en"}
    )
    return str(mrml.to_html(mjml).content)
