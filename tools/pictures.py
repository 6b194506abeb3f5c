"""Take pictures of the pages, at both widths, by day and by night, from one site and one browser.

    python tools/pictures.py [NAME ...] [--copy FOLDER] [--only 1280-light,375-dark]

Every picture lands in build/pictures with a contact sheet (index.html). Those that the documents
show are written to docs/pictures as well, as small as a palette makes them.
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from look import BROWSER, ROOT, enter, serve, session_of
from PIL import Image
from story import STEPS, Story, worker

OUT: Final = ROOT / "build" / "pictures"
DOCS: Final = ROOT / "docs" / "pictures"
MOST_BYTES: Final = 6_000_000
WIDTHS: Final = (1280, 375)
#: Longer pages are cut: a picture in a document shows what a reader sees first.
TALLEST: Final = 1_800
COLOURS: Final = 128
#: The tutorial is told once, on a wide screen by day.
STORY: Final = "1280-light"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as somebody; ``{credential}`` and the like are filled from the demonstration.

    ``paste`` is checked on that page first; ``status`` is what a page that refuses answers.
    """

    name: str
    path: str
    role: str = ""
    docs: bool = False
    paste: str = ""
    status: int = 200


PICTURES: Final = (
    # For everybody
    Picture("front", "/", docs=True),
    Picture("explore", "/explore", docs=True),
    Picture("explore-search", "/explore?q=data"),
    Picture("explore-nothing", "/explore?q=zebra"),
    Picture("compare", "/explore/compare?m=business-analytics&m=incident-response"),
    Picture("compare-nothing", "/explore/compare"),
    Picture("micro-credential", "/m/business-analytics", docs=True),
    Picture("institution", "/institution"),
    Picture("employers", "/employers"),
    Picture("verify", "/verify"),
    Picture("verify-genuine", "/verify", paste="{document}", docs=True),
    Picture("verify-altered", "/verify", paste="{altered}"),
    Picture("verify-unreadable", "/verify", paste="{{ this is not one"),
    Picture("help", "/help"),
    Picture("privacy", "/privacy"),
    Picture("accessibility", "/accessibility"),
    Picture("credential", "/c/{credential}", docs=True),
    Picture("credential-revoked", "/c/{revoked}"),
    Picture("credential-holder", "/c/{mine}", "learner"),
    Picture("not-found", "/nowhere", status=404),
    Picture("denied", "/console/", "learner", status=403),
    # One's own account
    Picture("sign-in", "/account/login/"),
    Picture("sign-in-code", "/account/login/code/"),
    Picture("sign-in-forgot", "/account/password/reset/"),
    Picture("security", "/me/security", "learner"),
    Picture("passkey", "/account/2fa/webauthn/add/", "learner"),
    Picture("authenticator", "/account/2fa/totp/activate/", "learner"),
    # Learners
    Picture("learner-home", "/learn/", "learner", docs=True),
    Picture("learner-credentials", "/learn/credentials", "learner"),
    Picture("learner-credential", "/learn/credentials/{mine}", "learner", docs=True),
    Picture("learner-course", "/learn/courses/{enrolment}", "learner"),
    Picture("learner-name", "/learn/name", "learner"),
    Picture("learner-addresses", "/learn/addresses", "learner"),
    Picture("learner-everything", "/learn/everything", "learner"),
    # Authors
    Picture("studio", "/studio/", "author"),
    Picture("studio-start", "/studio/start", "author"),
    Picture("studio-draft", "/studio/{draft}", "author", docs=True),
    Picture("studio-basics", "/studio/{draft}/basics", "author"),
    Picture("studio-assessment", "/studio/{draft}/assessment", "author"),
    Picture("studio-matrix", "/studio/{draft}/matrix", "author", docs=True),
    Picture("studio-preview", "/studio/{draft}/preview", "author"),
    Picture("studio-history", "/studio/{draft}/history", "author"),
    Picture("studio-submit", "/studio/{draft}/submit", "author"),
    # Reviewers
    Picture("reviews", "/review/", "reviewer"),
    Picture("review", "/review/{review}", "reviewer", docs=True),
    # Teachers
    Picture("teach", "/teach/", "teacher"),
    Picture("cohort", "/teach/{offering}/", "teacher", docs=True),
    Picture("cohort-marks", "/teach/{offering}/marks", "teacher"),
    Picture("cohort-results", "/teach/{offering}/results", "teacher"),
    Picture("cohort-release", "/teach/{offering}/release", "teacher"),
    Picture("cohort-import", "/teach/{offering}/import/marks", "teacher"),
    Picture("cohort-about", "/teach/{offering}/about", "teacher"),
    # Registrars
    Picture("registry", "/registry/", "registrar", docs=True),
    Picture("registry-credentials", "/registry/credentials", "registrar"),
    Picture("registry-record", "/registry/credentials/{credential}", "registrar", docs=True),
    Picture("registry-revoke", "/registry/credentials/{credential}/revoke", "registrar"),
    Picture("registry-names", "/registry/names", "registrar"),
    Picture("plan-a-cohort", "/teach/plan", "registrar"),
    # Administrators
    Picture("console", "/console/", "administrator"),
    Picture("console-people", "/console/people", "administrator"),
    Picture("console-institution", "/console/institution", "administrator"),
    Picture("console-units", "/console/units", "administrator"),
    Picture("console-keys", "/console/keys", "administrator"),
    Picture("console-health", "/console/health", "administrator", docs=True),
    Picture("console-ledger", "/console/ledger", "administrator"),
    Picture("search", "/search?q=business", "registrar"),
    # The demonstration, and the parts that all pages are made of
    Picture("demo", "/demo"),
    Picture("mail", "/demo/mail"),
    Picture("letter", "/demo/mail/{letter}"),
    Picture("design", "/design"),
)


