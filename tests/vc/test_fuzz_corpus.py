"""What guided fuzzing found to reach something new is read again: answered, or refused in words."""

from __future__ import annotations

import time

import pytest

from tests.fuzz.parsers import PARSERS, kept

SLOW = 1.0  # seconds of CPU time


@pytest.mark.parametrize("name", PARSERS)
def test_every_input_of_the_corpus_is_answered_or_refused(name: str) -> None:
    inputs = [raw for _, raw in kept(name)]
    assert inputs, "Write the corpus: make fuzz-guided ARGS=--keep"
    for raw in [*inputs, *PARSERS[name].seeds()]:
        before = time.process_time()
        PARSERS[name].turn(raw)
        assert time.process_time() - before < SLOW, raw[:80]
