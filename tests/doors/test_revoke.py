import json

import pytest

from tests.support.desk import learner, snapshot

CLASS = [learner(1), learner(2), learner(3)]


@pytest.fixture
def issued(desk):
    assert desk.issue(CLASS).exit_code == 0
    return desk


def place(desk, id):
    return next(line["status_index"] for line in desk.index() if line["id"] == id)


def verdicts(desk):
    return [desk.report(desk.badges / f"s{n}.json")["verdict"] for n in (1, 2, 3)]


def test_a_revoked_credential_says_so_and_no_other_does(issued):
    result = issued("revoke", issued.lists[0], place(issued, "s2"), "--key", issued.key())
    assert result.exit_code == 0
    assert f"Revoked place {place(issued, 's2')} (s2, Learner 2).\n" in result.stdout
    assert "https://example.edu/status/" in result.stdout
    assert verdicts(issued) == ["genuine", "revoked", "genuine"]
    assert issued("verify", issued.badges, *issued.documents).exit_code == 1


@pytest.mark.parametrize("arguments", [["--id", "s2"], ["s2"]])
def test_a_learner_may_be_named_by_id(issued, arguments):
    assert issued("revoke", issued.lists[0], *arguments, "--key", issued.key()).exit_code == 0
    assert verdicts(issued) == ["genuine", "revoked", "genuine"]


def test_revoking_twice_changes_nothing(issued):
    issued("revoke", issued.lists[0], "s2", "--key", issued.key())
    before = snapshot(issued.badges)
    result = issued("revoke", issued.lists[0], "s2", "--key", issued.key())
    assert result.exit_code == 0
    assert "is revoked already." in result.stdout
    assert snapshot(issued.badges) == before


def test_a_mistake_can_be_undone(issued):
    issued("revoke", issued.lists[0], "s1", "s2", "--key", issued.key())
    result = issued("revoke", issued.lists[0], "s1", "--undo", "--key", issued.key())
    assert "A revocation is meant to be final." in result.stdout
    assert verdicts(issued) == ["genuine", "revoked", "genuine"]


def test_without_a_place_the_list_is_renewed(issued):
    path = issued.lists[0]
    before = json.loads(path.read_bytes())
    before_until = before["validUntil"]
    older = dict(before)
    result = issued("revoke", path, "--key", issued.key())
    after = json.loads(path.read_bytes())
    assert result.exit_code == 0
    assert "nobody was revoked" in result.stdout
    assert after["validUntil"] >= before_until
    assert after["credentialSubject"] == older["credentialSubject"]
    assert verdicts(issued) == ["genuine"] * 3


def test_a_later_batch_keeps_what_was_revoked(issued):
    issued("revoke", issued.lists[0], "s2", "--key", issued.key())
    assert issued.issue([*CLASS, learner(4)]).exit_code == 0
    assert verdicts(issued) == ["genuine", "revoked", "genuine"]
    assert issued.report(issued.badges / "s4.json")["verdict"] == "genuine"


def test_a_number_that_is_a_learner_and_no_place_is_asked_about(desk):
    desk.issue([learner(1, id="424242"), learner(2, id="7")])
    for number in ("424242", "7"):
        if number in {line["status_index"] for line in desk.index()}:
            continue
        before = snapshot(desk.badges / "status")
        result = desk("revoke", desk.lists[0], number, "--key", desk.key())
        assert result.exit_code == 1
        assert f"Write --id {number} if that is who you mean." in result.stderr
        assert snapshot(desk.badges / "status") == before
    assert desk("revoke", desk.lists[0], "--id", "424242", "--key", desk.key()).exit_code == 0
    assert desk.report(desk.badges / "424242.json")["verdict"] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["131072"], "Place 131072 is outside the status list, which has 131072 places."),
        (["--id", "s9"], "There is no learner s9 in"),
        (["s1", "999999"], "Place 999999 is outside"),
    ],
)
def test_a_place_that_is_not_there_changes_nothing(issued, arguments, words):
    before = snapshot(issued.badges)
    result = issued("revoke", issued.lists[0], *arguments, "--key", issued.key())
    assert result.exit_code == 1
    assert words in result.stderr
    assert snapshot(issued.badges) == before


def test_another_key_cannot_revoke(issued):
    before = snapshot(issued.badges)
    other = issued.key("other.key.json")
    result = issued("revoke", issued.lists[0], "s1", "--key", other)
    assert result.exit_code == 1
    assert "was not signed by this key" in result.stderr
    assert snapshot(issued.badges) == before


def test_a_list_that_was_altered_is_not_signed_again(issued):
    path = issued.lists[0]
    path.write_bytes(path.read_bytes().replace(b'"ttl":300000', b'"ttl":300001'))
    before = path.read_bytes()
    result = issued("revoke", path, "s1", "--key", issued.key())
    assert result.exit_code == 1
    assert "Altered" in result.stderr
    assert path.read_bytes() == before


def test_a_credential_is_no_list(issued):
    result = issued("revoke", issued.badges / "s1.json", "1", "--key", issued.key())
    assert result.exit_code == 1
    assert "no status list" in result.stderr
    assert not (issued.badges / "s1.json").with_suffix(".part").exists()