def words(origin: str) -> dict[str, str]:
    """What stands for the names in the paths."""
    from cairn.delivery.models import Offering
    from cairn.design.models import Proposal
    from cairn.issuing.models import Credential
    from cairn.kernel.models import Mail
    from cairn.quality.models import Review

    rows = Credential.objects.unscoped().select_related("award__enrolment__offering")
    first = rows.order_by("pk")[0]  # whose session ``learner`` is
    told = rows.filter(award__enrolment__offering__code="DRILL-1").order_by("-pk").first() or first
    asked = Request(f"{origin}/c/{told.public_id}", headers={"Accept": "application/json"})
    with urlopen(asked) as answer:
        document = answer.read().decode()
    reviews = Review.objects.unscoped().order_by("pk")
    return {
        "credential": told.public_id,
        "document": document,
        "altered": document.replace("Contain an incident", "Contain every incident"),
        "mine": first.public_id,
        "revoked": rows.filter(state="revoked")[0].public_id,
        "enrolment": first.award.enrolment.public_id,
        # The cohort that is being marked.
        "offering": Offering.objects.unscoped().get(code="BAN-D-2").public_id,
        "draft": Proposal.objects.unscoped().filter(state="draft").order_by("pk")[0].public_id,
        "review": reviews.filter(state="open")[0].public_id,
        "letter": Mail.objects.unscoped().order_by("-pk")[0].public_id,
    }


def smaller(png: bytes, *, tallest: int | None = None) -> bytes:
    """The same picture with a palette: a page has few colours."""
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    if tallest is not None and picture.height > tallest:
        picture = picture.crop((0, 0, picture.width, tallest))
    out = io.BytesIO()
    reduced = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(out, "PNG", optimize=True)
    return out.getvalue()


def take(wanted: list[Picture], variants: list[str], origin: str) -> list[str]:
    """Take the pictures, and return what was not as it should be."""
    from playwright.sync_api import sync_playwright

    filled, wrong = words(origin), []
    cookies = {role: session_of(role) for role in {one.role for one in wanted} if role}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--disable-gpu"])
        for variant in variants:
            width, scheme = variant.split("-")
            for role in sorted({one.role for one in wanted}):
                context = browser.new_context(
                    viewport={"width": int(width), "height": 800},
                    color_scheme="dark" if scheme == "dark" else "light",
                    reduced_motion="reduce",
                    bypass_csp=True,  # the tab bar is moved for the picture
                )
                if role:
                    context.add_cookies(
                        [{"name": "sessionid", "value": cookies[role], "url": origin}]
                    )
                view = context.new_page()
                for one in (one for one in wanted if one.role == role):
                    said = _take(view, one, origin, filled, variant)
                    wrong += [f"{one.name} {variant}: {said}"] if said else []
                context.close()
        browser.close()
    return wrong


