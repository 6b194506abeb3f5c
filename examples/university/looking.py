"""From award to verdict: what was signed, what a stranger finds, and what a revocation changes."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from cairn.assessment.models import Award
from cairn.issuing import services as issuing
from cairn.issuing.models import Credential
from cairn.kernel.models import Job
from cairn.kernel.tenancy import within
from cairn.vc.baking import unbake
from cairn.vc.did import web
from cairn.vc.report import Verdict
from university.founding import University
from university.place import ORIGIN, Place
from university.server import Server
from university.stranger import CREDENTIAL, Stranger
from university.telling import Surprise, must


@dataclass(frozen=True, slots=True)
class Link:
    """What a learner is given: the address of their credential. ``name`` names a file here."""

    name: str
    credential: str

    @property
    def url(self) -> str:
        return f"{ORIGIN}/c/{self.credential}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of index.csv."""

    file: str
    id: str
    status_list: str
    status_index: str
    sha256: str


def issued(university: University, server: Server) -> int:
    """Wait until the worker has signed what was conferred, and count the credentials."""

    def all_signed() -> bool:
        with within(university.institution):
            waiting = Award.objects.standing().count() - Credential.objects.standing().count()
        for failed in Job.objects.filter(state=Job.State.FAILED):
            raise Surprise(f"The job {failed.kind} failed: {failed.error}")
        return waiting == 0

    server.until(all_signed, what="the worker was signing")
    with within(university.institution):
        return Credential.objects.standing().count()


def links(university: University) -> list[Link]:
    """The addresses that the learners would be sent, in the order of the class lists."""
    with within(university.institution):
        found = Credential.objects.order_by("award__enrolment__pk").values_list(
            "award__enrolment__offering__code", "award__enrolment__source_key", "public_id"
        )
        return [Link(f"{code}-{key}", public_id) for code, key, public_id in found]


def visit(port: int, wanted: Iterable[Link], place: Place) -> int:
    """Fetch every credential as a stranger, verify it, and keep it. Returns how many are genuine."""
    stranger, genuine, lines = Stranger(port), 0, []
    for link in wanted:
        raw = stranger.get(link.url, accept=CREDENTIAL)
        report, document = stranger.judge(raw), json.loads(raw)
        must(document["id"] == link.url, f"{link.url} answers with {document['id']}.")
        if report.verdict is not Verdict.GENUINE:
            raise Surprise(f"{link.url} is {report.verdict.value}: {report.sentence}")
        genuine += 1
        path = place.credentials / f"{link.name}.json"
        path.write_bytes(raw)
        lines.append(_line(path, document, raw))
    _write_index(place.credentials / "index.csv", lines)
    return genuine


def _line(path: Path, document: Mapping[str, Any], raw: bytes) -> Line:
    status = document["credentialStatus"]
    return Line(
        path.name,
        document["id"],
        status["statusListCredential"],
        status["statusListIndex"],
        hashlib.sha256(raw).hexdigest(),
    )


def _write_index(path: Path, lines: Iterable[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Line)])
        writer.writerows(astuple(line) for line in lines)


def look_at_picture(port: int, link: Link, place: Place) -> None:
    """Ask for the credential as a picture, and find it inside, byte for byte."""
    stranger = Stranger(port)
    signed = (place.credentials / f"{link.name}.json").read_bytes()
    for suffix, kind in (("png", "image/png"), ("svg", "image/svg+xml")):
        picture = stranger.get(link.url, accept=kind)
        (place.badges / f"{link.name}.{suffix}").write_bytes(picture)
        must(unbake(picture).text.encode() == signed, f"The {suffix} holds something else.")
    must(stranger.judge(signed).verdict is Verdict.GENUINE, f"{link.name} is not genuine.")


def revoke(university: University, port: int, link: Link, place: Place) -> tuple[str, str]:
    """Revoke one credential. Returns what a stranger found before, and what one finds after."""
    raw = (place.credentials / f"{link.name}.json").read_bytes()
    before = Stranger(port).judge(raw).verdict
    by = university.registrar
    with within(university.institution):
        row = Credential.objects.find(link.credential)
        issuing.revoke(row, reason="Shown in the demo: it was issued by mistake.", by=by)
    after = Stranger(port).judge(raw).verdict
    return before.value, after.value


def count_verdicts(port: int, place: Place) -> Counter[str]:
    """Look at every credential once more, through the eyes of somebody who comes now."""
    stranger = Stranger(port)
    return Counter(stranger.judge(raw).verdict.value for raw in _kept(place))


def _kept(place: Place) -> Iterator[bytes]:
    for path in sorted(place.credentials.glob("*.json")):
        yield path.read_bytes()


def keep_documents(port: int, did: str, place: Place) -> int:
    """Keep what others need to verify offline. Returns how many status lists there are."""
    stranger = Stranger(port)
    with (place.credentials / "index.csv").open(encoding="utf-8", newline="") as file:
        lists = sorted({row["status_list"] for row in csv.DictReader(file)})
    for url in lists:
        (place.status / f"{url.rpartition('/')[2]}.json").write_bytes(stranger.get(url))
    (place.folder / "did.json").write_bytes(stranger.get(web.url_for(did)))
    (place.folder / "profile.json").write_bytes(stranger.get(f"{ORIGIN}/issuer"))
    return len(lists)
