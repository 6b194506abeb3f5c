"""Run by the Python of .venv-openbadgeslib: read the badges named on standard input.

In: JSON objects, one a line: {"documents": {url: document}, "badges": [path, ...]}. Out: a line for
each, with for every badge {"text": the credential inside, "valid", "trusted", "reason", "issuer",
"achievement"}.
"""

import json
import sys
from pathlib import Path
from typing import Any

from openbadgeslib import baking
from openbadgeslib.verify import verify_badge


def text_of(path: Path) -> str | None:
    content = path.read_bytes()
    if path.suffix == ".png":
        return baking.extract_png(content, keyword=baking.ITXT_KEYWORD_OB3)
    return baking.extract_svg(content, element=baking.SVG_ELEMENT_OB3, text_fallback=True)


def read(path: Path, documents: dict[str, Any]) -> dict[str, Any]:
    result = verify_badge(
        path.read_bytes(),
        "3",
        resolve_did=True,
        check_status=True,
        verify_status_list=False,  # it knows lists signed as VC-JWT only
        download=lambda url: json.dumps(documents[url]).encode(),
    )
    credential = result.credential
    return {
        "text": text_of(path),
        "valid": result.valid,
        "trusted": result.trusted,
        "reason": result.reason,
        "issuer": credential.issuer.name if credential else None,
        "achievement": credential.achievement.name if credential else None,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        answers = [read(Path(path), question["documents"]) for path in question["badges"]]
        print(json.dumps(answers), flush=True)
