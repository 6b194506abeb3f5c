"""Issuing with each kind of key and each suite, from the key to the verdict."""

from __future__ import annotations

import json

import pytest

from tests.support.desk import learner

SUITES = [
    ("Ed25519", "eddsa-rdfc-2022"),
    ("Ed25519", "eddsa-jcs-2022"),
    ("P-256", "ecdsa-rdfc-2019"),
    ("P-256", "ecdsa-jcs-2019"),
    ("P-384", "ecdsa-rdfc-2019"),
    ("P-384", "ecdsa-jcs-2019"),
]


def make_key(desk, kind):
    options = ("--did", "web:example.edu", "--kind", kind, "--out", desk / "issuer.key.json")
    assert desk("keygen", *options).exit_code == 0


@pytest.mark.parametrize(("kind", "suite"), SUITES)
def test_a_class_gets_badges_of_each_suite_and_one_is_revoked(desk, kind, suite):
    make_key(desk, kind)
    result = desk.issue([learner(1), learner(2)], "--suite", suite)
    assert result.exit_code == 0, result.stderr
    assert desk.credential("s1")["proof"]["cryptosuite"] == suite
    assert desk.report(desk.badges / "s1.json")["verdict"] == "genuine"
    place = desk.credential("s1")["credentialStatus"]["statusListIndex"]
    revoked = desk("revoke", desk.lists[0], place, "--key", desk / "issuer.key.json")
    assert revoked.exit_code == 0, revoked.stderr
    assert desk.report(desk.badges / "s1.json")["verdict"] == "revoked"
    assert desk.report(desk.badges / "s2.json")["verdict"] == "genuine"


@pytest.mark.parametrize(("kind", "usual"), [SUITES[0], SUITES[2], SUITES[4]])
def test_the_key_decides_where_nobody_chose(desk, kind, usual):
    make_key(desk, kind)
    assert desk.issue([learner(1)]).exit_code == 0
    assert desk.credential("s1")["proof"]["cryptosuite"] == usual
    [listed] = desk.lists
    assert json.loads(listed.read_bytes())["proof"]["cryptosuite"] == usual


@pytest.mark.parametrize(
    ("kind", "suite"), [("Ed25519", "ecdsa-jcs-2019"), ("P-256", "eddsa-rdfc-2022")]
)
def test_a_suite_that_the_key_cannot_sign_is_refused_before_anything_is_written(desk, kind, suite):
    make_key(desk, kind)
    result = desk.issue([learner(1)], "--suite", suite)
    assert result.exit_code == 2
    assert f"{suite} needs another key" in result.stderr
    assert not desk.badges.exists()
