"""What ``cairn issue`` makes of a class list, once for all tests against other software."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.javascript import JavaScript

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DID = "did:web:learn.example.edu"


@dataclass(frozen=True)
class Issued:
    """A folder that the command line filled, and the secret to go on with."""

    folder: Path
    environment: dict[str, str]

    def cairn(self, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", "cairn.cli.main", *map(str, arguments)]
        subprocess.run(
            command, cwd=self.folder, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    @property
    def badges(self) -> Path:
        return self.folder / "badges"

    @property
    def key(self) -> Path:
        return self.folder / "issuer.key.json"

    def credentials(self) -> list[Any]:
        return [json.loads(path.read_bytes()) for path in sorted(self.badges.glob("*.json"))]

    def documents(self) -> dict[str, Any]:
        """What the issuer publishes, by its address."""
        did = json.loads((self.folder / "issuer.key.did.json").read_bytes())
        lists = [json.loads(path.read_bytes()) for path in (self.badges / "status").glob("*.json")]
        return {did["id"]: did} | {document["id"]: document for document in lists}


@pytest.fixture(scope="session")
def js() -> Iterator[JavaScript]:
    with JavaScript() as running:
        yield running


def issued_in(folder: Path, picture: str) -> Issued:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAIRN_")}
    environment |= {"CAIRN_KEK": secrets.token_hex(32), "PYTHONIOENCODING": "utf-8"}
    source = Path(__file__).resolve().parents[2] / "src"
    environment["PYTHONPATH"] = os.pathsep.join([str(source), environment.get("PYTHONPATH", "")])
    issued = Issued(folder, environment)
    issued.cairn("keygen", "--did", DID.removeprefix("did:"), "--out", issued.key)
    issued.cairn(
        *("issue", EXAMPLES / "achievement.yaml", EXAMPLES / "roster.csv"),
        *("--key", issued.key, "--out", issued.badges, "--bake", EXAMPLES / picture),
    )
    return issued


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issued_in(tmp_path_factory.mktemp("issued"), "badge.png")


@pytest.fixture(scope="session")
def issued_as_svg(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issued_in(tmp_path_factory.mktemp("issued-svg"), "badge.svg")


@pytest.fixture(scope="session")
def revoked(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    """The same, with the first credential revoked."""
    issued = issued_in(tmp_path_factory.mktemp("revoked"), "badge.png")
    [status_list] = (issued.badges / "status").glob("*.json")
    index = issued.credentials()[0]["credentialStatus"]["statusListIndex"]
    issued.cairn("revoke", status_list, index, "--key", issued.key)
    return issued
