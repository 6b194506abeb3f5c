"""The second language: what the verifier says is marked for translators, and said in German."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from django.utils import translation

from cairn.vc.report import Check, Report, State, Verdict
from cairn.web.public import server_texts, verdicts
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


def test_what_can_come_true_while_a_page_is_open_is_something_the_verifier_says() -> None:
    assert set(SENTENCES) >= verdicts.LATER


def test_a_page_carries_the_german_of_what_its_server_said_and_of_what_may_come() -> None:
    said = "It is valid only from 3 November 2027."
    report = Report(
        Verdict.NOT_YET_VALID,
        "Not valid yet: Harbour University made this statement for a later time.",
        (Check("dates", State.FAILED, said),),
    )
    with translation.override("de"):
        words = verdicts.expected(report)
        assert words["It is valid only from {date}."] == "Er gilt erst ab {date}."
    assert "Not valid yet: {issuer} made this statement for a later time." in words
    assert words["The issuer has revoked this credential."]
    assert "This is not well-formed SVG. Export the picture again." not in words
    assert len(words) < 30


def test_what_only_the_server_says_is_translated_there_and_not_sent_to_browsers() -> None:
    with translation.override("de"):
        said = verdicts.say("harbour.example publishes it today, letter for letter.")
        assert said == "harbour.example veröffentlicht ihn heute, Buchstabe für Buchstabe."
        assert not set(server_texts.SENTENCES) & set(verdicts.words())
