"""The VC-API profile, called by another implementation as the published suites call it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cairn.vcapi.certificate import context
from tests.support.vcapi import running

pytestmark = pytest.mark.interop

HERE = Path(__file__).parent


def test_what_each_side_makes_of_the_other_over_https(tmp_path: Path) -> None:
    with running(tls=context()) as server:
        config = tmp_path / "localConfig.cjs"
        config.write_bytes(server.profile.get("/localConfig.cjs").body)
        done = subprocess.run(
            ["node", "--no-warnings", HERE / "vcapi.mjs", config],
            env=os.environ | {"NODE_TLS_REJECT_UNAUTHORIZED": "0"},
            check=False,
            capture_output=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert json.loads(done.stdout) == {
        "issued": True,
        "derived": True,
        "derivedByThem": 200,
        "listed": True,
        "presented": [200, 400],
    }
