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

from look import BROWSER, ROOT, enter, serve, session_of
from PIL import Image

OUT: Final = ROOT / "build" / "pictures"
DOCS: Final = ROOT / "docs" / "pictures"
MOST_BYTES: Final = 12_000_000
WIDTHS: Final = (1280, 375)
#: Longer pages are cut: a picture in a document shows what a reader sees first.
TALLEST: Final = 2_400
COLOURS: Final = 128


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as somebody; ``{credential}`` and the like are filled from the demonstration."""

    name: str
    path: str
    role: str = ""
    docs: bool = False


PICTURES: Final = (
    Picture("front", "/", docs=True),
    Picture("explore", "/explore", docs=True),
    Picture("micro-credential", "/m/{slug}", docs=True),
    Picture("institution", "/institution"),
    Picture("employers", "/employers"),
    Picture("verify", "/verify", docs=True),
    Picture("help", "/help"),
    Picture("credential", "/c/{credential}", docs=True),
    Picture("sign-in", "/account/login/"),
    Picture("demo", "/demo"),
    Picture("studio", "/studio/", "author", docs=True),
    Picture("review", "/review/", "reviewer", docs=True),
    Picture("teach", "/teach/", "teacher", docs=True),
    Picture("cohort", "/teach/{offering}", "teacher", docs=True),
    Picture("registry", "/registry/", "registrar", docs=True),
    Picture("console", "/console/", "administrator", docs=True),
    Picture("learner-home", "/learn/", "learner", docs=True),
    Picture("learner-credentials", "/learn/credentials", "learner", docs=True),
    Picture("learner-credential", "/learn/credentials/{credential}", "learner", docs=True),
    Picture("learner-course", "/learn/courses/{enrolment}", "learner"),
    Picture("learner-name", "/learn/name", "learner"),
    Picture("learner-addresses", "/learn/addresses", "learner"),
    Picture("learner-everything", "/learn/everything", "learner"),
    Picture("design", "/design"),
)


def words() -> dict[str, str]:
    """What stands for the names in the paths: the first learner's own things."""
    from cairn.issuing.models import Credential

    rows = Credential.objects.unscoped().select_related(
        "award__enrolment__offering__version__achievement"
    )
    first = rows.order_by("pk")[0]  # whose session ``learner`` is
    enrolment = first.award.enrolment
    return {
        "credential": first.public_id,
        "enrolment": enrolment.public_id,
        "offering": enrolment.offering.public_id,
        "slug": enrolment.offering.version.achievement.slug,
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

    filled, wrong = words(), []
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
                    said = _take(view, one, origin + one.path.format(**filled), variant)
                    wrong += [f"{one.name} {variant}: {said}"] if said else []
                context.close()
        browser.close()
    return wrong


def _take(view: Any, one: Picture, url: str, variant: str) -> str:
    answer = view.goto(url, wait_until="networkidle")
    png = view.screenshot(full_page=True, style=".tabbar { position: static }")
    (OUT / f"{one.name}-{variant}.png").write_bytes(smaller(png))
    if one.docs and answer is not None and answer.status == 200:
        (DOCS / f"{one.name}-{variant}.png").write_bytes(smaller(png, tallest=TALLEST))
    wide = view.evaluate("document.documentElement.scrollWidth")
    if answer is None or answer.status != 200:
        return f"answered {answer and answer.status}"
    if "Not built yet" in view.title() + view.inner_text("h1"):
        (DOCS / f"{one.name}-{variant}.png").unlink(missing_ok=True)
        return "is not built yet"
    return "" if wide <= int(variant.split("-", maxsplit=1)[0]) else f"is {wide} pixels wide"


def contact_sheet(variants: list[str]) -> None:
    """One page with every picture, side by side."""
    rows = []
    for one in PICTURES:
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
    wrong = take(wanted, variants, f"http://127.0.0.1:{serve()}")
    contact_sheet(every)
    size = sum(path.stat().st_size for path in DOCS.glob("*.png"))
    print(f"{len(wanted) * len(variants)} pictures; those of the documents take {size:,} bytes.")
    if size > MOST_BYTES:
        wrong.append(f"docs/pictures is larger than {MOST_BYTES:,} bytes")
    print("\n".join(wrong) or "Each page answered and fits its width.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
