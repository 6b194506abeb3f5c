"""Issue a great many credentials, one after another, and tell how much memory that takes.

python bench/streaming.py [--count 1000000] [--write]
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from samples import SAMPLE, recipients

from cairn.vc.did import web
from cairn.vc.keys import SoftwareSigner
from cairn.vc.sign import sign

RESULT: Final = Path(__file__).parent / "results/streaming.json"
SIGNER: Final = SoftwareSigner.from_seed(bytes(range(32)))
METHOD: Final = web.verification_method(SAMPLE["issuer"]["id"], SIGNER.public)
CREATED: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {RESULT.name}")
    options = parser.parse_args()
    marks: list[dict[str, Any]] = []
    spent = written = 0.0
    steps = {options.count * tenth // 10 for tenth in range(1, 11)}
    people = itertools.islice(recipients(SAMPLE), options.count)
    for number, badge in enumerate(people, 1):
        before = time.process_time()
        written += len(sign(badge, signer=SIGNER, verification_method=METHOD, created=CREATED))
        spent += time.process_time() - before
        if number in steps:
            marks.append({"credentials": number, "mebibytes": mebibytes()})
            print(f"{number:>9,} credentials, at most {marks[-1]['mebibytes']:.0f} MiB", flush=True)
    each = spent / options.count * 1e6
    print(f"{each:.0f} microseconds each, {written / options.count:,.0f} bytes each")
    if options.write:
        kept = {"marks": marks, "microseconds_each": each}
        RESULT.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    return 0


def mebibytes() -> float:
    """The most memory that this process has had so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())
