"""JSON-LD documents to compare implementations on: published samples, our own, and random ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from cairn.vc import contexts
from cairn.vc.document import parse
from cairn.vc.errors import Unreadable
from cairn.vc.numbers import written_alike

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests/vectors"

#: A draft vocabulary that is not bundled; the test of the vectors that use it brings it along.
BROUGHT_ALONG = "https://w3id.org/citizenship/"

Json = dict[str, Any]


def _files() -> Iterator[Path]:
    for folder in sorted(VECTORS.iterdir()):
        if not folder.name.startswith("hostile"):
            yield from sorted(folder.rglob("*.json"))
    yield from sorted((ROOT / "examples").rglob("*.json"))
    yield ROOT / "bench/sample.json"


def published() -> dict[str, Json]:
    """Every JSON-LD document that the project carries, by its path."""
    found: dict[str, Json] = {}
    for path in _files():
        try:
            document = parse(path.read_bytes())
        except Unreadable:
            continue  # lists, and files that are hostile on purpose
        if "@context" in document and BROUGHT_ALONG not in str(document["@context"]):
            found[path.relative_to(ROOT).as_posix()] = document
    return found


# Random badges. Text is anything that JSON and a database can hold; where an implementation is known
# to be wrong about some characters, its test narrows the alphabet and says why.

ANY_TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
#: UTF-16 order equals code point order when U+E000 to U+FFFF and the astral planes do not meet.
JAVASCRIPT_TEXT = st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\0").filter(
    lambda character: not "\ue000" <= character <= "\uffff"
)
#: PyLD 3.3 writes these raw, where RDFC-1.0 §A escapes them.
PYLD_RAW = "".join(map(chr, range(0x20))).translate({9: None, 10: None, 13: None}) + "\x7f"
PYLD_TEXT = st.characters(exclude_categories=["Cs"], exclude_characters=PYLD_RAW)

EXTENSION: Json = {
    "mass": {"@id": "https://vocabulary.example/mass"},
    "exact": {
        "@id": "https://vocabulary.example/exact",
        "@type": "http://www.w3.org/2001/XMLSchema#double",
    },
    "title": {"@id": "https://vocabulary.example/title", "@container": "@language"},
    "rubric": {"@id": "https://vocabulary.example/rubric", "@container": "@list"},
    "raw": {"@id": "https://vocabulary.example/raw", "@type": "@json"},
    "motto": {"@id": "https://vocabulary.example/motto", "@language": "la"},
    "part": {
        "@id": "https://vocabulary.example/part",
        "@context": {"weight": "https://vocabulary.example/weight"},
    },
}


def agreed(number: float) -> bool:
    """A number that everybody writes alike, and that Cairn therefore signs."""
    return written_alike(number)


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15, allow_nan=False).filter(agreed)
LANGUAGES = st.sampled_from(["en", "en-AU", "de", "zh-Hans", "@none"])


def addresses() -> st.SearchStrategy[str]:
    path = st.text("abcdefghijklmnop0123456789/-_.~é𝄞", max_size=12)
    return st.builds(
        "{}{}".format, st.sampled_from(["https://x.example/", "urn:uuid:", "did:web:"]), path
    )


def texts(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(letters, max_size=40)


def badges(letters: st.SearchStrategy[str] = ANY_TEXT) -> st.SearchStrategy[Json]:
    """Badges with awkward text, numbers, languages, lists in lists and endorsements in endorsements.

    They are JSON-LD without data loss; not all of them satisfy the Open Badges schema.
    """
    text = st.text(letters, max_size=16)
    identified = st.fixed_dictionaries({}, optional={"id": addresses()})
    extras = {
        "mass": NUMBERS | st.lists(NUMBERS | text | st.booleans(), max_size=3),
        "exact": NUMBERS,
        "title": st.dictionaries(LANGUAGES, text | st.lists(text, max_size=2), max_size=3),
        "rubric": st.recursive(
            st.lists(text | NUMBERS, max_size=3),
            lambda inner: st.lists(inner | text, max_size=3),
            max_leaves=5,
        ),
        "raw": st.recursive(
            st.none() | st.booleans() | NUMBERS | text,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
            max_leaves=5,
        ),
        "motto": text | st.lists(text, max_size=2),
        "part": st.fixed_dictionaries({"weight": NUMBERS}),
        "description": st.fixed_dictionaries(
            {"@value": text, "@language": LANGUAGES.filter(lambda tag: tag != "@none")}
        )
        | text,
        "termsOfUse": st.fixed_dictionaries({"type": st.just("urn:T"), "id": st.just("_:b0")}),
    }
    alignment = st.fixed_dictionaries(
        {"type": st.just(["Alignment"]), "targetName": text, "targetUrl": addresses()},
        optional={"targetCode": text, "targetDescription": text},
    )
    proof = st.fixed_dictionaries(
        {"type": st.just("DataIntegrityProof"), "cryptosuite": text, "proofValue": text}
    )
    profile = st.fixed_dictionaries(
        {"id": addresses(), "type": st.just(["Profile"]), "name": text},
        optional={"url": addresses()},
    )
    endorsement = st.recursive(
        _endorsement(profile, text, proof),
        lambda inner: _endorsement(
            _with(profile, endorsement=st.lists(inner, max_size=2)), text, proof
        ),
        max_leaves=2,
    )
    endorsements = {"endorsement": st.lists(endorsement, max_size=2)}
    achievement = st.fixed_dictionaries(
        {
            "id": addresses(),
            "type": st.just(["Achievement"]),
            "name": text,
            "criteria": st.fixed_dictionaries({"narrative": text}),
        },
        optional={
            "alignment": st.lists(alignment, max_size=4),
            "tag": st.lists(text, max_size=3),
            "creator": _with(profile, **endorsements),
            "resultDescription": st.lists(
                st.fixed_dictionaries(
                    {
                        "id": addresses(),
                        "type": st.just(["ResultDescription"]),
                        "allowedValue": st.lists(text, min_size=1, max_size=3),
                    }
                ),
                max_size=2,
            ),
            **endorsements,
        },
    )
    subject = st.builds(
        dict.__or__,
        identified,
        st.fixed_dictionaries(
            {"type": st.just(["AchievementSubject"]), "achievement": achievement}
        ),
    )
    return st.fixed_dictionaries(
        {
            "@context": st.just([contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_V3, EXTENSION]),
            "id": addresses(),
            "type": st.just(["VerifiableCredential", "OpenBadgeCredential"]),
            "issuer": profile,
            "name": text,
            "credentialSubject": subject,
        },
        optional={**extras, **endorsements},
    )


def _with(
    base: st.SearchStrategy[Json], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Json]:
    return st.builds(dict.__or__, base, st.fixed_dictionaries({}, optional=optional))


def _endorsement(
    issuer: st.SearchStrategy[Json], text: st.SearchStrategy[str], proof: st.SearchStrategy[Json]
) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {
            "@context": st.just([contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_V3]),
            "id": addresses(),
            "type": st.just(["VerifiableCredential", "EndorsementCredential"]),
            "issuer": issuer,
            "credentialSubject": st.fixed_dictionaries(
                {
                    "id": addresses(),
                    "type": st.just(["EndorsementSubject"]),
                    "endorsementComment": text,
                }
            ),
        },
        optional={"proof": st.lists(proof, min_size=1, max_size=2)},
    )
