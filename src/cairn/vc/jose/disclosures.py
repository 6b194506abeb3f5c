"""SD-JWT (Selective Disclosure for JWTs): parts of a token that its holder may show or keep back.

What may be kept back stands in the token as a digest; whoever is shown it gets the salt and the value
besides. Sections cited are those of the IETF document.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cairn.vc.document import MAX_BYTES, MAX_DEPTH, JsonObject, dump, pointer
from cairn.vc.errors import BadKey, Unsignable
from cairn.vc.jose import compact
from cairn.vc.jose.errors import BadDisclosure, BadToken
from cairn.vc.jose.token import Token
from cairn.vc.multibase import decode64, encode64

MAX_DISCLOSURES: Final = 512
HASH: Final = "sha-256"
#: §9.3 asks for 128 bits of salt.
SALT_BYTES: Final = 16

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,5}", re.ASCII)
_RESERVED: Final = frozenset({"_sd", "..."})

Path = tuple[str | int, ...]
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An SD-JWT that was opened and not yet believed.

    ``token.claims`` is what it says with everything that is disclosed. ``places`` tells for each
    disclosure where it came to stand, as a JSON pointer; ``binding`` is the holder's own signature.
    """

    token: Token
    issued: str
    places: dict[str, str]
    binding: str | None

    @property
    def presented(self) -> str:
        """The token and its disclosures without the binding: what the binding covers (§4.3.1)."""
        return "~".join((self.issued, *self.places, ""))


def read(text: str) -> Disclosed:
    """Take an SD-JWT apart and put every disclosure in its place (§7.1).

    Raises :class:`BadToken`, and :class:`BadDisclosure` where a disclosure fits nothing that was
    signed, or fits twice.
    """
    if len(text) > compact.MAX_TEXT:
        raise BadToken(
            f"The token is longer than {compact.MAX_TEXT:,} characters, which is the most that is read."
        )
    if not text.isascii():
        raise BadToken("A token is written in base64url; this holds other letters.")
    if text.count("~") > MAX_DISCLOSURES:
        raise BadDisclosure(f"More than {MAX_DISCLOSURES} disclosures are not read.")
    issued, *disclosures = text.split("~")
    binding = disclosures.pop() if disclosures else ""
    if "~" not in text or "" in disclosures:
        raise BadToken(
            "An SD-JWT has a ~ after the token and after every disclosure, and none besides."
        )
    token = compact.read(issued)
    opening = _Opening(disclosures)
    claims = opening.opened(token.claims)
    return Disclosed(
        replace(token, form="sd-jwt", claims=claims), issued, opening.places, binding or None
    )


def hide(
    document: JsonObject, pointers: Iterable[str], *, random: Random, decoys: int = 0
) -> tuple[JsonObject, list[str]]:
    """Return the payload to sign, in which the values at ``pointers`` are digests, and the disclosures.

    ``random`` gives salts: so many unpredictable bytes as it is asked for. ``decoys`` digests of
    nothing are added to each object, so that their number tells less (§4.2.5).
    """
    # The deepest first, so that a value can be kept back inside one that can be kept back as well.
    paths = sorted({_path(place) for place in pointers}, key=lambda path: (-len(path), str(path)))
    payload = _copy(document)
    finish = _Finish(random, decoys)
    disclosures = [_hidden(payload, path, finish) for path in paths]
    finish(payload)
    if paths:
        payload["_sd_alg"] = HASH
    return payload, disclosures


def keep(text: str, pointers: Iterable[str]) -> str:
    """Return the SD-JWT with the disclosures that these places need, and without a binding (§7.2)."""
    opened = read(text)
    wanted = [_path(place) for place in pointers]
    known = {_path(place): disclosure for disclosure, place in opened.places.items()}
    for path in wanted:
        if path not in known:
            raise BadDisclosure("Nothing can be shown or kept back here.", pointer=pointer(*path))
    kept = [
        disclosure
        for path, disclosure in known.items()
        if any(asked[: len(path)] == path for asked in wanted)
    ]
    return "~".join((opened.issued, *kept, ""))


