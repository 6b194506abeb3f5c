"""A strict reader of N-Quads 1.1 into the term strings that :mod:`cairn.vc.rdfc` works with."""

import re

from cairn.vc.rdfc import Quad, iri, literal

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf'<((?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*)>'
_LABEL = r"_:[A-Za-z0-9_]+"
_LITERAL = (
    rf'"((?:[^"\\\n\r]|\\[tbnrf"\'\\]|{_UCHAR})*)"(?:\^\^{_IRI}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?'
)
_SPACE = r"[ \t]*"
_LINE = re.compile(
    rf"{_SPACE}({_IRI}|{_LABEL}){_SPACE}({_IRI}){_SPACE}({_IRI}|{_LABEL}|{_LITERAL})"
    rf"{_SPACE}(?:({_IRI}|{_LABEL}){_SPACE})?\.{_SPACE}(?:#.*)?"
)
_ESCAPE = re.compile(rf"({_UCHAR})|\\(.)", re.DOTALL)
_ECHARS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def read(text: str) -> list[Quad]:
    """Read every line, or raise ValueError with the number of the first that is not N-Quads."""
    quads: list[Quad] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line.strip(" \t") or line.lstrip(" \t").startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"Line {number} is not N-Quads: {line}")
        subject, predicate, object_, graph = match.group(1, 3, 5, 10)
        quads.append((_term(subject), _term(predicate), _term(object_), _term(graph or "")))
    return quads


def _term(text: str) -> str:
    if text.startswith("<"):
        return iri(_plain(text[1:-1]))
    if not text.startswith('"'):
        return text
    match = re.fullmatch(_LITERAL, text)
    assert match is not None
    value, datatype, language = match.groups()
    if datatype == _XSD_STRING:
        datatype = None
    return literal(
        _plain(value), datatype=None if datatype is None else _plain(datatype), language=language
    )


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match.group(1), match.group(2)), text)


def _character(code: str | None, short: str) -> str:
    return code.encode().decode("unicode_escape") if code else _ECHARS.get(short, short)
