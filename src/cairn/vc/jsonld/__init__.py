"""JSON-LD 1.1 to RDF, so strict that nothing is left out in silence.

The standard algorithms drop what they do not understand: an undefined term, a relative address, a
base direction. Under a signature, "dropped" means "anyone may change it". Here each of those is a
:class:`~cairn.vc.errors.DataLoss` with the place, decided by the very code that makes the quads.
"""

from cairn.vc.jsonld.ownwords import OwnWords, own_words, own_words_believed, unsafe_own_words
from cairn.vc.jsonld.quads import Disguised, to_rdf
from cairn.vc.jsonld.terms import BadContext, Unsupported

__all__ = [
    "BadContext",
    "Disguised",
    "OwnWords",
    "Unsupported",
    "own_words",
    "own_words_believed",
    "to_rdf",
    "unsafe_own_words",
]
