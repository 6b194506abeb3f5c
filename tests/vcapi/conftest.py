from __future__ import annotations

from collections.abc import Iterator

import pytest

from cairn.vcapi.server import Server
from tests.support.vcapi import Api, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    api = Api(server)
    yield api
    api.close()
