"""Everything that is the learner's, in one file that needs no server to be read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Final

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from cairn.issuing.badges import badge_png, badge_svg
from cairn.issuing.selectors import published_credential
from cairn.kernel import clock
from cairn.kernel.models import Person
from cairn.sheet import neutralise
from cairn.vc.baking import bake
from cairn.web.learner import reading
from cairn.web.page import PageRequest, page, signed_in

HEADINGS: Final = (
    "credential", "title", "awarded_on", "issued_at", "valid_until", "state", "sha256", "address",
)  # fmt: skip


@require_safe
@signed_in
def everything(request: PageRequest) -> HttpResponse:
    """What the file holds, before it is fetched."""
    return page(
        request, "learner/everything.html", held=reading.held(request.actor, also_replaced=True)
    )


@require_safe
@signed_in
def download(request: PageRequest) -> HttpResponse:
    held = reading.held(request.actor, also_replaced=True)
    person = Person.objects.for_actor(request.actor).get(public_id=request.actor.id)
    out = io.BytesIO()  # rows are read while the institution is at hand, so before the answer
    now = clock.now()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in _files(held, person, request):
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            bundle.writestr(info, content)
    day = clock.today(request.institution).isoformat()
    name = f"credentials-{request.institution.slug}-{day}.zip"
    return HttpResponse(
        out.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _files(
    held: list[reading.Held], person: Person, request: PageRequest
) -> Iterator[tuple[str, bytes | str]]:
    shown, rows = [], []
    for one in held:
        told = published_credential(one.id)
        url = one.row.key.issuer.addresses.credential(one.id)
        shown.append({"one": one, "url": url, "signed": told is not None and told.raw is not None})
        rows.append(_row(one, url))
        yield f"badges/{one.id}.svg", _baked(one, told.raw if told else None, "svg")
        if told is not None and told.raw is not None:
            yield f"credentials/{one.id}.json", told.raw
            yield f"badges/{one.id}.png", _baked(one, told.raw, "png")
            paper = _certificate(one)
            if paper:
                yield f"certificates/{one.id}.pdf", paper
                shown[-1]["paper"] = True
    context = {
        "shown": shown,
        "person": person,
        "institution": request.institution,
        "at": clock.now(),
    }
    yield "index.html", render_to_string("learner/archive_index.html", context)
    yield "README.txt", render_to_string("learner/archive_readme.txt", context)
    yield "manifest.csv", _manifest(rows)


def _baked(one: reading.Held, raw: bytes | None, kind: str) -> bytes:
    picture = badge_svg(one.view).encode() if kind == "svg" else badge_png(one.view)
    return picture if raw is None else bake(picture, raw.decode())


def _certificate(one: reading.Held) -> bytes | None:
    """The certificate on paper, where this site makes them."""
    try:
        from cairn.issuing.certificate import certificate_facts, certificate_pdf
    except ImportError:  # a site without them
        return None
    return certificate_pdf(certificate_facts(one.row))


def _row(one: reading.Held, url: str) -> list[str]:
    until = one.row.valid_until
    return [
        one.id,
        one.title,
        one.day.isoformat(),
        one.row.issued_at.isoformat(),
        until.isoformat() if until else "",
        str(one.state),
        one.row.sha256,
        url,
    ]


def _manifest(rows: list[list[str]]) -> str:
    """A table for a spreadsheet; what would be calculated there is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
