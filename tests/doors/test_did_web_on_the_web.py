"""did:web over a real TLS server, through the adapter that the commands use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cairn.cli.documents import documents_for
from cairn.fetch import Fetcher
from cairn.vc.report import Report, Verdict
from cairn.vc.verify import inspect
from tests.support.university import NOW, University
from tests.support.web import PUBLIC, Certificates, Handler, World, page, redirect, serve

DID_DOCUMENT = "/.well-known/did.json"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder: Path = tmp_path_factory.mktemp("tls")
    return Certificates.make(folder, "harbour.example")


@pytest.fixture
def university() -> University:
    return University()


@pytest.fixture
def world(certificates: Certificates) -> Iterator[tuple[World, dict[str, Handler], Fetcher]]:
    with serve(certificates.context()) as site:
        world = World(hosts={"harbour.example": [PUBLIC]}, ports={PUBLIC: site.port})
        fetcher = Fetcher(ca_bundle=certificates.ca_bundle, network=world, timeout=5.0)
        yield world, site.pages, fetcher


def _inspect(university: University, fetcher: Fetcher) -> Report:
    return inspect(university.issue(), documents=documents_for((), fetcher), at=NOW)


def test_the_keys_of_an_issuer_are_looked_up_where_it_publishes_them(
    university: University, world: tuple[World, dict[str, Handler], Fetcher]
) -> None:
    _, pages, fetcher = world
    (document,) = university.published.values()
    pages[DID_DOCUMENT] = page(document)
    assert _inspect(university, fetcher).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    "inside",
    [
        "https://10.0.0.1/did.json",
        "https://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/did.json",
        "https://[fd00::1]/did.json",
        "https://intranet.example/did.json",
    ],
)
def test_a_did_web_that_redirects_to_a_private_address_leaves_the_signature_unknown(
    inside: str, university: University, world: tuple[World, dict[str, Handler], Fetcher]
) -> None:
    network, pages, fetcher = world
    network.hosts["intranet.example"] = ["192.168.1.20"]
    pages[DID_DOCUMENT] = redirect(inside)
    report = _inspect(university, fetcher)
    assert (report.verdict, report.unknown) == (Verdict.CANNOT_CHECK, {"proof"})
    assert network.dialled == [PUBLIC]
