"""The whole road on real data, through the commands that a user would type.

Makes a key, issues to everyone of 748 enrolments who earned the award, verifies every credential,
puts one into a picture and takes it out again, revokes one, and looks at what changed.

    make demo [ARGS="--no-serve --dir DIR"]

DIR receives what other software needs to verify offline: credentials/, did.json, status/ and
profile.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

EXAMPLES: Final = Path(__file__).resolve().parent
OULAD: Final = EXAMPLES / "oulad"
DID: Final = "did:web:harbour.example"
#: Stands in a folder that a demo began, and that the next one may therefore empty.
MARK: Final = ".cairn-demo"

PASSED, FAILED = 0, 1


class Surprise(Exception):
    """Something did not go as it must."""


@dataclass(frozen=True, slots=True)
class Cairn:
    """Runs the commands as a user would, with a secret that is gone when the demo ends."""

    environment: Mapping[str, str]

    @classmethod
    def with_new_secret(cls) -> Cairn:
        own = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        return cls(own | {"CAIRN_KEK": secrets.token_hex(32), "PYTHONIOENCODING": "utf-8"})

    def __call__(self, *arguments: str | Path, expected: int = PASSED) -> str:
        """Run one command and return what it printed; any other exit code is a surprise."""
        return self._run([sys.executable, "-m", "cairn.cli.main", *arguments], expected)

    def script(self, script: Path, *arguments: str | Path) -> str:
        return self._run([sys.executable, script, *arguments], PASSED)

    def _run(self, command: Sequence[str | Path], expected: int) -> str:
        done = subprocess.run(
            command, check=False, capture_output=True, encoding="utf-8", env=self.environment
        )
        if done.returncode != expected:
            shown = " ".join(map(str, command[1:]))
            raise Surprise(
                f"{shown}\nended with {done.returncode} where {expected} was expected.\n"
                f"{shortened(done.stdout + done.stderr)}"
            )
        return done.stdout


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of one demo stands."""

    folder: Path

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials"

    @property
    def status(self) -> Path:
        return self.folder / "status"

    @property
    def did_document(self) -> Path:
        return self.folder / "did.json"

    @property
    def roster(self) -> Path:
        return self.folder / "roster.csv"

    def index(self) -> list[dict[str, str]]:
        """Return what cairn issue wrote about each credential."""
        return rows(self.credentials / "index.csv")

    def documents(self) -> list[str]:
        """Return the options that stand for the issuer's web site."""
        supplied = [self.did_document, *sorted(self.status.glob("*.json"))]
        return ["--offline", *(word for path in supplied for word in ("--document", str(path)))]


def main() -> int:
    options = arguments()
    try:
        place = begun(options.dir)
        with tempfile.TemporaryDirectory() as private:
            run(Cairn.with_new_secret(), place, Path(private) / "issuer.key.json", options)
    except Surprise as exc:
        print(f"demo: stopped. {exc}", file=sys.stderr)
        return 1
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--dir", type=Path, default=Path("build/demo"), help="where everything goes (build/demo)"
    )
    parser.add_argument(
        "--no-serve", action="store_true", help="end after the last line; nothing is served yet"
    )
    return parser.parse_args()


