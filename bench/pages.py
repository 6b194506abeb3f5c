"""How quickly pages answer at 100,000 credentials, and how much a browser loads for each.

    python bench/pages.py [--quick] [--size 100000] [--write]

A university with so many credentials is filled and signed on SQLite, and `cairn serve` stands in
front of it. Times are those of whole answers over the loopback address, one after the other, each
time another credential; the median and the 95th percentile are shown, and how long the processor works. Weights are what Chromium
receives on a first visit, packed as served.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "bench/results/pages.json"
TURNS: Final = 300
WARM: Final = 10
BROWSER: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip",
}
#: Method, address, headers, body.
Request = tuple[str, str, dict[str, str], str | None]
#: Words, address, and what the client accepts. ``{crd}``, ``{slug}`` and ``{offering}`` are filled in.
PAGES: Final = (
    ("front page", "/", BROWSER),
    ("explore", "/explore", BROWSER),
    ("explore, a search", "/explore?q=security", BROWSER),
    ("micro-credential", "/m/{slug}", BROWSER),
    ("institution", "/institution", BROWSER),
    ("employers", "/employers", BROWSER),
    ("credential page", "/c/{crd}", BROWSER),
    ("credential page, German", "/c/{crd}", BROWSER | {"Accept-Language": "de"}),
    ("verify", "/verify", BROWSER),
    ("credential, JSON", "/c/{crd}", {"Accept": "application/json"}),
    ("status list", "/status/1", {}),
    ("DID document", "/.well-known/did.json", {}),
)
#: What a class of so many is marked in: the page, and one mark that is typed and saved.
CLASS: Final = 750
#: How long the server takes to say that it lives: what any answer costs on this machine, now.
FLOOR: Final = "/healthz"
THROTTLES: Final = (1, 4, 6)
WAIT_FOR_VERDICT: Final = """addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
    globalThis.verdictAt ??= performance.now();
}).observe(document.querySelector('[data-verifier]'), {attributes: true}));"""


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
        **lesson(campus),
    }


def lesson(campus: Any) -> dict[str, Any]:
    """A class that has no marks yet, and a teacher who is signed in."""
    from django.conf import settings

    from cairn.delivery.models import Enrolment
    from cairn.kernel.bulk import insert
    from cairn.kernel.models import Person

    offering = campus.offering("SEC-LARGE").offering
    with campus.here():
        people = [Person(full_name=f"Student {number}") for number in range(CLASS)]
        insert(Person, people)
        told = (Enrolment(offering=offering, person=one, source_key=f"c{one.pk}") for one in people)
        insert(Enrolment, told)
        enrolments = Enrolment.objects.filter(offering=offering)
        known = list(enrolments.values_list("public_id", flat=True))
        task = offering.version.text.tasks[0].key
        teacher = Person.objects.get(pk=campus.teacher.person_id)
        client = campus.signed_in(teacher)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "offering": offering.public_id,
        "people": known[: TURNS + WARM],
        "task": task,
        "session": session,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--step", choices=["fill", "work"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    size = options.size or (1_000 if options.quick else 100_000)
    if options.step:
        import django

        django.setup()
        print(json.dumps(fill(size) if options.step == "fill" else work(json.load(sys.stdin))))
        return
    sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
    with tempfile.TemporaryDirectory(prefix="cairn-pages-") as folder:
        kept = measure(Path(folder), size)
    if options.write:
        RESULTS.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def measure(folder: Path, size: int) -> dict[str, Any]:
    from issuing import environment

    from tests.support.rabbitmq import free_port

    env = environment(str(folder), f"sqlite:///{folder / 'cairn.sqlite3'}")
    step = [sys.executable, __file__, "--step", "fill", "--size", str(size)]
    done = subprocess.run(step, env=env, check=True, stdout=subprocess.PIPE, text=True)
    known = json.loads(done.stdout.splitlines()[-1])
    step = [sys.executable, __file__, "--step", "work"]
    done = subprocess.run(
        step, env=env, check=True, input=json.dumps(known), stdout=subprocess.PIPE, text=True
    )
    worked = json.loads(done.stdout.splitlines()[-1])
    port = free_port()
    command = [sys.executable, "-m", "cairn.cli.main", "serve", "--no-worker"]
    with subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"], env=env, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait(port)
            ask = Asking(port, known)
            kept = ask.everything()
            for row, cpu in zip(kept["rows"], worked, strict=False):
                row["cpu"] = cpu
            weigh(port, known, kept["rows"])
            kept["verdicts"] = verdicts(port, known)
        finally:
            server.terminate()
    show(kept)
    return {"size": size, "class": CLASS, **kept}


def show(kept: dict[str, Any]) -> None:
    print(f"load {kept['load']:.1f}; floor {kept['floor']:.1f} ms")
    for row in kept["rows"]:
        weight = f"{row['bytes'] / 1000:7.1f} KB" if "bytes" in row else ""
        cpu = f"processor {row['cpu']:6.1f} ms" if "cpu" in row else ""
        times = f"median {row['median']:6.1f} ms   p95 {row['p95']:6.1f} ms"
        print(f"{row['page']:26} {times}   {cpu}   {weight}")
    for row in kept["verdicts"]:
        print(f"verdict at 1/{row['throttle']} of the speed: {row['ms']:.0f} ms", flush=True)


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


def work(known: dict[str, Any]) -> list[float]:
    """How long the processor works for each page, at the 95th percentile, in ms.

    Unlike the time that passes, it does not grow when others use the machine as well; SQLite reads in
    this process, so nothing else works for the page.
    """
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    found = []
    for _, path, headers in PAGES:
        told = {name.lower(): value for name, value in headers.items()}
        times = []
        for turn in range(TURNS + WARM):
            crd = known["crd"][turn % len(known["crd"])]
            started = time.process_time()
            answer = client.get(path.format(crd=crd, slug=known["slug"]), headers=told)
            times.append((time.process_time() - started) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"bench: {path} answered {answer.status_code}.")
        found.append(statistics.quantiles(times[WARM:], n=20)[-1])
    return found


class Asking:
    """One client that asks for one thing after the other."""

    def __init__(self, port: int, known: dict[str, Any]) -> None:
        import urllib3

        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=1)
        self._known = known

    def everything(self) -> dict[str, Any]:
        rows = [self.page(*one) for one in PAGES]
        rows += [self.marks(), self.mark()]
        floor = self.times("floor", lambda _: ("GET", FLOOR, {}, None))
        return {"rows": rows, "floor": floor["median"], "load": os.getloadavg()[1]}

    def page(self, name: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
        every = self._known["crd"]

        def asked(turn: int) -> Request:
            crd = every[turn % len(every)]
            return "GET", path.format(crd=crd, slug=self._known["slug"]), headers, None

        return self.times(name, asked)

    def marks(self) -> dict[str, Any]:
        """The page on which a teacher types marks."""
        headers = BROWSER | {"Cookie": f"sessionid={self._known['session']}"}
        path = f"/teach/{self._known['offering']}/marks?task={self._known['task']}"
        return self.times("marks of a class", lambda _: ("GET", path, headers, None))

    def mark(self) -> dict[str, Any]:
        """One mark, saved as its field is left; each time another person's."""
        token = "c" * 32
        headers = BROWSER | {
            "Cookie": f"sessionid={self._known['session']}; csrftoken={token}",
            "X-CSRFToken": token,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }

        def asked(turn: int) -> Request:
            one = self._known["people"][turn]
            body = f"task={self._known['task']}&m-{one}=71&was-{one}=0"
            return "POST", f"/teach/{self._known['offering']}/marks/{one}", headers, body

        return self.times("one mark of a class", asked, holds=b"Saved")

    def times(
        self, name: str, asked: Callable[[int], Request], *, holds: bytes = b""
    ) -> dict[str, Any]:
        times = []
        for turn in range(TURNS + WARM):
            method, address, headers, body = asked(turn)
            started = time.perf_counter()
            answer = self._pool.request(
                method, address, headers=headers, body=body, decode_content=False, redirect=False
            )
            times.append((time.perf_counter() - started) * 1000)
            found = answer.data
            if answer.headers.get("Content-Encoding") == "gzip":
                found = gzip.decompress(found)
            if answer.status != 200 or holds not in found:
                raise SystemExit(f"bench: {address} answered {answer.status}: {found[:300]!r}")
        times = times[WARM:]
        return {
            "page": name,
            "median": statistics.median(times),
            "p95": statistics.quantiles(times, n=20)[-1],
        }


