"""Texts of micro-credentials for tests: complete ones, as a door would send them."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]

SECURITY: Json = {
    "title": "Foundations of security",
    "description": "Finds and mends weak points in a small network.",
    "criteria": {"narrative": "Two tasks, and at least 50 per cent over both."},
    "outcomes": [
        {"key": "o1", "text": "Find weak points in a small network."},
        {"key": "o2", "text": "Explain a weak point to the people who can mend it."},
    ],
    "tasks": [
        {"key": "t1", "title": "Report", "weight": 40, "secure": False, "outcomes": ["o1", "o2"]},
        {"key": "t2", "title": "Live task", "weight": 60, "secure": True, "outcomes": ["o1"]},
    ],
    "award_rule": {"kind": "weighted_mark", "pass": 50, "missing": "zero", "tasks": "all"},
    "assessment": "Practical tasks, marked against a rubric",
    "supervision": "The live task is supervised.",
    "identity_check": "Photo identification at the live task.",
    "hours": 40,
    "workload": [{"title": "Taught", "hours": 12}, {"title": "On one's own", "hours": 28}],
    "level": "AQF level 8",
    "level_comparison": "Outcomes were compared with the AQF criteria for level 8.",
    "mode": "Online",
    "language": "en-AU",
    "quality_assurance": "Approved by the academic board.",
    "image": {"url": "https://harbour.example/badges/security.png", "caption": "A shield"},
    "alignments": [
        {"name": "Secure networks", "url": "https://skills.example/secure-networks", "code": "S-1"}
    ],
    "tags": ["security", "networks"],
    "national_qualification": False,
}


def content(**changes: Any) -> Json:
    """A complete content; ``changes`` replace top-level members, None removes one."""
    data = copy.deepcopy(SECURITY) | copy.deepcopy(changes)
    return {name: value for name, value in data.items() if value is not None}