def begun(folder: Path) -> Place:
    """Return an empty folder; one with things in it is emptied only if a demo left them."""
    if folder.exists():
        if not folder.is_dir():
            raise Surprise(f"{folder} is not a folder. Name another with --dir.")
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise Surprise(f"{folder} holds files that no demo made. Name another with --dir.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("The next run of the demo empties this folder.\n", "utf-8")
    return Place(folder)


def run(cairn: Cairn, place: Place, key: Path, options: argparse.Namespace) -> None:
    """Take every step in turn, with one line for each."""
    enrolments = len(rows(OULAD / "studentInfo.csv"))
    make_key(cairn, place, key)
    earned = make_roster(cairn, place, enrolments)
    issue(cairn, place, key, earned)
    verified = verify(cairn, place, earned)
    first, *_, last = place.index()
    bake(cairn, place, first)
    revoke(cairn, place, key, revoked=last, standing=first)
    if not options.no_serve:
        say("serve", "nothing: this version has no server, so the demo ends here")
    print(f"demo: enrolments={enrolments} credentials={earned} verified={verified} revoked=1")


def make_key(cairn: Cairn, place: Place, key: Path) -> None:
    cairn("keygen", "--did", DID.removeprefix("did:"), "--out", key)
    shutil.copyfile(key.with_name(f"{key.stem}.did.json"), place.did_document)
    must(read(place.did_document)["id"] == DID, f"The DID document is not about {DID}.")
    say("key", f"{DID}, published in {place.did_document}")


def make_roster(cairn: Cairn, place: Place, enrolments: int) -> int:
    cairn.script(OULAD / "make_roster.py", "--out", place.roster)
    earned = len(rows(place.roster))
    must(0 < earned <= enrolments, f"The roster has {earned} rows for {enrolments} enrolments.")
    say("roster", f"{earned} of {enrolments} enrolments earned it: weighted mark at least 40")
    return earned


def issue(cairn: Cairn, place: Place, key: Path, earned: int) -> None:
    started = time.monotonic()
    cairn(
        *("issue", OULAD / "achievement.yaml", place.roster, "--key", key),
        *("--out", place.credentials, "--status-dir", place.status),
    )
    seconds = time.monotonic() - started
    files = {path.name for path in place.credentials.glob("*.json")}
    must(files == {line["file"] for line in place.index()}, "Files and index.csv disagree.")
    must(len(files) == earned, f"{len(files)} credentials were issued to {earned} learners.")
    write_profile(place)
    say("issue", f"{earned} credentials {rate(earned, seconds)}, in {place.credentials}")


def write_profile(place: Place) -> None:
    """Write the issuer, as it stands in every credential, as a document of its own."""
    credential = read(place.credentials / place.index()[0]["file"])
    profile = {"@context": credential["@context"], **credential["issuer"]}
    must(profile["id"] == DID, f"The credentials name {profile['id']} as their issuer.")
    text = json.dumps(profile, ensure_ascii=False, indent=2)
    (place.folder / "profile.json").write_text(f"{text}\n", "utf-8")


def verify(cairn: Cairn, place: Place, earned: int) -> int:
    """Verify every credential, and return how many are genuine."""
    started = time.monotonic()
    report = json.loads(cairn("verify", place.credentials, *place.documents(), "--json"))
    seconds = time.monotonic() - started
    verdicts = [document["verdict"] for document in report["documents"]]
    genuine = verdicts.count("genuine")
    must(len(verdicts) == genuine == earned, f"{genuine} of {earned} credentials are genuine.")
    say("verify", f"{genuine} of {earned} are genuine {rate(earned, seconds)}")
    return genuine


def bake(cairn: Cairn, place: Place, line: Mapping[str, str]) -> None:
    """Put one credential into both kinds of picture, take it out, and compare every byte."""
    original = place.credentials / line["file"]
    badges = place.folder / "badges"
    badges.mkdir()
    for suffix in ("svg", "png"):
        badge = badges / f"{line['id']}.{suffix}"
        cairn("bake", EXAMPLES / f"badge.{suffix}", original, "--out", badge)
        taken = badges / f"from-{suffix}.json"
        cairn("unbake", badge, "--out", taken)
        must(taken.read_bytes() == original.read_bytes(), f"{badge} holds something else.")
        must(verdict(cairn, place, taken) == "genuine", f"{taken} is not genuine any more.")
        must(verdict(cairn, place, badge) == "genuine", f"{badge} is not genuine.")
        taken.unlink()
    say("bake", f"{line['id']} in SVG and PNG, taken out byte for byte, genuine both times")


def revoke(
    cairn: Cairn,
    place: Place,
    key: Path,
    *,
    revoked: Mapping[str, str],
    standing: Mapping[str, str],
) -> None:
    """Revoke one credential: its verdict changes, and nobody else's."""
    taken_back, other = (place.credentials / line["file"] for line in (revoked, standing))
    before = verdict(cairn, place, taken_back)
    status_list = place.status / revoked["status_list"].rpartition("/")[2]
    cairn("revoke", status_list, revoked["status_index"], "--key", key)
    after = verdict(cairn, place, taken_back, expected=FAILED)
    must((before, after) == ("genuine", "revoked"), f"The verdict went from {before} to {after}.")
    must(verdict(cairn, place, other) == "genuine", f"{other} was not revoked, yet it changed.")
    report = cairn("verify", place.credentials, *place.documents(), "--json", expected=FAILED)
    verdicts = [document["verdict"] for document in json.loads(report)["documents"]]
    must(verdicts.count("revoked") == 1, "More than one credential was revoked.")
    must(verdicts.count("genuine") == len(verdicts) - 1, "Another credential changed.")
    say("revoke", f"{revoked['id']}: {before} before, {after} after; the others stay genuine")


def verdict(cairn: Cairn, place: Place, path: Path, *, expected: int = PASSED) -> str:
    answer = cairn("verify", path, *place.documents(), "--json", expected=expected)
    return str(json.loads(answer)["verdict"])


def shortened(text: str) -> str:
    """Return the first and the last lines, where what went wrong is said."""
    lines = text.splitlines()
    return "\n".join(lines if len(lines) <= 20 else [*lines[:10], "…", *lines[-10:]])


def must(held: bool, otherwise: str) -> None:  # noqa: FBT001
    if not held:
        raise Surprise(otherwise)


def say(step: str, what: str) -> None:
    print(f"{step:<8}{what}", flush=True)


def rate(count: int, seconds: float) -> str:
    return f"in {seconds:.1f} s ({count / max(seconds, 0.001):.0f} a second)"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


if __name__ == "__main__":
    sys.exit(main())
