"""Take a picture of a page of the demonstration, as anybody, at any width, by day or by night.

    python tools/look.py PATH OUT.png [--as registrar|learner|...] [--width 375] [--dark] [--no-js]

Works on a copy of the last `make demo` (build/demo), so nothing that is pressed there is lost here.
`--fresh` takes a new copy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(os.environ.get("CAIRN_DEMO_DIR", ROOT / "build" / "demo")) / "site"
BROWSER = "/usr/bin/chromium"


class Quiet(WSGIRequestHandler):
    """Says nothing for each request."""

    def log_message(self, *_: Any) -> None:
        pass


class Threads(socketserver.ThreadingMixIn, WSGIServer):
    """Pages load several things at once."""

    daemon_threads = True


def enter(copy: Path, *, fresh: bool) -> None:
    """Make the copy, and let this process work on it."""
    if fresh and copy.exists():
        shutil.rmtree(copy)
    if not copy.exists():
        if not SOURCE.exists():
            raise SystemExit('There is no demonstration yet: make demo ARGS="--no-serve"')
        # Style sheets and scripts are looked at as they are now, not as they were gathered then.
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("static"))
    os.environ.update(
        {
            "CAIRN_ORIGIN": "https://harbour.example",
            "CAIRN_DATA_DIR": str(copy),
            "CAIRN_KEK_FILE": str(copy / "kek"),
            "DATABASE_URL": f"sqlite:///{copy / 'cairn.sqlite3'}",
            "CAIRN_DEMO": "true",
            "CAIRN_LOG_LEVEL": "ERROR",
            "CAIRN_SQLITE_SYNC": "NORMAL",
            "DJANGO_SETTINGS_MODULE": "cairn.site.settings",
        }
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def serve() -> int:
    """Serve the site on a free port from a thread; return the port."""
    from cairn.site.wsgi import application

    server = make_server("127.0.0.1", 0, application, Threads, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_port)


def session_of(role: str) -> str:
    """A session of somebody with this role; ``learner`` is somebody who holds a credential."""
    from django.contrib.auth import BACKEND_SESSION_KEY as BACKEND
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cairn.issuing.models import Credential
    from cairn.kernel.models import Account, Membership, Person

    if role == "learner":
        held = (
            Credential.objects.unscoped().select_related("award__enrolment__person").order_by("pk")
        )
        person: Person = held[0].award.enrolment.person
    else:
        person = Membership.objects.unscoped().filter(role=role).select_related("person")[0].person
    account = Account.objects.filter(person=person).first()
    if account is None:
        account = Account(person=person, login=f"{person.public_id}@look.example")
        account.set_unusable_password()
        account.save()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path")
    parser.add_argument("out", type=Path)
    parser.add_argument("--as", dest="role", default="")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--no-js", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--first-screen", action="store_true", help="not the whole page")
    parser.add_argument("--copy", type=Path, default=ROOT / "build" / "look")
    options = parser.parse_args()
    enter(options.copy.absolute(), fresh=options.fresh)
    cookie = session_of(options.role) if options.role else ""
    port = serve()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--disable-gpu"])
        context = browser.new_context(
            viewport={"width": options.width, "height": 800},
            color_scheme="dark" if options.dark else "light",
            java_script_enabled=not options.no_js,
            reduced_motion="reduce",
        )
        if cookie:
            context.add_cookies(
                [{"name": "sessionid", "value": cookie, "url": f"http://127.0.0.1:{port}"}]
            )
        view = context.new_page()
        view.on("console", lambda said: print("console:", said.text, file=sys.stderr))
        answer = view.goto(f"http://127.0.0.1:{port}{options.path}", wait_until="networkidle")
        wide = view.evaluate("document.documentElement.scrollWidth")
        print(f"{answer and answer.status} {view.url} width {wide} of {options.width}")
        view.screenshot(path=str(options.out), full_page=not options.first_screen)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
