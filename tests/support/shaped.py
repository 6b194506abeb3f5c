"""Credentials of random shapes, and many of each: what compiled shapes are compared on."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from cairn.vc import jsonld, rdfc
from cairn.vc.contexts import CREDENTIALS_V2, OPEN_BADGES_V3
from cairn.vc.datamodel import LOOKED_UP, datamodel_problems
from cairn.vc.document import dump
from cairn.vc.errors import CredentialError
from cairn.vc.numbers import unlike
from cairn.vc.schema import problems
from cairn.vc.shapes import Shapes

Json = dict[str, Any]

#: Texts that ask for trouble, wherever they stand.
ODD = (
    *("", " ", "@type", "@id", "@none", "@value", "id", "type", "_:b0", "_:c14n0", "true", "1", "1e3"),
    *("urn:x", "https://a.example/", "did:web:a.example", "https:", "a b", "schema:name", "../up"),
    *('say "so"', "back\\slash", "new\nline", "tab\there", "\x7f", "\x01", "\u2028", "é", "e\u0301"),
    *("\U0001d11e", "\uffff", "\U0001d11e\uffff", "<urn:x>", "{", "[]", "null", "en", "EN-au"),
    *("VerifiableCredential", "Achievement", "mark", "mark1.", "2026-11-01T09:00:00Z", "2026-13-01T"),
    *("2020-01-01T00:00:00+10:00", "CFItem", "ext:Own", "Diploma", "https://a.example/#é", "urn:uuid:"),
)  # fmt: skip
_DECIDING = frozenset(("@context", "@language", "@type", "type"))
PLAIN = (
    "Pass",
    "Distinction",
    "data",
    "Harbour",
    "Ada",
    "north",
    "south",
    "2026",
    "A1",
    "long " * 9,
)


def full(document: Json) -> rdfc.Canonical | None:
    """What the full processor makes of a document; None where it refuses."""
    try:
        return rdfc.canonicalize(jsonld.to_rdf(document, fixed=LOOKED_UP))
    except CredentialError:
        return None


def conforms(document: Json) -> bool:
    """Whether nothing is found wrong by the rules themselves."""
    return not [*datamodel_problems(document), *problems(document), *unlike(document)]


def taught(shapes: Shapes, document: Json) -> None:
    """Let the shape of a document be compiled, as the second of its kind is."""
    for _ in range(2):
        shapes.learn(document, jsonld.to_rdf(document, fixed=LOOKED_UP))


def compared(shapes: Shapes, document: Json) -> bool:
    """Ask for a document as the library does; whether its shape answered. Never two answers."""
    known, expected = shapes.find(document), full(document)
    if known is None:
        if expected is not None:
            shapes.learn(document, jsonld.to_rdf(document, fixed=LOOKED_UP))
        return False
    found = known.canonical()
    assert found is None or found == expected, json.dumps(document)
    assert not known.conforms() or conforms(document), json.dumps(document)
    assert known.json() == dump(document).decode(), json.dumps(document)
    return found is not None


def variants(document: Json, chance: random.Random) -> Iterator[Json]:
    """Yield documents of the same structure with other texts, most of them in a few places only."""
    places = list(_texts(document))
    carried = [path for path in places if _DECIDING.isdisjoint(path)]
    few = chance.sample(carried, min(len(carried), 6))
    while True:
        other = copy.deepcopy(document)
        chosen = few
        if chance.random() < 0.3:
            every = places if chance.random() < 0.3 else carried
            chosen = chance.sample(every, len(every) // 2)
        for path in chosen:
            before = _at(document, path)
            _put(other, path, _another(before, [_at(other, one) for one in places], chance))
        yield other


def _another(before: str, there: list[str], chance: random.Random) -> str:
    draw = chance.random()
    if draw < 0.25:
        return before
    if draw < 0.35:
        return chance.choice(ODD)
    if draw < 0.42:
        return chance.choice(there)
    if before[:4] in ("http", "urn:", "did:", "mail"):
        return f"{before.rstrip('0123456789')}{chance.randrange(5_000)}"
    if before[:2] == "20" and before[-1:] == "Z":
        return f"20{chance.randrange(10, 40)}-0{chance.randrange(1, 10)}-11T09:00:00Z"
    return f"{chance.choice(PLAIN)}{chance.choice(('', chance.randrange(5_000)))}"


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, str):
            yield (*path, key)
        elif isinstance(item, dict | list):
            yield from _texts(item, (*path, key))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(value: Any, path: tuple[str | int, ...], text: str) -> None:
    _at(value, path[:-1])[path[-1]] = text


# Credentials that conform, with any of what Open Badges offers.


def credential(chance: random.Random) -> Json:
    """Make an achievement credential out of parts that are there or not."""
    made: Json = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": f"urn:uuid:{chance.randrange(10**9)}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": _profile(chance),
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": _subject(chance),
    }
    offers: dict[str, Callable[[], Any]] = {
        "name": lambda: _name(chance),
        "description": lambda: _name(chance),
        "validUntil": lambda: "2031-11-01T09:00:00Z",
        "awardedDate": lambda: "2026-10-30T00:00:00Z",
        "evidence": lambda: _some(chance, lambda: _evidence(chance)),
        "credentialStatus": lambda: _status(chance),
        "image": lambda: _image(chance),
        "endorsement": lambda: [_endorsement(chance)],
    }
    made |= _offered(chance, offers, 0.5)
    if chance.random() < 0.3:
        items = list(made.items())
        chance.shuffle(items)
        made = dict(items)
    return made


def _offered(chance: random.Random, offers: dict[str, Callable[[], Any]], often: float) -> Json:
    return {name: make() for name, make in offers.items() if chance.random() < often}


def _some(chance: random.Random, make: Callable[[], Any]) -> list[Any]:
    return [make() for _ in range(chance.choice((1, 1, 2, 3)))]


def _address(chance: random.Random, what: str) -> str:
    return f"https://harbour.example/{what}/{chance.randrange(1000)}"


def _name(chance: random.Random) -> Any:
    if chance.random() < 0.8:
        return chance.choice(PLAIN)
    return {"@value": chance.choice(PLAIN), "@language": chance.choice(("en", "de-AT"))}


def _image(chance: random.Random) -> Json:
    return {"id": _address(chance, "image"), "type": "Image", "caption": chance.choice(PLAIN)}


def _profile(chance: random.Random) -> Json:
    offers: dict[str, Callable[[], Any]] = {
        "name": lambda: chance.choice(PLAIN),
        "url": lambda: _address(chance, "home"),
        "image": lambda: _image(chance),
        "otherIdentifier": lambda: [
            {
                "type": "IdentifierEntry",
                "identifier": chance.choice(PLAIN),
                "identifierType": "ext:own",
            }
        ],
        "address": lambda: {
            "type": ["Address"],
            "addressLocality": chance.choice(PLAIN),
            "geo": {"type": "GeoCoordinates", "latitude": 53.5, "longitude": -9.25},
        },
    }
    name = f"did:web:{chance.choice(('harbour', 'quay', 'wharf'))}.example"
    return {"id": name, "type": ["Profile"], **_offered(chance, offers, 0.5)}


def _subject(chance: random.Random) -> Json:
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${chance.randrange(10**12)}",
        "identityType": "emailAddress",
        "salt": chance.choice(PLAIN),
    }
    offers: dict[str, Callable[[], Any]] = {
        "id": lambda: f"did:web:{chance.randrange(1000)}.example",
        "result": lambda: _some(chance, lambda: _result(chance)),
        "activityStartDate": lambda: "2026-10-30T00:00:00Z",
        "creditsEarned": lambda: chance.choice((1, 2.5, 30)),
    }
    made = {"type": ["AchievementSubject"], "achievement": _achievement(chance)}
    made |= _offered(chance, offers, 0.5)
    if "id" not in made or chance.random() < 0.5:
        made["identifier"] = _some(chance, lambda: {**identity})
    return made


def _achievement(chance: random.Random) -> Json:
    criteria = ({"narrative": chance.choice(PLAIN)}, {"id": _address(chance, "criteria")})
    offers: dict[str, Callable[[], Any]] = {
        "achievementType": lambda: chance.choice(("MicroCredential", "ext:Workshop")),
        "alignment": lambda: _some(chance, lambda: _alignment(chance)),
        "creator": lambda: _profile(chance),
        "creditsAvailable": lambda: chance.choice((1, 2.5, 30)),
        "humanCode": lambda: chance.choice(PLAIN),
        "inLanguage": lambda: "en",
        "resultDescription": lambda: _some(chance, lambda: _described(chance)),
        "tag": lambda: _some(chance, lambda: f"{chance.choice(PLAIN)}{chance.randrange(50)}"),
    }
    return {
        "id": _address(chance, "achievement"),
        "type": ["Achievement"],
        "name": chance.choice(PLAIN),
        "description": chance.choice(PLAIN),
        "criteria": chance.choice(criteria),
        **_offered(chance, offers, 0.5),
    }


def _alignment(chance: random.Random) -> Json:
    offers: dict[str, Callable[[], Any]] = {
        "targetCode": lambda: chance.choice(PLAIN),
        "targetType": lambda: chance.choice(("CFItem", "ext:ESCO")),
    }
    return {
        "type": ["Alignment"],
        "targetName": f"{chance.choice(PLAIN)} {chance.randrange(90)}",
        "targetUrl": _address(chance, "skill"),
        **_offered(chance, offers, 0.5),
    }


def _described(chance: random.Random) -> Json:
    offers: dict[str, Callable[[], Any]] = {
        "allowedValue": lambda: ["Pass", "Credit", "Distinction"],
        "requiredValue": lambda: "Pass",
        "valueMax": lambda: "100",
    }
    return {
        "id": f"urn:uuid:r{chance.randrange(10**6)}",
        "type": ["ResultDescription"],
        "name": chance.choice(PLAIN),
        "resultType": chance.choice(("LetterGrade", "Percent")),
        **_offered(chance, offers, 0.6),
    }


def _result(chance: random.Random) -> Json:
    offers: dict[str, Callable[[], Any]] = {
        "resultDescription": lambda: f"urn:uuid:r{chance.randrange(10**6)}",
        "status": lambda: "Completed",
        "alignment": lambda: [_alignment(chance)],
    }
    return {"type": ["Result"], "value": chance.choice(PLAIN), **_offered(chance, offers, 0.5)}


def _evidence(chance: random.Random) -> Json:
    offers: dict[str, Callable[[], Any]] = {
        "id": lambda: _address(chance, "evidence"),
        "name": lambda: chance.choice(PLAIN),
        "narrative": lambda: chance.choice(PLAIN),
    }
    return {
        "type": ["Evidence"],
        "description": f"{chance.choice(PLAIN)} {chance.randrange(90)}",
        **_offered(chance, offers, 0.5),
    }


def _status(chance: random.Random) -> Json:
    at, place = _address(chance, "status"), str(chance.randrange(131_072))
    return {
        "id": f"{at}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": place,
        "statusListCredential": at,
    }


def _endorsement(chance: random.Random) -> Json:
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES_V3],
        "id": f"urn:uuid:e{chance.randrange(10**6)}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": chance.choice(PLAIN),
        "issuer": _profile(chance),
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {
            "id": _address(chance, "achievement"),
            "type": ["EndorsementSubject"],
            "endorsementComment": chance.choice(PLAIN),
        },
        "proof": {
            "type": "DataIntegrityProof",
            "created": "2026-11-01T09:00:00Z",
            "cryptosuite": "eddsa-rdfc-2022",
            "proofPurpose": "assertionMethod",
            "proofValue": f"z{chance.randrange(10**9)}",
            "verificationMethod": "did:web:harbour.example#key",
        },
    }
