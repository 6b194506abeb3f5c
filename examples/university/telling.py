"""How the demo speaks: one calm line for each step, and one when something went wrong."""

from __future__ import annotations


class Surprise(Exception):
    """Something did not go as it must."""


def must(held: bool, otherwise: str) -> None:  # noqa: FBT001
    if not held:
        raise Surprise(otherwise)


def say(step: str, what: str) -> None:
    print(f"{step:<9}{what}", flush=True)


def rate(count: int, seconds: float) -> str:
    return f"in {seconds:.1f} s ({count / max(seconds, 0.001):,.0f} a second)"