def hash_of(presented: str) -> str:
    """Return ``sd_hash``, by which a binding names what it goes with (§4.3.1)."""
    return _digest(presented)


@dataclass(slots=True)
class _Opening:
    """Disclosures on their way to their places."""

    disclosures: Sequence[str]
    places: dict[str, str] = field(default_factory=dict)
    _by_digest: dict[str, str] = field(init=False)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._by_digest = {_digest(disclosure): disclosure for disclosure in self.disclosures}
        if len(self._by_digest) != len(self.disclosures):
            raise BadDisclosure("The same disclosure stands twice in the token.")

    def opened(self, claims: JsonObject) -> JsonObject:
        # §4.1.1: another hash would have to be agreed on; who left it out meant this one.
        if claims.get("_sd_alg", HASH) != HASH:
            raise BadDisclosure(
                "Its digests are made in a way that is not read here.", pointer="/_sd_alg"
            )
        found = self._object({key: item for key, item in claims.items() if key != "_sd_alg"}, ())
        unused = [disclosure for disclosure in self.disclosures if disclosure not in self.places]
        if unused:
            raise BadDisclosure("Something is disclosed in it that nobody signed.")
        # In the order of the token, which is what a binding is made over.
        self.places = {disclosure: self.places[disclosure] for disclosure in self.disclosures}
        return found

    def _value(self, value: Any, path: Path) -> Any:
        # Each disclosure is parsed within bounds of its own, but they nest in one another.
        if len(path) > MAX_DEPTH:
            raise BadDisclosure(f"The token is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(value, dict):
            return self._object(value, path)
        if isinstance(value, list):
            return self._list(value, path)
        return value

    def _object(self, value: JsonObject, path: Path) -> JsonObject:
        if "..." in value:
            raise BadDisclosure(
                "“...” has no place as the name of a claim.", pointer=pointer(*path, "...")
            )
        found = {
            key: self._value(item, (*path, key)) for key, item in value.items() if key != "_sd"
        }
        digests = value.get("_sd", [])
        place = pointer(*path, "_sd")
        if not isinstance(digests, list):
            raise BadDisclosure("The digests of an object stand in a list.", pointer=place)
        for digest in digests:
            disclosure = self._disclosure(digest, place)
            if disclosure is None:
                continue  # kept back, or a decoy
            name, item = _claim(disclosure, place)
            if name in value or name in found:
                raise BadDisclosure(
                    f"“{name[:40]}” is disclosed where it stands already.", pointer=place
                )
            self.places[disclosure] = pointer(*path, name)
            found[name] = self._value(item, (*path, name))
        return found

    def _list(self, value: list[Any], path: Path) -> list[Any]:
        found: list[Any] = []
        for item in value:
            if not isinstance(item, dict) or "..." not in item:
                found.append(self._value(item, (*path, len(found))))
                continue
            place = pointer(*path, len(found))
            if len(item) != 1:
                raise BadDisclosure("A digest in a list stands alone.", pointer=place)
            disclosure = self._disclosure(item["..."], place)
            if disclosure is not None:
                self.places[disclosure] = place
                found.append(self._value(_element(disclosure, place), (*path, len(found))))
        return found

    def _disclosure(self, digest: Any, place: str) -> str | None:
        if not isinstance(digest, str):
            raise BadDisclosure("A digest is a text.", pointer=place)
        # §7.1, step 4: a digest that stands twice could put one value in two places.
        if digest in self._seen:
            raise BadDisclosure("A digest stands twice in the token.", pointer=place)
        self._seen.add(digest)
        return self._by_digest.get(digest)


def _claim(disclosure: str, place: str) -> tuple[str, Any]:
    parts = _parsed(disclosure, place)
    if len(parts) != 3 or not isinstance(parts[0], str) or not isinstance(parts[1], str):
        raise BadDisclosure("A disclosed claim has a salt, a name and a value.", pointer=place)
    if parts[1] in _RESERVED:
        raise BadDisclosure(f"A claim of the name “{parts[1]}” cannot be disclosed.", pointer=place)
    return parts[1], parts[2]


def _element(disclosure: str, place: str) -> Any:
    parts = _parsed(disclosure, place)
    if len(parts) != 2 or not isinstance(parts[0], str):
        raise BadDisclosure("A disclosed entry of a list has a salt and a value.", pointer=place)
    return parts[1]


def _parsed(disclosure: str, place: str) -> list[Any]:
    try:
        raw = decode64(disclosure)
    except BadKey as exc:
        raise BadDisclosure(f"A disclosure is damaged. {exc.message}", pointer=place) from exc
    if not raw.lstrip(b" \t\r\n").startswith(b"["):
        raise BadDisclosure("A disclosure is a list.", pointer=place)
    # The strict reader reads objects. More than the list cannot hide in it: it would be a second name.
    found = compact.json_object(b'{"d":' + raw + b"}", "disclosure", MAX_BYTES)
    if found.keys() != {"d"} or not isinstance(found["d"], list):
        raise BadDisclosure("A disclosure is one list and nothing else.", pointer=place)
    return found["d"]


@dataclass(frozen=True, slots=True)
class _Finish:
    """What is done to the digests of every object before it is written."""

    random: Random
    decoys: int

    def salt(self) -> str:
        return encode64(self.random(SALT_BYTES))

    def __call__(self, value: Any) -> None:
        for holder in list(_holders(value)):
            holder["_sd"] += [_digest(self.salt()) for _ in range(self.decoys)]
            # §4.2.4.1: the order of the digests must not tell the order of the claims.
            holder["_sd"].sort()


def _hidden(payload: JsonObject, path: Path, finish: _Finish) -> str:
    """Put a digest where a value stands, and return the disclosure."""
    holder: Any = payload
    for part in path[:-1]:
        holder = _step(holder, part, path)
    last, salt = path[-1], finish.salt()
    if isinstance(holder, dict) and str(last) in _RESERVED:
        raise Unsignable("This name is reserved in an SD-JWT.", pointer=pointer(*path))
    value = _step(holder, last, path)
    finish(value)
    if isinstance(holder, list):
        disclosure = encode64(dump([salt, value]))
        holder[int(last)] = {"...": _digest(disclosure)}
        return disclosure
    disclosure = encode64(dump([salt, str(last), value]))
    del holder[str(last)]
    holder.setdefault("_sd", []).append(_digest(disclosure))
    return disclosure


def _step(holder: Any, part: str | int, path: Path) -> Any:
    if isinstance(holder, dict) and str(part) in holder:
        return holder[str(part)]
    if isinstance(holder, list) and isinstance(part, int) and part < len(holder):
        return holder[part]
    raise Unsignable("There is nothing here that could be kept back.", pointer=pointer(*path))


def _path(place: str) -> Path:
    """Read a JSON pointer; a part that is a number may name an entry of a list."""
    if not place.startswith("/"):
        raise Unsignable("A place is written as a JSON pointer, such as /credentialSubject/name.")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in place[1:].split("/")]
    return tuple(int(part) if _INDEX.fullmatch(part) else part for part in parts)


def _holders(value: Any) -> Iterator[JsonObject]:
    if isinstance(value, list):
        for item in value:
            yield from _holders(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _holders(item)
        if "_sd" in value:
            yield value


def _copy(value: Any) -> Any:
    """Copy a document, refusing the two names that mean something else in an SD-JWT."""
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if not isinstance(value, dict):
        return value
    for name in _RESERVED | {"_sd_alg"}:
        if name in value:
            raise Unsignable(f"The name {name} is reserved in an SD-JWT.")
    return {key: _copy(item) for key, item in value.items()}


def _digest(text: str) -> str:
    return encode64(hashlib.sha256(text.encode("ascii")).digest())
