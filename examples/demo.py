"""A small university in a minute: from three drafts to credentials that a stranger verifies.

Sets up a site on SQLite, approves three micro-credentials, imports 748 real enrolments and their
marks, decides by the rule, lets the worker sign, fetches and verifies every credential over HTTP,
revokes one, and looks at what changed. Then it serves, until Ctrl-C.

    make demo [ARGS="--no-serve --dir DIR"]

DIR receives what other software needs to verify offline: credentials/, did.json, status/ and
profile.json. Its folder site/ holds the database and the secrets of the site.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from university.place import ORIGIN, Place, begun, enter
from university.telling import Surprise, must, rate, say

from cairn.kernel.errors import Denied, NotFound, Refused

if TYPE_CHECKING:
    from university.founding import University
    from university.looking import Link
    from university.server import Server
    from university.teaching import Run

    from cairn.design.models import Version

T = TypeVar("T")


def main() -> int:
    options = arguments()
    # Begun in the background of a script it would not hear an interrupt.
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, _end)
    try:
        place = begun(options.dir)
        enter(place)
        run(place, options)
    except (Surprise, Refused, Denied, NotFound) as exc:
        print(f"demo: stopped. {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: ended.", file=sys.stderr)
    return 0


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--dir", type=Path, default=Path("build/demo"), help="where everything goes (build/demo)"
    )
    parser.add_argument("--no-serve", action="store_true", help="end after the last line")
    parser.add_argument(
        "--port", type=int, help="where to serve (8000, or a free one where that is taken)"
    )
    return parser.parse_args()


def run(place: Place, options: argparse.Namespace) -> None:
    """Take every step in turn, with one line for each."""
    make_site(place)
    university, did, approved = found()
    # Django is set up from here on, so what needs it can be imported.
    from university import desks, founding, looking, server

    with server.serving(place.site / "server.log", port=options.port) as site:
        say("serve", f"{site.address} stands for {ORIGIN}: web and worker")
        enrolments, marks, awards = teach(university, approved, place)
        credentials = issue(university, site, awards)
        links = looking.links(university)
        taught = desks.lay_out(university, approved)
        say("desks", f"a draft, a proposal to review, and a cohort of {taught} learners to mark")
        accounts = founding.let_learners_in(university)
        say("sign-in", f"one click for each role, and {accounts} learners, at {site.address}/demo")
        verified = verify(site, links, place)
        badge(site, links[0], place)
        revoke(university, site, links[-1], place)
        lists = looking.keep_documents(site.port, did, place)
        also = f"{lists} status list{'' if lists == 1 else 's'}, did.json and profile.json"
        say("keep", f"{credentials} credentials, {also}, in {place.folder}")
        check_ledger(university)
        print(
            f"demo: enrolments={enrolments} marks={marks} awards={awards} "
            f"credentials={credentials} verified={verified} revoked=1",
            flush=True,
        )
        if not options.no_serve:
            say("serve", f"look at {site.address}/c/{links[0].credential}; Ctrl-C ends")
            print(f"\nSign in with one click, as any role: {site.address}/demo", flush=True)
            site.stay()


def make_site(place: Place) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    _, seconds = timed(lambda: call_command("migrate", interactive=False, verbosity=0))
    say("site", f"tables made on SQLite in {seconds:.1f} s, in {place.site}")


def found() -> tuple[University, str, dict[str, Version]]:
    """Found the university, and let it approve what it will offer."""
    from university import founding

    university = founding.found()
    issuer = founding.set_up_issuer(university)
    units = (university.root, university.faculty, university.school)
    say("people", f"{', '.join(unit.name for unit in units)}: {len(university.staff)} people")
    say("issuer", f"{issuer.did}, with a first signing key")
    drafts = founding.drafts(university)
    warnings = sum(draft.warnings for draft in drafts)
    say("design", f"{len(drafts)} micro-credentials drafted; {warnings} points deserve a look")
    approved = founding.approve(university, drafts)
    say("quality", f"{len(approved)} approved, by somebody who wrote none of them")
    return university, issuer.did, approved


def teach(
    university: University, approved: dict[str, Version], place: Place
) -> tuple[int, int, int]:
    """From offerings to awards. Returns how many enrolments, marks and awards there are."""
    from university import teaching

    runs: list[Run] = teaching.plan(university, approved, place)
    planned = len(runs) + len(approved) - 1
    say("offer", f"{planned} offerings; open: {' and '.join(run.code for run in runs)}")
    enrolled, seconds = timed(lambda: teaching.enrol(university, runs))
    say(
        "enrol",
        f"{enrolled.enrolments} enrolments, {enrolled.withdrawn} of them withdrawn, "
        f"{enrolled.again} people known from before, {rate(enrolled.enrolments, seconds)}",
    )
    marked, seconds = timed(lambda: teaching.mark(university, runs))
    say(
        "mark",
        f"{marked.scored} marks, {marked.blank} blank ones left alone, "
        f"{rate(marked.scored, seconds)}",
    )
    released, seconds = timed(lambda: teaching.release(university, runs))
    say("release", f"{released} results {rate(released, seconds)}")
    awards, seconds = timed(lambda: teaching.confer(university, runs))
    must(0 < awards <= enrolled.enrolments, f"{awards} awards for {enrolled.enrolments}.")
    say("award", f"{awards} awards: weighted mark at least 40, {rate(awards, seconds)}")
    return enrolled.enrolments, marked.scored, awards


def issue(university: University, site: Server, awards: int) -> int:
    from university import looking

    credentials, seconds = timed(lambda: looking.issued(university, site))
    must(credentials == awards, f"{credentials} credentials for {awards} awards.")
    say("issue", f"{credentials} credentials signed by the worker {rate(credentials, seconds)}")
    return credentials


def verify(site: Server, links: list[Link], place: Place) -> int:
    from university import looking

    genuine, seconds = timed(lambda: looking.visit(site.port, links, place))
    must(genuine == len(links), f"{genuine} of {len(links)} credentials are genuine.")
    say("verify", f"{genuine} of {len(links)} genuine, over HTTP, {rate(genuine, seconds)}")
    return genuine


def badge(site: Server, link: Link, place: Place) -> None:
    from university import looking

    looking.look_at_picture(site.port, link, place)
    say("badge", f"{link.name} as PNG and SVG, the same credential inside, byte for byte")


def revoke(university: University, site: Server, link: Link, place: Place) -> None:
    """Revoke one credential: its verdict changes, and nobody else's."""
    from university import looking

    before, after = looking.revoke(university, site.port, link, place)
    must((before, after) == ("genuine", "revoked"), f"The verdict went from {before} to {after}.")
    verdicts = looking.count_verdicts(site.port, place)
    others = verdicts["genuine"]
    must(verdicts["revoked"] == 1, "Another number of credentials than one is revoked.")
    must(others == verdicts.total() - 1, "Another credential changed.")
    say("revoke", f"{link.name}: {before} before, {after} after; {others} others stay genuine")


def check_ledger(university: University) -> None:
    from cairn.kernel.ledger import verify_chain

    chain = verify_chain(university.institution)
    must(chain.intact, f"The ledger is broken at {chain.broken_at}: {chain.problem}")
    say("ledger", f"{chain.entries} facts in one chain, every hash computed again")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.monotonic()
    done = work()
    return done, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
