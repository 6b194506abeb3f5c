"""Look for inputs that reach lines of the parsers which no input reached before, with atheris.

A parser may answer or refuse. What crashes it, takes more than a second or 100 MiB more than it began
with stops its run and is kept in build/fuzz. The corpus is read from tests/fuzz/corpus; --keep writes
the smallest inputs that reached something new back to it.

    make fuzz-guided [ARGS="--runs 100000 --only token --keep --json FILE"]
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = ROOT / ".venv-fuzz" / f"lib/python3.{sys.version_info.minor}/site-packages"
BUILD: Final = ROOT / "build/fuzz"
MORE_MEMORY: Final = 100  # MiB
SECONDS: Final = 1
LONGEST: Final = 65_536
#: What is kept of each parser at most: the smallest first.
MOST_KEPT: Final = 400
MOST_BYTES: Final = 400_000
_STATISTICS: Final = re.compile(r"stat::(\w+):\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one parser went through."""

    parser: str
    runs: int
    seconds: float
    slowest_seconds: int
    peak_mib: int
    inputs: int
    broken: str


def main() -> int:
    options = arguments()
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    if options.child:
        child(options.child, options.runs)
    from tests.fuzz.parsers import PARSERS

    if not (OWN / "atheris").is_dir():
        raise SystemExit("fuzz: atheris is needed, which runs on Linux. Run: make fuzz-guided")
    chosen = [name for name in PARSERS if options.only in ("", name)]
    outcomes = []
    for name in chosen:
        outcomes.append(fuzzed(name, options.runs))
        print(line(outcomes[-1]), flush=True)
        if options.keep and not outcomes[-1].broken:
            print(f"           {kept(name)} inputs are kept", flush=True)
    total = sum(one.runs for one in outcomes)
    print(f"{total:,} inputs, {sum(bool(one.broken) for one in outcomes)} parsers broken")
    if options.json:
        Path(options.json).write_text(
            json.dumps([*map(asdict, outcomes)], indent=2) + "\n", "utf-8"
        )
    return 1 if any(one.broken for one in outcomes) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="fuzz-guided", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--runs", type=int, default=100_000, help="inputs for each parser (100000)")
    parser.add_argument("--only", default="", metavar="PARSER", help="one parser")
    parser.add_argument("--keep", action="store_true", help="write the corpus back")
    parser.add_argument("--json", metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def line(one: Outcome) -> str:
    said = one.broken or "nothing broke"
    return (
        f"{one.parser:<10} {one.runs:>10,} inputs  {one.seconds:>6,.0f} s  "
        f"peak {one.peak_mib:>4} MiB  {one.inputs:>5} reach something new  {said}"
    )


def fuzzed(name: str, runs: int) -> Outcome:
    from tests.fuzz.parsers import PARSERS
    from tests.fuzz.parsers import kept as known

    folder = BUILD / "corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    for entry, raw in known(name):
        (folder / entry).write_bytes(raw)
    for number, raw in enumerate(PARSERS[name].seeds()):
        (folder / f"seed-{number}").write_bytes(raw)
    began = time.monotonic()
    done = run(name, runs)
    found = {key: int(value) for key, value in _STATISTICS.findall(done.stderr)}
    broken = "" if done.returncode == 0 else f"broken ({done.returncode}): {last_words(done)}"
    return Outcome(
        name,
        found.get("number_of_executed_units", 0),
        round(time.monotonic() - began, 1),
        found.get("slowest_unit_time_sec", 0),
        found.get("peak_rss_mb", 0),
        len(list(folder.iterdir())),
        broken,
    )


def run(name: str, runs: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, __file__, "--child", name, "--runs", str(runs)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    said = [one for one in done.stderr.splitlines() if "Error" in one or "ERROR" in one]
    return (said or done.stderr.splitlines() or ["nothing was said"])[-1][:200]


def kept(name: str) -> int:
    """Write the smallest inputs that reached something new into the corpus of the project."""
    from tests.fuzz.parsers import keep

    found = sorted((path.read_bytes() for path in (BUILD / "corpus" / name).iterdir()), key=len)
    sizes = accumulate(map(len, found))
    inputs = [raw for raw, size in zip(found, sizes, strict=True) if size <= MOST_BYTES]
    keep(name, inputs[:MOST_KEPT])
    return len(inputs[:MOST_KEPT])


def child(name: str, runs: int) -> None:
    """The process in which libFuzzer has the say."""
    sys.path.append(str(OWN))
    import atheris

    with atheris.instrument_imports(include=["cairn"]):
        from tests.fuzz.parsers import PARSERS
    turn, folder = PARSERS[name].turn, BUILD / "corpus" / name
    PARSERS[name].seeds()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    limits: list[Any] = [
        f"-rss_limit_mb={own + MORE_MEMORY}",
        f"-timeout={SECONDS}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={BUILD}/{name}-",
    ]
    asked = [f"-runs={runs}", "-print_final_stats=1", "-verbosity=0", str(folder)]
    atheris.Setup([__file__, *limits, *asked], turn)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
