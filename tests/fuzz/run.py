"""Throw random input at every reader, for as long as asked.

A reader may refuse, in its own words; it may not raise anything else, take more than a second, or, for
what is signed, call something genuine that is not what was signed. What broke is kept in build/fuzz.

    make fuzz [ARGS="--seconds 300 --seed 7 --only inspect --javascript"]
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import itertools
import json
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from cairn.sheet import SheetError, read_sheet  # noqa: E402
from cairn.vc import baking, document, keyfile, multibase, statuslist  # noqa: E402
from cairn.vc.did import resolve  # noqa: E402
from cairn.vc.documents import Shelf  # noqa: E402
from cairn.vc.errors import CredentialError  # noqa: E402
from cairn.vc.jsonld import to_rdf  # noqa: E402
from cairn.vc.rdfc import canonicalize  # noqa: E402
from cairn.vc.report import Verdict  # noqa: E402
from cairn.vc.shapes import Shapes  # noqa: E402
from tests.support import corpus, oracles, shaped  # noqa: E402
from tests.support.javascript import JavaScript, Unanswered  # noqa: E402
from tests.support.university import LIST_URL, University  # noqa: E402

KEPT = ROOT / "build/fuzz"
SLOW = 1.0  # seconds of CPU time

Read = Callable[[bytes], object]
TOKENS = (
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"-1", b"1e400", b"1e-7"),
    *(b'"@context"', b'"@id"', b'"@type"', b'"@value"', b'"@list"', b'"@graph"', b'"@language"'),
    *(
        b"\\u0000",
        b"\\ud800",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\0",
        b"\n",
        b"\r",
        b"\t",
        b"\xe2\x80\xa8",
    ),
    *(b"<", b">", b"<!--", b"<![CDATA[", b"]]>", b"&amp;", b"&#x0;", b"<!ENTITY x SYSTEM 'file:'>"),
    *(b"iTXt", b"IDAT", b"IEND", b"openbadges\0", b"openbadgecredential\0", b"\x7f\xff\xff\xff"),
    *(b";", b"'", b"=1+1", b"31/02/2026", b"did:key:z6Mk", b"did:web:", b"#", b"%2e%2e"),
)
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**53, "", "x", "urn:x", "_:b0", "../x", "@id", "\x7f", "é𝄞"),
    *(
        [],
        {},
        [None],
        [[]],
        {"@value": "x"},
        {"@value": None},
        {"@list": [[], ["x"]]},
        {"@id": "urn:x"},
    ),
    *({"@set": ["x"]}, {"@value": "x", "@language": "EN"}, {"@context": None}, {"@type": "@json"}),
)


@dataclass
class Target:
    """One reader: what it is fed, and the errors that are its answer."""

    name: str
    seeds: Sequence[bytes]
    read: Read
    refusals: tuple[type[Exception], ...] = (CredentialError,)
    structured: bool = False
    runs: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)

    def turn(self, chance: random.Random) -> None:
        seed = chance.choice(self.seeds)
        raw = (
            bent(seed, chance) if self.structured and chance.random() < 0.7 else torn(seed, chance)
        )
        before = time.process_time()
        try:
            self.read(raw)
        except self.refusals:
            self.refused += 1
        except Exception as exc:  # noqa: BLE001 - finding these is what it is for
            last = traceback.extract_tb(exc.__traceback__)[-1]
            self.keep(raw, f"{type(exc).__name__}: {exc} ({last.filename}:{last.lineno})")
        taken = time.process_time() - before
        self.runs += 1
        self.slowest = max(self.slowest, taken)
        if taken > SLOW:
            self.keep(raw, f"took {taken:.1f} s of CPU time")

    def keep(self, raw: bytes, what: str) -> None:
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{self.name}-{hashlib.sha256(raw).hexdigest()[:12]}"
        path.write_bytes(raw)
        self.broken.append(f"{path.relative_to(ROOT)}: {what}"[:300].replace("\n", " "))


def torn(raw: bytes, chance: random.Random) -> bytes:
    """Change bytes, without regard to what they mean."""
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        until = min(len(data), at + int(chance.expovariate(0.1)))
        match chance.randrange(6):
            case 0:
                data[at:until] = b""
            case 1:
                data[at:at] = chance.choice(TOKENS)
            case 2:
                data[at:at] = data[at:until]
            case 3:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 4:
                del data[at:]
            case _:
                data[at:until] = chance.choice(TOKENS)
    return bytes(data)


def bent(raw: bytes, chance: random.Random) -> bytes:
    """Change a JSON document in ways that keep it JSON."""
    value = json.loads(raw)
    for _ in range(chance.choice((1, 1, 2, 3))):
        holder, key = chance.choice(list(places(value)))
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(chance.choice(ODD))
            case 2:
                holder[key] = [holder[key]]
            case 3 if isinstance(holder, dict):
                other = chance.choice(list(places(value)))[1]
                holder[chance.choice((str(other), "@id", "id", "unheard"))] = copy.deepcopy(
                    holder[key]
                )
            case 4:
                holder[key] = text_like(holder[key], chance)
            case _:
                other, name = chance.choice(list(places(value)))
                holder[key] = copy.deepcopy(other[name])
        if not value:
            break
    return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, item in items:
        yield value, key
        if isinstance(item, (dict, list)):
            yield from places(item)


def text_like(value: Any, chance: random.Random) -> str:
    letters = [*str(value)[:60]]
    for _ in range(3):
        code = chance.choice((chance.randrange(1, 0x80), chance.randrange(0x80, 0xD800), 0x1D11E))
        letters.insert(chance.randrange(len(letters) + 1), chr(code))
    return "".join(letters)


# The readers.


def targets(javascript: JavaScript | None) -> list[Target]:
    university = University()
    university.publish_list(3, 5)
    signed = [university.issue(), university.issue_listed(7), university.issue_listed(5)]
    samples = [json.dumps(value).encode() for value in corpus.published().values()]
    pictures = [(ROOT / f"examples/badge.{kind}").read_bytes() for kind in ("png", "svg")]
    baked = [baking.bake(picture, signed[0].decode()) for picture in pictures]
    did = university.published["https://harbour.example/.well-known/did.json"]
    keys = [path.read_bytes() for path in sorted((corpus.VECTORS / "keyfile").glob("*.json"))]
    table = (ROOT / "examples/roster.csv").read_bytes()
    lists = [university.published[LIST_URL]]
    return [
        Target("document", [*signed, *samples], document.parse),
        Target("inspect", signed, lambda raw: inspected(university, signed, raw), structured=True),
        Target("jsonld", samples, lambda raw: compared(raw, javascript), structured=True),
        Target(
            "shapes",
            [json.dumps(shaped.credential(random.Random(n))).encode() for n in range(400)],
            lambda raw: filled(raw, javascript),
            structured=True,
        ),
        Target("picture", [*baked, *pictures], baking.unbake),
        Target("status", lists, lambda raw: listed(university, signed[1], raw), structured=True),
        Target(
            "bitstring", [encoded(lists[0])], lambda raw: statuslist.Bitstring.decode(text(raw))
        ),
        Target("did", [did], lambda raw: resolved(university, raw), structured=True),
        Target("multibase", [university.signer.public.multibase.encode()], decoded),
        Target("keyfile", keys, keyfile.read, structured=True),
        Target("sheet", [table, table.decode().encode("utf-16")], tabulated, (SheetError,)),
    ]


def text(raw: bytes) -> str:
    return raw.decode("latin-1")


def encoded(raw: bytes) -> bytes:
    return str(json.loads(raw)["credentialSubject"]["encodedList"]).encode()


def decoded(raw: bytes) -> object:
    return multibase.decode(text(raw))


def tabulated(raw: bytes) -> object:
    return read_sheet(raw, required=("id", "name", "email"), optional=("result",), key="id")


def resolved(university: University, raw: bytes) -> object:
    documents = dict.fromkeys(university.published, raw)
    return resolve(university.did, Shelf(documents))


def listed(university: University, badge: bytes, raw: bytes) -> None:
    """A changed status list may fail, and never say more than the issuer signed."""
    true = university.published[LIST_URL]
    university.published[LIST_URL] = raw
    try:
        report = university.inspect(badge)
    finally:
        university.published[LIST_URL] = true
    if "status" in report.passed and meaning(raw) != meaning(true):
        raise AssertionError("a status list was believed that nobody signed")


def inspected(university: University, signed: list[bytes], raw: bytes) -> None:
    """Whatever stands there, there is a report; what is genuine says what was signed."""
    report = university.inspect(raw)
    if report.verdict is Verdict.GENUINE and meaning(raw) not in map(meaning, signed):
        raise AssertionError("a credential was called genuine that nobody signed")


def meaning(raw: bytes) -> str | None:
    """The canonical RDF of a document without its proof."""
    try:
        value = document.parse(raw)
        value.pop("proof", None)
        return canonicalize(to_rdf(value)).text
    except CredentialError:
        return None


#: What PyLD 3.3 writes raw, and what jsonld.js sorts in its own way (see tests/oracle and
#: tests/interop): documents with these are read, and not compared.
PYLD_RAW = re.compile(r"\\u00[01]|\\[bf]|\x7f")
UTF16 = re.compile("[\ue000-\uffff]")


def compared(raw: bytes, javascript: JavaScript | None) -> None:
    """What we read, the others read alike; what we refuse is not our concern here."""
    value = document.parse(raw)
    ours = oracles.ours(value)
    written = json.dumps(value, ensure_ascii=False)
    if (
        not ours
        or twice_empty(written)
        or in_place(value)
        or not all(map(corpus.agreed, floats(value)))
    ):
        return
    if not PYLD_RAW.search(written) and "_:" not in written:  # PyLD mixes up labels of types
        must_equal("PyLD", ours, oracles.by_pyld(value))
    if javascript is not None and not UTF16.search(written):
        try:
            theirs = javascript.canonize(value)
        except Unanswered as exc:
            raise AssertionError(f"jsonld.js refuses what we sign: {exc}") from exc
        must_equal("jsonld.js", ours, theirs)


#: Documents that each shape is filled with, and how many of them the others are asked about.
VARIANTS = 16
ASKED = 4


def filled(raw: bytes, javascript: JavaScript | None) -> None:
    """What a compiled shape says is what the full processor says, and the others too."""
    value = document.parse(raw)
    to_rdf(value)
    chance = random.Random(raw)
    shapes = Shapes()
    if shaped.full(value) is None:
        return
    shaped.taught(shapes, value)
    asked = 0
    for other in itertools.islice(shaped.variants(value, chance), VARIANTS):
        if shaped.compared(shapes, other) and asked < ASKED:
            asked += 1
            compared(json.dumps(other).encode(), javascript)


def in_place(value: Any) -> bool:
    """Vocabulary written in place: what is wrong with it and not used, we need not notice."""
    return any(
        key == "@context" and "{" in json.dumps(holder[key]) for holder, key in places(value)
    )


def floats(value: Any) -> Iterator[float]:
    return (holder[key] for holder, key in places(value) if isinstance(holder[key], float))


def twice_empty(written: str) -> bool:
    """PyLD and jsonld.js write an empty list twice where it stands twice."""
    return len(re.findall(r"\[\s*\]", written)) > 1


def must_equal(who: str, ours: str, theirs: str) -> None:
    if ours != theirs:
        raise AssertionError(f"{who} has other quads")


def main() -> int:
    options = arguments()
    chance = random.Random(options.seed)
    with ExitStack() as stack:
        javascript = stack.enter_context(JavaScript()) if options.javascript else None
        chosen = [one for one in targets(javascript) if options.only in ("", one.name)]
        print(
            f"fuzz: seed {options.seed}, {options.seconds} s for {len(chosen)} readers", flush=True
        )
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            for target in chosen:
                target.turn(chance)
    return summary(chosen)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", default="", metavar="READER", help="one reader")
    parser.add_argument("--javascript", action="store_true", help="compare with jsonld.js too")
    return parser.parse_args()


def summary(chosen: list[Target]) -> int:
    for target in chosen:
        print(
            f"{target.name:<10} {target.runs:>8,} runs  {target.refused:>8,} refused  "
            f"slowest {target.slowest * 1000:>6,.0f} ms  {len(target.broken)} broken"
        )
    for line in [line for target in chosen for line in target.broken][:20]:
        print(line)
    return 1 if any(target.broken for target in chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
