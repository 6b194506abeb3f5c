"""Issuing end to end against signing and verifying alone, in the same run, with peak memory.

    python bench/issuing.py [--quick] [--sizes 1000 10000 100000] [--databases sqlite postgres] [--write]

For each database and size a new university is filled with awards; then, one process after the other,
the same credentials are signed and verified alone (half of the sample), issued by the job (rows,
documents, status list, ledger, progress; every one verified before it is kept), and signed and
verified alone again (the other half). The ratio compares the time of one credential. SQLite waits
for the disk (synchronous=FULL), as in production.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = 4_000
SIZES = (1_000, 10_000, 100_000)
QUICK = (200, 1_000)
RESULTS = ROOT / "bench/results/issuing.json"


# --- the work of a child: one step in a process of its own ---------------------------------------


def fill(size: int) -> dict[str, Any]:
    """Make the tables and a university with ``size`` awards in one offering."""
    from django.core.management import call_command

    from tests.support import many
    from tests.support.campus import Campus

    call_command("migrate", verbosity=0)
    campus = Campus()
    assert campus.issuer
    many.awards(campus, campus.offering().offering, size)
    return {}


def alone(size: int) -> dict[str, Any]:
    """Sign and verify credentials of the same version, with every document in memory."""
    from datetime import date
    from decimal import Decimal

    from cairn.delivery.models import Offering
    from cairn.issuing import selectors, services
    from cairn.issuing.compose import Case, Composer, Learner
    from cairn.issuing.documents import OwnDocuments
    from cairn.issuing.models import IssuerProfile
    from cairn.issuing.services import lists
    from cairn.issuing.services.keys import lock_issuer, open_pen
    from cairn.kernel import clock, ids
    from cairn.kernel.actor import Actor
    from cairn.kernel.change import change_many
    from cairn.kernel.tenancy import within
    from cairn.vc.documents import Shelf
    from cairn.vc.report import Verdict
    from cairn.vc.sign import sign
    from cairn.vc.verify import inspect

    assert services
    institution = IssuerProfile.objects.unscoped().select_related("institution").get().institution
    by = Actor.system("issue-credentials", institution=institution)
    at = clock.now()
    with within(institution):
        with change_many(institution, by=by) as record:
            pen = open_pen(lock_issuer())
            (place,) = lists.draw(pen, 1, at=at, record=record)
        issuer = pen.issuer
        version = selectors.described(Offering.objects.get().version_id)
        composer = Composer(selectors.stated(issuer), version)
        own, addresses = OwnDocuments(issuer), issuer.addresses
        urls = (addresses.did_document, addresses.status_list(place.list.number))
        shelf = Shelf({url: own.load(url) for url in urls})
    documents = [
        composer.compose(
            Case(
                ids.new("crd"),
                Learner(f"Learner {number}", f"l{number}@harbour.example", "per_x", "s" * 22),
                date(2026, 11, 20),
                Decimal(71),
                place.list.number,
                number,
            ),
            at=at,
        )
        for number in range(size)
    ]
    started, cpu = time.perf_counter(), time.process_time()
    for document in documents:
        raw = sign(document, signer=pen.signer, verification_method=pen.key.method, created=at)
        assert inspect(raw, documents=shelf, at=at).verdict is Verdict.GENUINE
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}


def issue(size: int) -> dict[str, Any]:
    """Ask for the batch and run its job, as a worker does; count what is there afterwards."""
    from cairn.delivery.models import Offering
    from cairn.issuing import selectors, services
    from cairn.issuing.models import Credential, IssuerProfile
    from cairn.kernel import jobs
    from cairn.kernel.actor import Actor
    from cairn.kernel.tenancy import within

    issuer = IssuerProfile.objects.unscoped().select_related("institution").get()
    by = Actor.system("command-line", institution=issuer.institution)
    with within(issuer.institution):
        offering = Offering.objects.get()
        job = services.issue_offering(offering, by=by)
    before = _peak()
    started, cpu = time.perf_counter(), time.process_time()
    jobs.run(job.public_id)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = _peak()
    with within(issuer.institution):
        assert Credential.objects.standing().count() == size
        assert Credential.objects.values("award").distinct().count() == size
        # The sample of this program drew places of its own, and no credential has those.
        wrong = [one for one in selectors.disagreements(issuer) if "taken" not in one]
        assert wrong == [], wrong
    return {"seconds": seconds, "cpu": cpu, "peak": peak, "before": before}


def _peak() -> float:
    """The most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS = {"fill": fill, "alone": alone, "issue": issue}


def child(step: str, size: int) -> None:
    import django

    django.setup()
    print(json.dumps(STEPS[step](size)))


# --- the parent ----------------------------------------------------------------------------------


def run(step: str, size: int, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), "--step", step, "--sizes", str(size)]
    done = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{step} ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(size: int, environment: dict[str, str]) -> dict[str, float]:
    run("fill", size, environment)
    half = max(min(size, SAMPLE) // 2, 1)
    first = run("alone", half, environment)
    issued = run("issue", size, environment)
    second = run("alone", half, environment)
    each = {name: (first[name] + second[name]) / (2 * half) for name in ("seconds", "cpu")}
    return {
        "alone": each["seconds"] * 1000,
        "issued": issued["seconds"] / size * 1000,
        "ratio": issued["seconds"] / size / each["seconds"],
        "cpu_ratio": issued["cpu"] / size / each["cpu"],
        "rate": size / issued["seconds"],
        "peak": issued["peak"],
        "before": issued["before"],
    }


def environment(folder: str, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return kept | {
        "DATABASE_URL": url,
        "CAIRN_DATA_DIR": folder,
        "CAIRN_SECRET_KEY": "for-the-bench-only-" + "x" * 50,
        "CAIRN_KEK": "00" * 32,
        "CAIRN_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "cairn.site.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }


def report(database: str, size: int, found: dict[str, float]) -> None:
    print(
        f"{database:9} {size:>7,}  alone {found['alone']:6.3f} ms  issued {found['issued']:6.3f} ms  "
        f"ratio {found['ratio']:5.2f} (cpu {found['cpu_ratio']:4.2f})  {found['rate']:7,.0f}/s  "
        f"peak {found['peak']:4.0f} MiB (before {found['before']:.0f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sizes", nargs="*", type=int)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    parser.add_argument(
        "--write", action="store_true", help=f"keep them in {RESULTS.relative_to(ROOT)}"
    )
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        child(options.step, options.sizes[0])
        return
    sizes = options.sizes or (QUICK if options.quick else SIZES)
    numbers = []
    for database in options.databases:
        with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
            server = None
            if database == "postgres":
                sys.path.insert(0, str(ROOT))
                from tests.support.postgres import Postgres

                server = Postgres()
            try:
                for size in sizes:
                    name = f"bench_{size}"
                    url = server.database(name) if server else f"sqlite:///{folder}/{name}.sqlite3"
                    found = measure(size, environment(folder, url))
                    numbers.append({"database": database, "size": size, **found})
                    report(database, size, found)
            finally:
                if server:
                    server.remove()
    for path in [options.json, RESULTS if options.write else None]:
        if path is not None:
            path.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
