"""What a drawing may not do if it is to become a badge: run something, or reach outside itself.

This is Cairn's own rule, stricter than Open Badges 3.0. It guards pictures we make; reading a
credential from any picture stays possible, because reading runs nothing.
"""

from __future__ import annotations

import re
from typing import NoReturn

from cairn.vc.baking.errors import SvgActive, SvgExternal

_XHTML = "http://www.w3.org/1999/xhtml"
_XML_BASE = "http://www.w3.org/XML/1998/namespace base"
_ACTIVE = re.compile(
    "script|foreignobject|handler|listener|iframe|object|embed|audio|video|canvas|link"
)
_ANIMATION = re.compile("animate|set|animatecolor|animatemotion|animatetransform")
_REFERENCE = re.compile("href|src|srcset|srcdoc|data|action|formaction|poster|ping")
_PROSE = re.compile("id|class|role|title|alt|lang|name|aria-.*|data-.*")  # words, never CSS
_INSIDE = re.compile(
    r"#|data:(?:image/(?:png|jpeg|gif|webp)|font/[a-z0-9+-]+|application/(?:x-)?font-[a-z]+)[;,]"
)
_CSS_URL = re.compile(r"""url\(\s*+["']?\s*+([^"')]*+)""")
_CSS_REACH = re.compile(r"@import|image-set\(|\bimage\(|\bsrc\(|cross-fade\(")
_CSS_SCRIPT = re.compile(r"javascript:|expression\(")
_CSS_MARKS = re.compile(r"[(:@]")  # without one of these, a value can do none of the above
_URL_NOISE = re.compile(r"[\x00-\x20]+")


class Policy:
    """Watches one drawing; raises :class:`SvgActive` or :class:`SvgExternal` at the first fault."""

    def __init__(self) -> None:
        self._styles = 0  # how many style elements are open
        self._css: list[str] = []

    def start(self, namespace: str, name: str, attributes: dict[str, str], line: int) -> None:
        name = name.lower()
        if _ACTIVE.fullmatch(name) or namespace == _XHTML:
            _active(f"the element {name}", line)
        self._styles += name == "style"
        for qualified, value in attributes.items():
            if qualified == _XML_BASE:
                _external("xml:base", line)
            _check_attribute(qualified, value, line)
        if _ANIMATION.fullmatch(name):
            _check_animation(attributes, line)

    def text(self, data: str) -> None:
        if self._styles:
            self._css.append(data)

    def end(self, name: str, line: int) -> None:
        if name.lower() == "style":
            css = "".join(self._css)
            if "\\" in css:
                _external("an escaped character in a style", line)
            _check_css(css, line)
            self._styles -= 1
            self._css = self._css if self._styles else []

    def instruction(self, target: str, line: int) -> None:
        if target.lower() == "xml-stylesheet":
            _external("a style sheet", line)


def _check_attribute(qualified: str, value: str, line: int) -> None:
    namespace, _, name = qualified.rpartition(" ")
    name = name.lower()
    if not namespace and name.startswith("on"):
        _active(f"the event handler {name}", line)
    if _REFERENCE.fullmatch(name):
        _check_reference(name, value, line)
    elif not namespace and not _PROSE.fullmatch(name):
        if "\\" in value and "(" in value:  # an escape can spell url( in a way a search misses
            _external(f"an escaped character in {name}", line)
        _check_css(value, line)


def _check_reference(name: str, value: str, line: int) -> None:
    target = _URL_NOISE.sub("", value).lower()
    if target.startswith("javascript:"):
        _active(f"a script in {name}", line)
    if target and not _INSIDE.match(target):
        _external(f"{name} to {target[:60]}", line)


def _check_animation(attributes: dict[str, str], line: int) -> None:
    target = attributes.get("attributeName", "").rpartition(":")[2].strip().lower()
    if _REFERENCE.fullmatch(target) or target.startswith("on"):
        _active(f"an animation of {target}", line)


def _check_css(css: str, line: int) -> None:
    if not _CSS_MARKS.search(css):
        return
    css = css.lower()
    if _CSS_SCRIPT.search(css):
        _active("a script in a style", line)
    if _CSS_REACH.search(css):
        _external("an import in a style", line)
    for url in _CSS_URL.findall(css):
        if url and not _INSIDE.match(url):
            _external(f"url({url[:60]})", line)


def _active(what: str, line: int) -> NoReturn:
    raise SvgActive(
        f"This SVG has {what} (line {line}), and a badge runs nothing. "
        "Export it as plain SVG without scripts, handlers or embedded HTML."
    )


def _external(what: str, line: int) -> NoReturn:
    raise SvgExternal(
        f"This SVG reaches outside itself: {what} (line {line}). "
        "Embed the picture or font it needs, or remove the reference."
    )