def weigh(port: int, known: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """What a browser receives for each page when it has nothing yet."""
    with chromium() as browser:
        for (_, path, headers), row in zip(PAGES, rows, strict=False):
            if "text/html" not in headers.get("Accept", ""):
                continue
            context = browser.new_context(locale=headers.get("Accept-Language", "en"))
            view = context.new_page()
            session = context.new_cdp_session(view)
            session.send("Network.enable")
            sizes: list[int] = []
            session.on(
                "Network.loadingFinished",
                lambda event, sizes=sizes: sizes.append(int(event["encodedDataLength"])),
            )
            address = path.format(crd=known["crd"][0], slug=known["slug"])
            view.goto(f"http://127.0.0.1:{port}{address}", wait_until="networkidle")
            row["bytes"] = sum(sizes)
            context.close()


def verdicts(port: int, known: dict[str, Any]) -> list[dict[str, Any]]:
    """From the request to the browser's own verdict on slower processors; the median of five."""
    found = []
    with chromium() as browser:
        for rate in THROTTLES:
            took = [_verdict(browser, port, crd, rate) for crd in known["crd"][:5]]
            found.append({"throttle": rate, "ms": statistics.median(took), "best": min(took)})
    return found


def _verdict(browser: Any, port: int, crd: str, rate: int) -> float:
    context = browser.new_context(locale="en")
    view = context.new_page()
    context.new_cdp_session(view).send("Emulation.setCPUThrottlingRate", {"rate": rate})
    view.add_init_script(WAIT_FOR_VERDICT)
    view.goto(f"http://127.0.0.1:{port}/c/{crd}")
    view.wait_for_function("globalThis.verdictAt")
    took = float(view.evaluate("globalThis.verdictAt"))
    by = view.get_attribute("[data-verifier]", "data-by")
    if by != "browser":
        raise SystemExit(f"bench: /c/{crd} was checked by {by}.")
    context.close()
    return took


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu"])
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
