"""How many a second: Cairn beside the libraries of JavaScript and Python, on the same samples, in one run.

CPU time of one process on one core, after warming up. The engines take turns within each round, so a
busy machine slows all of them; the ratios are medians of the rounds and mean more than the rates.

    make bench [ARGS="--quick --json FILE --write --profile"]
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import io
import itertools
import json
import os
import platform
import pstats
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm
from pyld import jsonld
from samples import LIST_URL, SAMPLE, SIZES, recipients, weight, without_status

from cairn.vc import contexts, multibase, statuslist
from cairn.vc.baking import bake
from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.jose import compact, jwk, openbadges
from cairn.vc.jsonld import to_rdf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Verdict
from cairn.vc.secured import Unsecured
from cairn.vc.shapes import SHAPES
from cairn.vc.sign import sign
from cairn.vc.verify import inspect

ROOT: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = ROOT / "bench/results/library.json"
CREATED: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DID: Final = SAMPLE["issuer"]["id"]
SEED: Final = bytes(range(32))
LENGTH: Final = statuslist.MINIMUM_LENGTH
#: Even places; the recipients of the samples have odd ones.
ONES: Final = sorted(random.Random(1).sample(range(0, LENGTH, 2), LENGTH // 100))
SECRET_PREFIX: Final = b"\x80\x26"  # multicodec ed25519-priv
#: Recipients of each badge; the engines take them in turn.
PEOPLE: Final = 2_000
FLOOR: Final = "floor"
NODES: Final = ("@digitalbazaar/vc", "@digitalcredentials/vc")
PEERS: Final = (*NODES, "PyLD", "PyJWT")

#: Takes a number of turns and returns the seconds of CPU time they took.
Timed = Callable[[int], float]

NOTES: Final = """\
Each row takes the badges of 2,000 recipients of one achievement in turn; they differ in ids, dates, the
hashed identity, evidence, result and place on the status list. The rows do not do equal work:

- *issue*: Cairn also checks the W3C data model and the official Open Badges schema, refuses what would
  not be signed, and writes the JSON. The JavaScript libraries check the data model and run in safe mode,
  and return an object. PyLD canonicalises and signs with OpenSSL, and checks nothing.
- *verify*: Cairn reads the bytes as strict JSON and checks the schema, dates and endorsements besides
  the signature, the key's document and its purpose. The JavaScript libraries start from a parsed object
  and frame the key's document. PyLD canonicalises and compares the signature with a fixed key.
- *verify with status*: the list's own signature, dates and bits as well, by all; nothing is kept from
  one turn to the next.
- *VC-JWT*: the same badge as a token with ES256. Cairn makes every check of the other form too, and
  compares each claim with what it repeats; PyJWT writes or reads the JSON and knows nothing of credentials.
- *canonicalise*: equal work, JSON object in, canonical N-Quads out; all have the contexts in memory,
  and Cairn and @digitalbazaar/vc keep them compiled. Cairn knows the shape of the badge after some
  recipients; *first seen* is without: each turn is the first of its shape, and *second seen* the one
  for which the shape is compiled.
- *floor*: for issuing, SHA-256 of the canonical form and one signature by libsodium; for verifying, the
  same hash and one verification. No library can do with less.
- *status list*: 131,072 bits, one in a hundred set at random, compressed and encoded; *list, signed*:
  one bit more set in such a list, which is then compressed, put into a credential and signed.
- *bake*: the signed sample into examples/badge.png and examples/badge.svg; nothing to compare with.
"""


@dataclass(frozen=True, slots=True)
class Work:
    """One row: what is done, and by whom."""

    name: str
    engines: Mapping[str, Timed]


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured: seconds of each turn, one figure for each round."""

    name: str
    seconds: Mapping[str, list[float]]

    def rate(self, engine: str) -> float | None:
        taken = self.seconds.get(engine)
        return 1 / statistics.median(taken) if taken else None

    def ratio(self, engine: str) -> float | None:
        """How many times the work of ``engine`` Cairn does, as the median of the rounds."""
        theirs = self.seconds.get(engine)
        if not theirs:
            return None
        pairs = zip(self.seconds["Cairn"], theirs, strict=True)
        return statistics.median(other / ours for ours, other in pairs)


