"""PyLD and pyoxigraph, given the bundled contexts and no way to the network."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph
from pyld import jsonld

from cairn.vc import contexts
from cairn.vc.jsonld import to_rdf
from cairn.vc.rdfc import Quad, canonicalize
from tests.support import nquads

Json = dict[str, Any]


class Undefined(Exception):
    """The other implementation refused the document."""


def ours(document: Json) -> str:
    """Canonical N-Quads by Cairn."""
    return canonicalize(to_rdf(document)).text


def lines(quads: list[Quad]) -> str:
    """N-Quads in the order of the quads."""
    return "".join(f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in quads)


def by_pyld(document: Json) -> str:
    """Canonical N-Quads by PyLD."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "base": ""}
    try:
        return jsonld.normalize(document, {**options, "documentLoader": _load})
    except jsonld.JsonLdError as exc:
        raise Undefined(str(exc)) from exc


def by_oxigraph(document: Json) -> list[Quad]:
    """The quads that pyoxigraph reads; it has no loader, so every context is put in place."""
    text = json.dumps(_inlined(document))
    try:
        found = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))
    except SyntaxError as exc:
        raise Undefined(str(exc)) from exc
    return nquads.read("".join(f"{quad} .\n" for quad in found))


def by_oxigraph_from_quads(quads: list[Quad]) -> str:
    """Canonical N-Quads of quads by pyoxigraph."""
    parsed = pyoxigraph.parse(lines(quads), format=pyoxigraph.RdfFormat.N_QUADS)
    dataset = pyoxigraph.Dataset(parsed)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return lines(sorted(nquads.read("".join(f"{quad} .\n" for quad in dataset)), key=_as_line))


def _as_line(quad: Quad) -> str:
    return lines([quad])


def _load(url: str, _options: object = None) -> Json:
    document = {"@context": contexts.load(url)}
    return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}


def _inlined(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _context(item) if key == "@context" else _inlined(item)
            for key, item in value.items()
        }
    return [_inlined(item) for item in value] if isinstance(value, list) else value


def _context(value: Any) -> Any:
    if isinstance(value, list):
        parts = [_context(item) for item in value]
        return [part for item in parts for part in (item if isinstance(item, list) else [item])]
    return contexts.load(value) if isinstance(value, str) else value
