"""How quickly pages answer at 100,000 credentials, and how much a browser loads for each.

    python bench/pages.py [--quick] [--size 100000] [--write]

A university with so many credentials is filled and signed on SQLite, and `cairn serve` stands in
front of it. Times are those of whole answers over the loopback address, one after the other, each
time another credential; the median and the 95th percentile are shown. Weights are what Chromium
receives on a first visit, packed as served.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "bench/results/pages.json"
TURNS: Final = 300
BROWSER: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip",
}
#: Words, address, and what the client accepts. ``{crd}`` and ``{slug}`` are filled in.
PAGES: Final = (
    ("front page", "/", BROWSER),
    ("explore", "/explore", BROWSER),
    ("explore, a search", "/explore?q=data", BROWSER),
    ("micro-credential", "/m/{slug}", BROWSER),
    ("credential page", "/c/{crd}", BROWSER),
    ("verify", "/verify", BROWSER),
    ("credential, JSON", "/c/{crd}", {"Accept": "application/json"}),
    ("status list", "/status/1", {}),
)


def fill(size: int) -> dict[str, Any]:
    """Make the university, sign everything, and say what there is to ask for."""
    from django.core.management import call_command

    from cairn.issuing import services
    from cairn.issuing.models import Credential
    from cairn.kernel import jobs
    from tests.support import many
    from tests.support.campus import Campus

    call_command("migrate", verbosity=0)
    campus = Campus()
    assert campus.issuer
    offering = campus.offering().offering
    many.awards(campus, offering, size)
    with campus.here():
        jobs.run(services.issue_offering(offering, by=campus.registrar).public_id)
        every = list(Credential.objects.values_list("public_id", flat=True))
        return {
            "crd": random.Random(1).sample(every, min(TURNS, len(every))),
            "slug": offering.version.achievement.slug,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--step", choices=["fill"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = options.size or (1_000 if options.quick else 100_000)
    if options.step:
        import django

        django.setup()
        print(json.dumps(fill(size)))
        return
    sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
    with tempfile.TemporaryDirectory(prefix="cairn-pages-") as folder:
        rows = measure(Path(folder), size)
    kept = {"size": size, "rows": rows}
    if options.write:
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def measure(folder: Path, size: int) -> list[dict[str, Any]]:
    from issuing import environment

    from tests.support.rabbitmq import free_port

    env = environment(str(folder), f"sqlite:///{folder / 'cairn.sqlite3'}")
    step = [sys.executable, __file__, "--step", "fill", "--size", str(size)]
    done = subprocess.run(step, env=env, check=True, stdout=subprocess.PIPE, text=True)
    known = json.loads(done.stdout.splitlines()[-1])
    port = free_port()
    command = [sys.executable, "-m", "cairn.cli.main", "serve", "--no-worker"]
    with subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"], env=env, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait(port)
            rows = [time_of(port, name, path, accept, known) for name, path, accept in PAGES]
            for row, weight in zip(rows, weights(port, known), strict=True):
                row["bytes"] = weight
                print(
                    f"{row['page']:20} median {row['median']:6.1f} ms   p95 {row['p95']:6.1f} ms   "
                    f"{weight / 1024:6.1f} KB",
                    flush=True,
                )
        finally:
            server.terminate()
    return rows


def wait(port: int) -> None:
    import urllib3

    for _ in range(300):
        try:
            answer = urllib3.request("GET", f"http://127.0.0.1:{port}/readyz", retries=False)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
            continue
        if answer.status == 200:
            return
    raise SystemExit("bench: the site did not start.")


def time_of(
    port: int, name: str, path: str, headers: dict[str, str], known: dict[str, Any]
) -> dict[str, Any]:
    import urllib3

    pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
    times = []
    for turn in range(TURNS + 10):
        crd = known["crd"][turn % len(known["crd"])]
        address = path.format(crd=crd, slug=known["slug"])
        started = time.perf_counter()
        answer = pool.request("GET", address, headers=headers, decode_content=False)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"bench: {address} answered {answer.status}.")
    times = times[10:]
    return {
        "page": name,
        "median": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
    }


def weights(port: int, known: dict[str, Any]) -> list[int]:
    """What a browser receives for each page when it has nothing yet."""
    from playwright.sync_api import sync_playwright

    found = []
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu"])
        for _, address, headers in PAGES:
            accept = headers.get("Accept", "*/*")
            options = {} if "html" in accept else {"extra_http_headers": {"Accept": accept}}
            context = browser.new_context(**options)
            view = context.new_page()
            session = context.new_cdp_session(view)
            session.send("Network.enable")
            total = [0]
            session.on(
                "Network.loadingFinished",
                lambda event, total=total: total.__setitem__(
                    0, total[0] + int(event["encodedDataLength"])
                ),
            )
            url = address.format(crd=known["crd"][0], slug=known["slug"])
            view.goto(f"http://127.0.0.1:{port}{url}", wait_until="networkidle")
            found.append(total[0])
            context.close()
        browser.close()
    return found


if __name__ == "__main__":
    main()
