"""Badges of three sizes, and as many recipients of each as are asked for."""

from __future__ import annotations

import copy
import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

SAMPLE: Final[Json] = json.loads((Path(__file__).parent / "sample.json").read_bytes())
LIST_URL: Final[str] = SAMPLE["credentialStatus"]["statusListCredential"]
GRADES: Final = ("Pass", "Credit", "Distinction")


def small() -> Json:
    """About 1.5 KB: no alignments, no evidence, no results."""
    made = copy.deepcopy(SAMPLE)
    subject = made["credentialSubject"]
    achievement = subject["achievement"]
    del made["evidence"], subject["result"], achievement["resultDescription"]
    del achievement["alignment"], achievement["tag"], achievement["humanCode"]
    return made


def large() -> Json:
    """About 12 KB: more of everything that a badge may list."""
    made = copy.deepcopy(SAMPLE)
    subject = made["credentialSubject"]
    achievement = subject["achievement"]
    achievement["alignment"] = [
        {
            **one,
            "targetName": f"{one['targetName']} {turn}",
            "targetUrl": f"{one['targetUrl']}/{turn}",
        }
        for turn in range(4)
        for one in achievement["alignment"]
    ]
    achievement["alignment"] += [
        {
            **achievement["alignment"][0],
            "targetName": f"Skill {turn}",
            "targetUrl": f"urn:skill:{turn}",
        }
        for turn in range(9)
    ]
    described = achievement["resultDescription"][0]
    names = [f"urn:uuid:0f1f0c8a-3f0d-4b2c-a5a0-{number:012}" for number in range(4)]
    achievement["resultDescription"] = [
        {**described, "id": name, "name": f"Part {name[-1]}"} for name in names
    ]
    subject["result"] = [
        {**subject["result"][0], "resultDescription": name, "achievedLevel": f"{name}-level"}
        for name in names
    ]
    made["evidence"] = [
        {
            **made["evidence"][0],
            "id": f"{made['evidence'][0]['id']}{number}",
            "name": f"Report {number}",
        }
        for number in range(3)
    ]
    return made


SIZES: Final = {"1.5 KB": small(), "3.7 KB": SAMPLE, "12 KB": large()}


def weight(document: Json) -> int:
    """Bytes of the unsigned document, as it is written."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())


def recipients(document: Json, *, seed: int = 1) -> Iterator[Json]:
    """Yield the same badge for one person after another, without end."""
    chance = random.Random(seed)
    while True:
        yield recipient(document, chance)


def recipient(document: Json, chance: random.Random) -> Json:
    """Make the badge of one person: name, dates, identity, evidence, results and place on the list."""
    made = copy.deepcopy(document)
    made["id"] = f"urn:uuid:{uuid.UUID(int=chance.getrandbits(128))}"
    day = f"{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}"
    made["validFrom"] = f"2025-{day}T09:00:00Z"
    made["awardedDate"] = f"2025-{day}T00:00:00Z"
    identity = made["credentialSubject"]["identifier"][0]
    identity["identityHash"] = f"sha256${chance.randbytes(32).hex()}"
    identity["salt"] = chance.randbytes(5).hex()
    for one in made.get("evidence", ()):
        one["id"] = f"https://harbour.example/evidence/{chance.randbytes(4).hex()}"
        one["description"] = f"Commuting time in {chance.randrange(2, 90)} districts."
    for one in made["credentialSubject"].get("result", ()):
        one["value"] = chance.choice(GRADES)
    if "credentialStatus" in made:
        place = str(chance.randrange(1, 131_072, 2))
        made["credentialStatus"] |= {"id": f"{LIST_URL}#{place}", "statusListIndex": place}
    return made


def without_status(document: Json) -> Json:
    """The badge without its place on a list."""
    return {name: value for name, value in document.items() if name != "credentialStatus"}
