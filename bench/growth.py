"""How cost grows: seconds against the number of credentials, and against the size of one.

python bench/growth.py [--most 64000] [--write]

CPU time of one process; the smallest of three rounds for each point.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from samples import SAMPLE, Json, recipients, small, weight, without_status

from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Verdict
from cairn.vc.shapes import SHAPES
from cairn.vc.sign import sign
from cairn.vc.verify import inspect

RESULT: Final = Path(__file__).parent / "results/growth.json"
CREATED: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIGNER: Final = SoftwareSigner.from_seed(bytes(range(32)))
DID: Final = SAMPLE["issuer"]["id"]
METHOD: Final = web.verification_method(DID, SIGNER.public)
DOCUMENTS: Final = Shelf(
    {web.url_for(DID): json.dumps(web.did_document(DID, [SIGNER.public])).encode()}
)
ROUNDS: Final = 3
#: Alignments of one achievement; each is four statements and some 190 bytes.
ALIGNMENTS: Final = (0, 8, 16, 32, 64, 128, 200)
#: Recipients of the badges of one size.
OF_A_SIZE: Final = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--most", type=int, default=64_000, help="credentials at most (64000)")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {RESULT.name}")
    options = parser.parse_args()
    kept = {"count": list(by_count(options.most)), "size": list(by_size())}
    print(f"slope by number {slope(kept['count'], 'credentials', 'issue'):.2f}, ", end="")
    print(f"by size, issued {slope(kept['size'], 'bytes', 'issue'):.2f}, ", end="")
    print(f"first of its shape {slope(kept['size'], 'bytes', 'first'):.2f}")
    if options.write:
        RESULT.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    return 0


def by_count(most: int) -> Iterable[dict[str, float]]:
    count = 1_000
    while count <= most:
        badges = [without_status(one) for one in islice(recipients(SAMPLE), count)]
        raws = [issue(badge) for badge in badges]
        row = {
            "credentials": count,
            "issue": least(lambda badges=badges: [issue(one) for one in badges]),
            "verify": least(lambda raws=raws: [check(raw) for raw in raws]),
        }
        print(
            f"{count:>7,} credentials: issued in {row['issue']:.2f} s, verified in {row['verify']:.2f} s"
        )
        yield row
        count *= 2


def by_size() -> Iterable[dict[str, float]]:
    for number in ALIGNMENTS:
        document = without_status(aligned(number))
        badges = list(islice(recipients(document), OF_A_SIZE))
        raws = [issue(badge) for badge in badges]
        row = {
            "bytes": weight(document),
            "issue": least(lambda badges=badges: [issue(one) for one in badges]) / OF_A_SIZE,
            "verify": least(lambda raws=raws: [check(raw) for raw in raws]) / OF_A_SIZE,
            "first": least(lambda badges=badges: [first(one) for one in badges[:6]]) / 6,
        }
        print(
            f"{row['bytes']:>7,} bytes: issued in {row['issue'] * 1e6:,.0f} µs, verified in "
            f"{row['verify'] * 1e6:,.0f} µs, first of its shape {row['first'] * 1e6:,.0f} µs"
        )
        yield row


def aligned(number: int) -> Json:
    """A small badge whose achievement has so many alignments."""
    made = copy.deepcopy(small())
    pattern = SAMPLE["credentialSubject"]["achievement"]["alignment"][0]
    made["credentialSubject"]["achievement"]["alignment"] = [
        {**pattern, "targetName": f"Skill {turn}", "targetUrl": f"urn:skill:{turn}"}
        for turn in range(number)
    ]
    if not number:
        del made["credentialSubject"]["achievement"]["alignment"]
    return made


def issue(badge: Json) -> bytes:
    return sign(badge, signer=SIGNER, verification_method=METHOD, created=CREATED)


def first(badge: Json) -> None:
    SHAPES.clear()
    issue(badge)


def check(raw: bytes) -> None:
    report = inspect(raw, documents=DOCUMENTS, at=CREATED)
    if report.verdict is not Verdict.GENUINE:
        raise RuntimeError(report.sentence)


def least(work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def slope(rows: list[dict[str, float]], across: str, up: str) -> float:
    """The slope between the ends on logarithmic axes: 1 is linear."""
    one, other = rows[0], rows[-1]
    return math.log(other[up] / one[up]) / math.log(other[across] / one[across])


if __name__ == "__main__":
    raise SystemExit(main())
