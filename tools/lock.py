"""Write requirements/*.txt from pyproject.toml, every package pinned by version and hash.

`make lock` runs it with uv; `--check` needs no network: each file carries a digest of what it was
resolved from, and no line may name the address of a package registry.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
EXPORTS = {
    "bootstrap": ["--only-group", "bootstrap"],
    "base": ["--no-default-groups"],
    "base-test": ["--no-default-groups", "--group", "base-test"],
    "server": ["--no-default-groups", "--extra", "server", "--extra", "celery"],
    "dev": ["--no-default-groups", "--group", "dev", "--extra", "server", "--extra", "celery"],
}
# Software run as a tool in an environment of its own: it must not bend our own resolution.
TOOLS = ("openbadgeslib", "fuzz")


def settings() -> dict[str, object]:
    """What decides a resolution, as pyproject.toml says it."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = document["project"]
    return {
        "python": project["requires-python"],
        "dependencies": project["dependencies"],
        "extras": project["optional-dependencies"],
        "groups": document["dependency-groups"],
        "uv": document["tool"]["uv"],
    }


def stamp(name: str) -> str:
    """The digest line that ties a locked file to its source."""
    source: object = settings()
    if name in TOOLS:
        source = [(FOLDER / f"{name}.in").read_text("utf-8"), exclude_newer()]
    digest = hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()
    return f"# Written by `make lock`; resolved from {digest[:32]}\n"


def exclude_newer() -> str:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(document["tool"]["uv"]["exclude-newer"])


def uv(*arguments: str) -> str:
    command = [sys.executable, "-m", "uv", *arguments, "--quiet", "--no-header"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return done.stdout


def write() -> None:
    for name, groups in EXPORTS.items():
        text = uv("export", "--format", "requirements.txt", "--no-emit-project", *groups)
        (FOLDER / f"{name}.txt").write_text(stamp(name) + text, "utf-8")
    for name in TOOLS:
        text = uv(
            *("pip", "compile", f"requirements/{name}.in", "--generate-hashes", "--universal"),
            *("--python-version", "3.11", "--exclude-newer", exclude_newer()),
        )
        (FOLDER / f"{name}.txt").write_text(stamp(name) + text, "utf-8")


def problems() -> list[str]:
    found: list[str] = []
    for name in (*EXPORTS, *TOOLS):
        path = FOLDER / f"{name}.txt"
        text = path.read_text("utf-8") if path.exists() else ""
        if not text.startswith(stamp(name)):
            found.append(f"requirements/{name}.txt is older than pyproject.toml. Run: make lock")
        found += [
            f"requirements/{name}.txt, line {number} names an address: {line.strip()}"
            for number, line in enumerate(text.splitlines(), 1)
            if "://" in line
        ]
    return found


def main() -> int:
    if "--check" not in sys.argv[1:]:
        write()
    found = problems()
    print("\n".join(found) or "locked: every requirements file is current and names no registry")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
