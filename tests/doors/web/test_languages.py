"""The second language: what the verifier says is marked for translators, and said in German."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from django.utils import translation

from cairn.web.public import verdicts
from cairn.web.verifier_texts import SENTENCES


def test_every_sentence_of_the_verifier_is_marked_for_translators() -> None:
    place = files("cairn.web") / "static" / "cairn" / "verifier" / "sentences.json"
    assert list(SENTENCES) == json.loads(place.read_text("utf-8"))


def test_the_verifier_speaks_german_where_the_reader_does() -> None:
    said = "Genuine and current: Harbour University made this statement and stands by it."
    with translation.override("de"):
        assert verdicts.say(said) == (
            "Echt und gültig: Harbour University hat diese Aussage gemacht und steht dazu."
        )
        assert verdicts.say("It has no end date.") == "Er hat kein Enddatum."
    with translation.override("en"):
        assert verdicts.say(said) == said
        assert verdicts.words() == {}


def test_german_sentences_of_the_verifier_keep_their_holes() -> None:
    with translation.override("de"):
        words = verdicts.words()
    assert len(words) > 100
    for sentence, german in words.items():
        assert sorted(re.findall(r"\{\w+\}", german)) == sorted(re.findall(r"\{\w+\}", sentence))