def _take(view: Any, one: Picture, origin: str, filled: dict[str, str], variant: str) -> str:
    answer = view.goto(origin + one.path.format(**filled), wait_until="networkidle")
    if one.paste:
        view.fill("#text", one.paste.format(**filled))
        view.click("[data-verify-form] button")
        view.wait_for_selector("[data-verdict-now]")
    png = view.screenshot(full_page=True, style=".tabbar { position: static !important }")
    keep(png, f"{one.name}-{variant}.png", docs=one.docs)
    wide = view.evaluate("document.documentElement.scrollWidth")
    if answer is None or answer.status != one.status:
        return f"answered {answer and answer.status}"
    return "" if wide <= int(variant.split("-", maxsplit=1)[0]) else f"is {wide} pixels wide"


def keep(png: bytes, name: str, *, docs: bool) -> None:
    """In build/pictures whole; in docs/pictures as far as a reader looks."""
    (OUT / name).write_bytes(smaller(png))
    if docs:
        (DOCS / name).write_bytes(smaller(png, tallest=TALLEST))


def tell(origin: str) -> None:
    """Live the tutorial, and keep its pictures."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, worker():
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--disable-gpu"])
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-AU",
            timezone_id="Australia/Melbourne",
        )
        context.set_default_timeout(15_000)
        view = context.new_page()

        def taken(name: str) -> None:
            keep(view.screenshot(full_page=True), f"{name}-{STORY}.png", docs=True)

        Story(view, origin, taken).tell()
        browser.close()


def contact_sheet(variants: list[str]) -> None:
    """One page with every picture, side by side."""
    rows = []
    for one in (*(Picture(name, "") for name in STEPS), *PICTURES):
        found = [
            name for variant in variants if (OUT / (name := f"{one.name}-{variant}.png")).exists()
        ]
        pictures = "".join(
            f'<a href="{name}"><img loading="lazy" src="{name}" alt="{name}"></a>' for name in found
        )
        rows.append(
            f"<h2>{escape(one.name)} <small>{escape(one.path)}</small></h2><p>{pictures}</p>"
        )
    style = (
        "body{font:16px system-ui;margin:2rem;background:#ddd}img{height:28rem;object-fit:cover;"
        "object-position:top;margin-right:1rem}small{font-weight:400}"
    )
    head = f'<!doctype html><meta charset="utf-8"><title>Pictures</title><style>{style}</style>'
    (OUT / "index.html").write_text(head + "".join(rows), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--copy", type=Path, default=ROOT / "build" / "look-pictures")
    parser.add_argument("--only", default="", help="variants such as 1280-light,375-dark")
    options = parser.parse_args()
    every = [f"{width}-{scheme}" for width in WIDTHS for scheme in ("light", "dark")]
    variants = options.only.split(",") if options.only else every
    wanted = [one for one in PICTURES if not options.names or one.name in options.names]
    OUT.mkdir(parents=True, exist_ok=True)
    DOCS.mkdir(parents=True, exist_ok=True)
    enter(options.copy.absolute(), fresh=not options.names)
    origin = f"http://127.0.0.1:{serve()}"
    if not options.names:
        tell(origin)
    wrong = take(wanted, variants, origin)
    contact_sheet(every)
    size = sum(path.stat().st_size for path in DOCS.glob("*.png"))
    print(f"{len(wanted) * len(variants)} pictures; those of the documents take {size:,} bytes.")
    if size > MOST_BYTES:
        wrong.append(f"docs/pictures is larger than {MOST_BYTES:,} bytes")
    print("\n".join(wrong) or "Each page answered and fits its width.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