def main() -> int:
    options = arguments()
    core = stay_on_one_core()
    if options.profile:
        print(profiles())
        return 0
    rounds, budget = (3, 0.15) if options.quick else (9, 0.5)
    with ExitStack() as stack:
        nodes = {name: stack.enter_context(Node(name)) for name in NODES}
        rows = [measure(work, rounds, budget) for work in works(nodes)]
    page = report(rows, rounds=rounds, core=core)
    print(page)
    if options.json:
        Path(options.json).write_text(json.dumps(as_json(rows), indent=2) + "\n", "utf-8")
    if options.write:
        kept = {"text": page, "figures": as_json(rows)}
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--json", metavar="FILE", help="write every figure to FILE")
    parser.add_argument(
        "--write", action="store_true", help=f"keep them in {RESULTS.relative_to(ROOT)}"
    )
    parser.add_argument("--profile", action="store_true", help="show where our own time goes")
    return parser.parse_args()


def stay_on_one_core() -> bool:
    """Keep this process, and Node with its helpers, on one core where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


# Cairn.

SIGNER: Final = SoftwareSigner.from_seed(SEED)
METHOD: Final = web.verification_method(DID, SIGNER.public)
#: Signs tokens: Open Badges allows no Ed25519 there.
TOKEN_KEY: Final = ec.generate_private_key(ec.SECP256R1())
TOKEN_SIGNER: Final = jwk.private_key(ECAlgorithm.to_jwk(TOKEN_KEY, as_dict=True))
TOKEN_METHOD: Final = web.verification_method(DID, TOKEN_SIGNER.public)


def signed(document: Mapping[str, Any]) -> bytes:
    return sign(document, signer=SIGNER, verification_method=METHOD, created=CREATED)


def published() -> dict[str, bytes]:
    """What the issuer publishes, by the address where Cairn looks for it."""
    bits = statuslist.Bitstring()
    bits.set_many(ONES, True)
    listing = statuslist.credential(url=LIST_URL, issuer=DID, bits=bits, valid_from=CREATED)
    did = web.did_document(DID, [SIGNER.public])
    return {web.url_for(DID): json.dumps(did).encode(), LIST_URL: signed(listing)}


def token(badge: Mapping[str, Any]) -> str:
    return openbadges.issue(badge, signer=TOKEN_SIGNER, key_id=TOKEN_METHOD)


def genuine(raw: bytes, documents: Shelf) -> None:
    report = inspect(raw, documents=documents, at=CREATED)
    if report.verdict is not Verdict.GENUINE:
        raise RuntimeError(f"The sample is not genuine: {report.sentence}")


def canonical(document: Mapping[str, Any]) -> str:
    return Unsecured(document).canonical.text


def first_seen(document: Mapping[str, Any]) -> None:
    SHAPES.clear()
    canonical(document)


def second_seen(document: Mapping[str, Any]) -> None:
    """Compile the shape, which is known by sight."""
    canonical(document)
    SHAPES.clear()
    SHAPES.learn(dict(document), [])


def in_turn(work: Callable[[Any], object], items: list[Any]) -> Callable[[], object]:
    """Do it with one after another, and from the start again."""
    each = itertools.cycle(items)
    return lambda: work(next(each))


def floor(work: Callable[[bytes], object], texts: list[bytes]) -> Callable[[], object]:
    return in_turn(lambda text: work(hashlib.sha256(text).digest() * 2), texts)


def a_list() -> str:
    bits = statuslist.Bitstring(LENGTH)
    bits.set_many(ONES, True)
    return bits.encode()


def updated_list() -> Callable[[], bytes]:
    bits = statuslist.Bitstring(LENGTH)
    bits.set_many(ONES, True)
    places = itertools.cycle(range(LENGTH))

    def turn() -> bytes:
        bits.set(next(places), True)
        return signed(
            statuslist.credential(url=LIST_URL, issuer=DID, bits=bits, valid_from=CREATED)
        )

    return turn


def timed(turn: Callable[[], object]) -> Timed:
    def run(turns: int) -> float:
        before = time.process_time()
        for _ in range(turns):
            turn()
        return time.process_time() - before

    return run


# PyLD.


def by_pyld(document: Mapping[str, Any]) -> bytes:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return hashlib.sha256(jsonld.normalize(document, options).encode()).digest()


def load(url: str, _options: object = None) -> dict[str, Any]:
    document = {"@context": contexts.load(url)}
    return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}


def hash_by_pyld(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    config = {"@context": document["@context"], **proof}
    return by_pyld(config) + by_pyld(document)


def pyld_issue(raws: list[bytes]) -> Callable[[], object]:
    key = Ed25519PrivateKey.from_private_bytes(SEED)

    def issue(both: tuple[Any, Any, bytes]) -> str:
        document, options, _ = both
        return multibase.base58btc(key.sign(hash_by_pyld(document, options)))

    return in_turn(issue, list(map(_apart, raws)))


def pyld_verify(raws: list[bytes]) -> Callable[[], object]:
    key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()

    def check(both: tuple[Any, Any, bytes]) -> None:
        document, options, signature = both
        key.verify(signature, hash_by_pyld(document, options))

    return in_turn(check, list(map(_apart, raws)))


def _apart(raw: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    document = json.loads(raw)
    options = document.pop("proof")
    return document, options, multibase.decode(options.pop("proofValue"))


# PyJWT.


def by_pyjwt(badges: list[dict[str, Any]]) -> dict[str, Callable[[], object]]:
    """What signs and what reads the same tokens, with the claims made beforehand."""
    private, public = TOKEN_KEY, TOKEN_KEY.public_key()
    headers = {"typ": "JWT", "kid": TOKEN_METHOD}
    tokens = [token(badge) for badge in badges]
    claims = [compact.read(text).claims for text in tokens]
    return {
        "issue": in_turn(
            lambda each: jwt.encode(each, private, algorithm="ES256", headers=headers), claims
        ),
        "verify": in_turn(lambda text: jwt.decode(text, public, algorithms=["ES256"]), tokens),
    }


def tokens(badges: list[dict[str, Any]]) -> list[Work]:
    """The same credentials in an envelope."""
    lasting = [_named(without_status(badge)) for badge in badges]
    did = web.did_document(DID, [TOKEN_SIGNER.public])
    documents = Shelf({web.url_for(DID): json.dumps(did).encode()})
    texts, theirs = [token(badge).encode() for badge in lasting], by_pyjwt(lasting)
    read = in_turn(lambda raw: genuine(raw, documents), texts)
    return [
        Work(
            "issue VC-JWT",
            {"Cairn": timed(in_turn(token, lasting)), "PyJWT": timed(theirs["issue"])},
        ),
        Work("verify VC-JWT", {"Cairn": timed(read), "PyJWT": timed(theirs["verify"])}),
    ]


def _named(badge: dict[str, Any]) -> dict[str, Any]:
    """With an id of the subject, which a token must repeat."""
    subject = {"id": f"{badge['id']}#learner", **badge["credentialSubject"]}
    return badge | {"credentialSubject": subject}


# Node.


class Node:
    """Another process with a library in it; its CPU time is its own account of itself."""

    def __init__(self, library: str) -> None:
        self._library = library

    def __enter__(self) -> Self:
        node = shutil.which("node")
        if node is None:
            raise SystemExit("bench: Node 18 or newer is needed beside Python.")
        self._process = subprocess.Popen(
            [node, ROOT / "bench/js/worker.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        shelf = {json.loads(raw)["id"]: json.loads(raw) for raw in published().values()}
        key = {
            "id": METHOD,
            "controller": DID,
            "publicKeyMultibase": SIGNER.public.multibase,
            "secretKeyMultibase": multibase.base58btc(SECRET_PREFIX + SEED),
        }
        created = CREATED.isoformat().replace("+00:00", "Z")
        self.ask(
            samples=people(40),
            key=key,
            documents=shelf,
            created=created,
            library=self._library,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, **question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit("bench: the Node process ended; its message stands above.")
        return json.loads(answer)

    def timed(self, work: str, **rest: Any) -> Timed:
        return lambda turns: self.ask(work=work, turns=turns, **rest)["microseconds"] / 1e6


# The table.


def people(count: int) -> dict[str, list[dict[str, Any]]]:
    return {size: list(itertools.islice(recipients(badge), count)) for size, badge in SIZES.items()}


def works(nodes: Mapping[str, Node]) -> list[Work]:
    found = [
        work for size, badges in people(PEOPLE).items() for work in of_size(size, badges, nodes)
    ]
    medium = people(PEOPLE)["3.7 KB"]
    listed = [signed(badge) for badge in medium]
    documents = Shelf(published())
    text = listed[0].decode()
    png, svg = ((ROOT / f"examples/badge.{kind}").read_bytes() for kind in ("png", "svg"))

    def beside(name: str, ours: Callable[[], object], who: tuple[str, ...], **rest: Any) -> Work:
        theirs = {one: nodes[one].timed(name, size="3.7 KB", **rest) for one in who}
        return Work(name, {"Cairn": timed(ours), **theirs})

    return [
        *found,
        beside("verify with status", in_turn(lambda raw: genuine(raw, documents), listed), NODES),
        *tokens(medium),
        # The lists and the canonical form come from libraries that both of them use.
        beside("status list", a_list, NODES[:1], length=LENGTH, ones=ONES),
        Work("list, signed", {"Cairn": timed(updated_list())}),
        Work("bake PNG", {"Cairn": timed(lambda: bake(png, text))}),
        Work("bake SVG", {"Cairn": timed(lambda: bake(svg, text))}),
    ]


def of_size(size: str, badges: list[dict[str, Any]], nodes: Mapping[str, Node]) -> list[Work]:
    """Issue, verify and canonicalise the badges of one size."""
    documents = Shelf(published())
    raws = [signed(badge) for badge in badges]
    plain = [signed(without_status(badge)) for badge in badges]
    texts = [canonical(badge).encode() for badge in badges]
    public, signature = SIGNER.public, SIGNER.sign(hashlib.sha256(texts[0]).digest() * 2)

    def row(
        name: str,
        ours: Callable[[], object],
        who: tuple[str, ...] = NODES,
        **others: Callable[[], object],
    ) -> Work:
        theirs = {one: nodes[one].timed(name, size=size) for one in who}
        beside = {one: timed(do) for one, do in others.items()}
        return Work(f"{name}, {size}", {"Cairn": timed(ours), **theirs, **beside})

    verify_floor = floor(lambda digest: public.verifies(signature, digest), texts)
    by_hand = in_turn(by_pyld, badges)
    return [
        row(
            "issue",
            in_turn(signed, badges),
            PyLD=pyld_issue(raws),
            floor=floor(SIGNER.sign, texts),
        ),
        row(
            "verify",
            in_turn(lambda raw: genuine(raw, documents), plain),
            PyLD=pyld_verify(plain),
            floor=verify_floor,
        ),
        row("canonicalise", in_turn(canonical, badges), NODES[:1], PyLD=by_hand),
        Work(
            f"canonicalise, {size}, first seen",
            {"Cairn": timed(in_turn(first_seen, badges)), "PyLD": timed(by_hand)},
        ),
        Work(
            f"canonicalise, {size}, second seen",
            {"Cairn": timed(in_turn(second_seen, badges)), "PyLD": timed(by_hand)},
        ),
    ]


def measure(work: Work, rounds: int, budget: float) -> Row:
    """Warm up, find how many turns fill ``budget`` seconds, and let the engines take turns."""
    turns: dict[str, int] = {}
    for engine, run in work.engines.items():
        run(3)
        once = max(run(10) / 10, 1e-7)
        run(round(budget / once))
        turns[engine] = max(1, round(budget / max(run(10) / 10, 1e-7)))
    seconds: dict[str, list[float]] = {engine: [] for engine in work.engines}
    order = list(work.engines)
    for _ in range(rounds):
        for engine in order:
            seconds[engine].append(work.engines[engine](turns[engine]) / turns[engine])
        order.reverse()
    return Row(work.name, seconds)


def report(rows: list[Row], *, rounds: int, core: bool) -> str:
    about = (
        "Operations a second of CPU time on one core, and after the dot how "
        "many times the work of the others Cairn does in the same time (medians of "
        f"{rounds} rounds). Between runs and machines the rates differ more than the ratios."
    )
    sizes = ", ".join(
        f"{size} ({weight(badge):,} bytes, {len(to_rdf(badge))} quads)"
        for size, badge in SIZES.items()
    )
    sample = f"Samples: {sizes}; from `bench/sample.json`."
    pinned = "" if core else " Not kept on one core: this system cannot."
    lines = [
        about,
        "",
        f"| | Cairn | {' | '.join(PEERS)} | of the floor |",
        f"|---|{'---:|' * (len(PEERS) + 2)}",
        *map(_line, rows),
        "",
        NOTES,
        f"{sample} {_versions()}{pinned}",
        "",
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    cells = [_figure(row.rate("Cairn"))]
    for engine in PEERS:
        rate, ratio = _figure(row.rate(engine)), _figure(row.ratio(engine), "x")
        cells.append(f"{rate} · {ratio}" if rate else "")
    reached = row.ratio(FLOOR)
    share = "" if reached is None else f"{reached:.0%}"
    return f"| {row.name} | {' | '.join([*cells, share])} |"


def _figure(value: float | None, unit: str = "") -> str:
    if value is None:
        return ""
    return f"{value:,.1f}{unit}" if value < 100 else f"{value:,.0f}{unit}"


def _versions() -> str:
    lock = json.loads((ROOT / "tests/interop/package-lock.json").read_bytes())["packages"]
    theirs = [
        f"{name} {lock[f'node_modules/{name}']['version']}"
        for name in (*NODES, "jsonld", "rdf-canonize")
    ]
    node = subprocess.run(["node", "--version"], check=True, stdout=subprocess.PIPE, text=True)
    ours = [f"{name} {version(name.lower())}" for name in ("PyLD", "PyJWT", "cryptography")]
    return (
        f"Python {platform.python_version()}, Node {node.stdout.strip().lstrip('v')}, "
        f"{', '.join(theirs + ours)}, PyNaCl {version('pynacl')}; {platform.machine()}."
    )


def as_json(rows: list[Row]) -> dict[str, Any]:
    return {
        row.name: {
            "seconds": row.seconds,
            "per_second": {engine: row.rate(engine) for engine in row.seconds},
            "ratio": {engine: row.ratio(engine) for engine in row.seconds if engine != "Cairn"},
        }
        for row in rows
    }


def profiles() -> str:
    """Where our own time goes, for issuing and for verifying."""
    documents, badges = Shelf(published()), people(PEOPLE)["3.7 KB"]
    listed = [signed(badge) for badge in badges]
    plain = [signed(without_status(badge)) for badge in badges]
    works: dict[str, Callable[[], object]] = {
        "issue": in_turn(signed, badges),
        "verify": in_turn(lambda raw: genuine(raw, documents), plain),
        "verify with status": in_turn(lambda raw: genuine(raw, documents), listed),
    }
    return "\n".join(f"## {name}\n{_profile(work)}" for name, work in works.items())


def _profile(work: Callable[[], object]) -> str:
    for _ in range(PEOPLE):
        work()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(200):
        work()
    profile.disable()
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("tottime").print_stats(18)
    return out.getvalue().replace(str(ROOT) + os.sep, "")


if __name__ == "__main__":
    sys.exit(main())
