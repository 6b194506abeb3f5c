"""Questions to the Digital Bazaar libraries: one Node process answers them all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

INTEROP = Path(__file__).resolve().parent.parent / "interop"


class Unanswered(Exception):
    """The JavaScript side raised; the message is its own."""


class JavaScript:
    """``with JavaScript() as js: js.verify(credential)``. It fails, never skips, without Node."""

    def __init__(self, script: str = "serve.mjs") -> None:
        self._script = script

    def __enter__(self) -> Self:
        node = shutil.which("node")
        if node is None or not (INTEROP / "node_modules").is_dir():
            raise RuntimeError(
                "Node 18 and tests/interop/node_modules are needed. Run: make interop"
            )
        self._process = subprocess.Popen(
            [node, self._script],
            cwd=INTEROP,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, verb: str, **question: Any) -> Any:
        """Send one question and return the whole answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # ASCII only: Node's line reader also ends a line at U+2028.
        self._process.stdin.write(json.dumps({"do": verb, **question}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def verify(
        self,
        credential: Any,
        documents: Mapping[str, Any] | None = None,
        *,
        now: str = "2026-11-23T12:00:00Z",
    ) -> tuple[bool, str]:
        """Whether @digitalbazaar/vc verifies it, and if not, why."""
        answer = self.ask("verify", credential=credential, documents=documents or {}, now=now)
        return answer.get("verified", False), answer.get("error", "")

    def issue(self, credential: Any, *, key: Mapping[str, str], created: str) -> Any:
        """The credential that @digitalbazaar/vc makes of this one."""
        return self._value("credential", "issue", credential=credential, key=key, created=created)

    def canonize(self, document: Any) -> str:
        """Canonical N-Quads by jsonld.js and rdf-canonize, in safe mode."""
        return self._value("nquads", "canonize", document=document, maxWorkFactor=3)

    def canonize_quads(self, nquads: str) -> str:
        """Canonical N-Quads of N-Quads by rdf-canonize."""
        return self._value("nquads", "canonize", nquads=nquads, maxWorkFactor=3)

    def _value(self, name: str, verb: str, **question: Any) -> Any:
        answer = self.ask(verb, **question)
        if name not in answer:
            raise Unanswered(answer["error"])
        return answer[name]
