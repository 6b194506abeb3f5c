import hashlib
import json
import re
import shutil
from datetime import UTC, datetime

import pytest

from cairn.cli import register
from cairn.cli.lists import ListWriter
from cairn.cli.register import Line
from cairn.vc import keyfile
from cairn.vc.baking import unbake
from cairn.vc.keyfile import Kek
from cairn.vc.model import Credential
from cairn.vc.statuslist import MINIMUM_LENGTH, Bitstring
from tests.support.desk import learner, snapshot
from tests.support.pictures import png

CLASS = [learner(1), learner(2, email=""), learner(3, expires_on="2090-01-31", evidence="")]


def test_each_learner_gets_a_credential_that_verifies(desk):
    result = desk.issue(CLASS)
    assert result.exit_code == 0
    assert "Issued 3 credentials into" in result.stdout
    names = sorted(path.name for path in desk.badges.iterdir())
    assert names == [".cairn", "index.csv", "s1.json", "s2.json", "s3.json", "status"]
    assert [desk.report(desk.badges / f"s{n}.json")["verdict"] for n in (1, 2, 3)] == [
        "genuine"
    ] * 3


def test_the_holder_is_named_and_the_address_is_hashed_with_a_salt_of_its_own(desk):
    desk.issue(CLASS)
    first, second = (Credential(desk.credential(stem)).subject for stem in ("s1", "s2"))
    assert (first.name, second.name) == ("Learner 1", "Learner 2")
    assert first.identifiers[1].identity_type == "emailAddress"
    assert first.identifiers[1].matches("l1@example.org")
    assert not first.identifiers[1].matches("l2@example.org")
    assert second.identifiers[1].identity_type == "identifier"
    assert second.identifiers[1].matches("s2")
    assert first.identifiers[1].salt != second.identifiers[1].salt
    assert "l1@example.org" not in (desk.badges / "s1.json").read_text()


def test_dates_results_and_evidence_come_from_the_row(desk):
    evidence = "https://work.example/1 https://work.example/2"
    row = learner(1, expires_on="2090-01-31", evidence=evidence, result="71")
    desk.issue([row, learner(2, evidence="A bowline in the dark.")])
    credential = Credential(desk.credential("s1"))
    assert credential.valid_from == datetime(2026, 1, 2, tzinfo=UTC)
    assert credential.valid_until == datetime(2090, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert [result.value for result in credential.subject.results] == ["71"]
    assert [item.id for item in credential.evidence] == evidence.split()
    (story,) = Credential(desk.credential("s2")).evidence
    assert story.narrative == "A bowline in the dark."


def test_a_blank_date_is_the_moment_of_signing(desk):
    before = datetime.now(UTC).replace(microsecond=0)
    desk.issue([learner(1, issued_on="")])
    credential = Credential(desk.credential("s1"))
    assert before <= credential.valid_from <= datetime.now(UTC)
    assert desk.credential("s1")["proof"]["created"] == desk.credential("s1")["validFrom"]


def test_the_index_lists_every_file_with_its_hash_and_place(desk):
    desk.issue(CLASS)
    lines = desk.index()
    assert [line["id"] for line in lines] == ["s1", "s2", "s3"]
    (status_list,) = desk.lists
    for line in lines:
        raw = (desk.badges / line["file"]).read_bytes()
        status = json.loads(raw)["credentialStatus"]
        assert line["sha256"] == hashlib.sha256(raw).hexdigest()
        assert line["credential"] == json.loads(raw)["id"]
        assert (line["status_list"], line["status_index"]) == (
            status["statusListCredential"],
            status["statusListIndex"],
        )
        assert line["status_list"] == f"https://example.edu/status/{status_list.name}"
    assert len({line["status_index"] for line in lines}) == 3


def test_the_same_run_twice_changes_nothing(desk):
    desk.issue(CLASS)
    before = snapshot(desk.badges)
    result = desk.issue(CLASS)
    assert result.exit_code == 0
    assert "Nothing to do: all 3 credentials" in result.stdout
    assert snapshot(desk.badges) == before


def test_more_rows_add_only_those(desk):
    desk.issue(CLASS[:2])
    before = snapshot(desk.badges)
    result = desk.issue(CLASS)
    assert "Issued 1 credential into" in result.stdout
    after = snapshot(desk.badges)
    kept = ("s1.json", "s2.json", f"status/{desk.lists[0].name}")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert [line["id"] for line in desk.index()] == ["s1", "s2", "s3"]
    assert len(desk.lists) == 1


def test_fewer_rows_take_nothing_away(desk):
    desk.issue(CLASS)
    before = snapshot(desk.badges)
    result = desk.issue(CLASS[:1])
    assert "2 learners of earlier runs stay as they are." in result.stdout
    assert snapshot(desk.badges) == before


def test_a_row_that_changed_after_issue_is_refused(desk):
    desk.issue(CLASS)
    before = snapshot(desk.badges)
    result = desk.issue([CLASS[0], learner(2, email="", name="Another Name"), CLASS[2], learner(4)])
    assert result.exit_code == 1
    assert "Row 3, id s2: this row changed after its credential was issued." in result.stderr
    assert "revoke the credential and give the row a new id" in result.stderr
    assert snapshot(desk.badges) == before


def test_another_definition_or_key_needs_another_folder(desk):
    desk.issue(CLASS)
    before = snapshot(desk.badges)
    roster = desk.roster(CLASS)
    edited = desk.achievement(desk.achievement().read_text().replace("eight", "nine"))
    result = desk("issue", edited, roster, "--key", desk.key(), "--out", desk.badges)
    assert (result.exit_code, "has been edited since" in result.stderr) == (1, True)
    other = desk.key("other.key.json")
    result = desk("issue", desk.achievement(), roster, "--key", other, "--out", desk.badges)
    assert (result.exit_code, "with another key" in result.stderr) == (1, True)
    assert snapshot(desk.badges) == before


def test_comments_in_the_definition_may_change(desk):
    desk.issue(CLASS)
    noted = desk.achievement("# checked in March\n" + desk.achievement().read_text())
    result = desk("issue", noted, desk / "roster.csv", "--key", desk.key(), "--out", desk.badges)
    assert result.exit_code == 0


def test_a_file_that_was_altered_is_noticed_and_one_that_is_gone_comes_back(desk):
    desk.issue(CLASS)
    path = desk.badges / "s1.json"
    raw = path.read_bytes()
    path.write_bytes(raw + b" ")
    result = desk.issue(CLASS)
    assert result.exit_code == 1
    assert "s1.json is not the credential that was issued to s1." in result.stderr
    path.unlink()
    assert desk.issue(CLASS).exit_code == 0
    assert path.read_bytes() == raw


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (learner(2, name=" "), "Row 3, name: It is empty."),
        (learner(2, id=""), "Row 3, id: "),
        (learner(2, email="ada at home"), "Row 3, email: ada at home is not an e-mail address."),
        (learner(2, issued_on="31/02/2026"), "Row 3, issued_on: 31/02/2026 is not a date."),
        (learner(2, issued_on="2026-02-30"), "Row 3, issued_on: 2026-02-30 is not a date."),
        (learner(2, issued_on="2999-01-01"), "Row 3, issued_on: 2999-01-01 is still to come."),
        (learner(2, expires_on="2025-12-31"), "Row 3, expires_on: 2025-12-31 is before"),
        (learner(2, result="49"), "Row 3, result: 49 is below the pass mark 50"),
        (learner(2, evidence="ftp://old.example/x"), "Row 3, evidence: ftp://old.example/x is not"),
        (learner(2, id="S1"), "Row 3, id: S1 and s1 (row 2) would name the same file."),
        (learner(2, id="s 1"), None),
        (learner(2, id=".."), "Row 3, id: .. cannot name a file."),
        (learner(2, id="CON"), "Row 3, id: CON cannot name a file."),
        (learner(2, id="nul.x"), "Row 3, id: nul.x cannot name a file."),
        (learner(2, id="-rf"), "Row 3, id: -rf begins with - as a formula does."),
        (learner(2, id="名前"), "Row 3, id: 名前 has no letter"),
        (learner(2, name="Ada\u202eevlE"), "Row 3, name: It holds the hidden character U+202E."),
        (learner(2, name="x" * 301), "Row 3, name: It has 301 characters; at most 300 fit."),
    ],
)
def test_a_bad_row_is_named_with_its_cure_and_nothing_is_written(desk, row, words):
    result = desk.issue([learner(1), row])
    if words is None:
        assert result.exit_code == 0
        return
    assert result.exit_code == 1
    assert words in result.stderr
    assert not desk.badges.exists()


def test_every_bad_row_is_named_at_once(desk):
    rows = [learner(1, name=""), learner(2, email="x", issued_on="soon"), learner(3)]
    result = desk.issue(rows)
    whole, *lines = result.stderr.splitlines()
    assert whole == f"{desk / 'roster.csv'} cannot be used as it is:"
    places = [line.partition(":")[0] for line in lines]
    assert places == ["Row 2, name", "Row 3, email", "Row 3, issued_on"]


def test_an_id_twice_is_refused(desk):
    result = desk.issue([learner(1), learner(2), learner(1, name="Again")])
    assert result.exit_code == 1
    assert "Row 4, id" in result.stderr
    assert not desk.badges.exists()


def test_a_path_in_an_id_stays_in_the_folder(desk):
    assert desk.issue([learner(1, id="../../etc/passwd"), learner(2, id="a/b")]).exit_code == 1
    assert desk.issue([learner(2, id="a/b:c")]).exit_code == 0
    assert (desk.badges / "a_b_c.json").exists()


def test_a_roster_in_windows_1252_keeps_its_names(desk):
    row = learner(1, name="Zoë Müller-Łukasz".replace("Ł", "L") + " €")
    assert desk.issue([row], encoding="cp1252").exit_code == 0
    assert Credential(desk.credential("s1")).subject.name == "Zoë Müller-Lukasz €"
    assert desk.index()[0]["name"] == "Zoë Müller-Lukasz €"


def test_a_formula_as_a_name_is_refused(desk):
    rows = [learner(1), learner(2, name='=HYPERLINK("https://bad.example","Ada")')]
    result = desk.issue(rows)
    assert result.exit_code == 1
    assert "Row 3, name: =HYPERLINK(" in result.stderr
    assert not desk.badges.exists()


def test_no_cell_of_the_index_calculates():
    line = Line("-1", "=cmd", "urn:uuid:1", "1.json", "", "", "ab")
    raw = register.dump([line])
    assert b"\r\n'-1,'=cmd,urn:uuid:1," in raw


def test_the_index_is_read_back_as_it_was(tmp_path):
    lines = [
        Line("s1", name, "u", "s1.json", "l", "1", "ab") for name in ("-1", "'t Hooft", 'a"b,')
    ]
    (tmp_path / "index.csv").write_bytes(register.dump(lines))
    assert register.read(tmp_path / "index.csv") == lines


def test_names_in_any_script_are_kept(desk):
    names = ["Ὀδυσσεύς", "名前", "نور", 'O\'Brien "Bo", Jr.', "[red]Red[/red]", "👩‍🚀 Ada"]
    desk.issue(learner(n, name=name) for n, name in enumerate(names, start=1))
    found = [Credential(desk.credential(line["file"][:-5])).subject.name for line in desk.index()]
    assert found == names


def test_a_key_without_a_web_address_gives_credentials_that_cannot_be_revoked(desk):
    desk.key(did="key")
    result = desk.issue(CLASS)
    assert result.exit_code == 0
    assert "these credentials cannot be revoked" in result.stdout
    assert "credentialStatus" not in desk.credential("s1")
    assert not (desk.badges / "status").exists()
    assert desk.index()[0]["status_index"] == ""


def test_a_status_base_makes_them_revocable(desk):
    desk.key(did="key")
    assert desk.issue(CLASS, "--status-base", "https://lists.example/s/").exit_code == 0
    url = desk.credential("s1")["credentialStatus"]["statusListCredential"]
    assert url == f"https://lists.example/s/{desk.lists[0].name}"
    assert desk.report(desk.badges / "s1.json")["verdict"] == "genuine"


@pytest.mark.parametrize("base", ["http://lists.example", "lists.example", "https://x/?a"])
def test_a_status_base_that_is_no_place_is_misuse(desk, base):
    assert desk.issue(CLASS, "--status-base", base).exit_code == 2
    assert not desk.badges.exists()


def test_folders_that_are_published_in_one_place_do_not_share_a_list(desk):
    desk.issue(CLASS)
    files = (desk.achievement(), desk.roster(CLASS))
    desk("issue", *files, "--key", desk.key(), "--out", desk / "second")
    (first,), (second,) = desk.lists, sorted((desk / "second/status").glob("*.json"))
    assert first.name != second.name


def test_batches_that_share_a_folder_of_lists_never_share_a_place(desk):
    files = (desk.achievement(), desk.roster(CLASS))
    for name in ("one", "two"):
        options = ("--out", desk / name, "--status-dir", desk / "lists")
        assert desk("issue", *files, "--key", desk.key(), *options).exit_code == 0
    places = [
        json.loads(path.read_bytes())["credentialStatus"]["id"]
        for path in desk.folder.glob("*/s*.json")
    ]
    assert (len(places), len(set(places))) == (6, 6)
    assert len(list((desk / "lists").glob("*.json"))) == 1


@pytest.mark.parametrize("change", ["key", "base"])
def test_a_folder_of_lists_has_one_owner_and_one_address(desk, change):
    desk.issue(CLASS)
    files = (desk.achievement(), desk.roster(CLASS))
    key = desk.key("other.key.json") if change == "key" else desk.key()
    base = "https://example.edu/status" if change == "key" else "https://elsewhere.example"
    options = ("--status-dir", desk.badges / "status", "--status-base", base, "--key", key)
    result = desk("issue", *files, "--out", desk / "second", *options)
    assert result.exit_code == 1
    assert "--status-dir" in result.stderr
    assert not (desk / "second/.cairn/plan.json").exists()


def test_a_full_list_is_followed_by_another(desk):
    desk.issue(CLASS[:1])
    ledger = desk.badges / "status/.cairn/lists.json"
    found = json.loads(ledger.read_bytes())
    taken = Bitstring.decode(found["taken"][0])
    free = [place for place in range(MINIMUM_LENGTH) if not taken.get(place)]
    taken.set_many(free[:-1], True)
    ledger.write_text(json.dumps(found | {"taken": [taken.encode()]}))
    assert desk.issue(CLASS).exit_code == 0
    assert len(desk.lists) == 2
    last = desk.credential("s2")["credentialStatus"]
    assert last["statusListIndex"] == str(free[-1])
    assert re.search(
        r"-2\.json$", desk.credential("s3")["credentialStatus"]["statusListCredential"]
    )
    assert desk.report(desk.badges / "s3.json")["verdict"] == "genuine"


@pytest.mark.parametrize("whole", [True, False])
def test_a_list_that_is_gone_is_not_made_again_without_its_revocations(desk, whole):
    desk.issue(CLASS)
    if whole:
        shutil.rmtree(desk.badges / "status")
    else:
        desk.lists[0].unlink()
    before = snapshot(desk.badges)
    result = desk.issue([*CLASS, learner(4)])
    assert result.exit_code == 1
    assert "a new list would forget who was revoked" in result.stderr
    after = snapshot(desk.badges)
    assert {name: after[name] for name in before} == before


def test_with_bake_each_badge_carries_its_credential(desk):
    (desk / "badge.png").write_bytes(png())
    assert desk.issue(CLASS, "--bake", desk / "badge.png").exit_code == 0
    baked = unbake((desk.badges / "s1.png").read_bytes())
    assert baked.text.encode() == (desk.badges / "s1.json").read_bytes()
    before = snapshot(desk.badges)
    desk.issue(CLASS, "--bake", desk / "badge.png")
    assert snapshot(desk.badges) == before


def test_pictures_may_be_asked_for_later(desk):
    desk.issue(CLASS)
    (desk / "badge.png").write_bytes(png())
    result = desk.issue(CLASS, "--bake", desk / "badge.png")
    assert "Issued 3" not in result.stdout or len(list(desk.badges.glob("*.png"))) == 3
    assert len(list(desk.badges.glob("*.png"))) == 3


def test_a_picture_that_is_none_stops_everything(desk):
    (desk / "badge.png").write_bytes(b"\xff\xd8\xff\xe0 jpeg")
    result = desk.issue(CLASS, "--bake", desk / "badge.png")
    assert result.exit_code == 1
    assert not desk.badges.exists()


def test_a_definition_with_problems_is_refused(desk):
    (desk / "a.yaml").write_text("name: Knots\n")
    roster = desk.roster(CLASS)
    result = desk("issue", desk / "a.yaml", roster, "--key", desk.key(), "--out", desk.badges)
    assert result.exit_code == 1
    assert "issuer" in result.stderr
    assert not desk.badges.exists()


def test_a_list_that_ran_out_must_be_renewed_first(desk):
    desk.issue(CLASS)
    kek = Kek.from_text((desk / "config/cairn/kek").read_text())
    writer = ListWriter(*keyfile.unlock(desk.key().read_bytes(), secret=kek))
    url = desk.index()[0]["status_list"]
    desk.lists[0].write_bytes(writer.fresh(url, at=datetime(2020, 1, 1, tzinfo=UTC)))
    result = desk.issue([*CLASS, learner(4)])
    assert result.exit_code == 1
    assert "Renew it with: cairn revoke" in result.stderr
    assert desk("revoke", desk.lists[0], "--key", desk.key()).exit_code == 0
    assert desk.issue([*CLASS, learner(4)]).exit_code == 0


def test_a_passphrase_opens_the_key(desk):
    key = desk / "issuer.key.json"
    env = {"CAIRN_KEY_PASSPHRASE": "open sesame"}
    desk("keygen", "--did", "web:example.edu", "--out", key, env=env)
    files = (desk.achievement(), desk.roster(CLASS))
    wrong = desk("issue", *files, "--key", key, "--out", desk.badges, stdin=b"no\n")
    assert (wrong.exit_code, desk.badges.exists()) == (1, False)
    assert desk("issue", *files, "--key", key, "--out", desk.badges, env=env).exit_code == 0


def test_a_key_without_its_secret_says_which_one(desk):
    key = desk.key()
    (desk / "config/cairn/kek").unlink()
    result = desk.issue(CLASS)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{key} opens with the key-encryption key with fingerprint ")
    assert "CAIRN_KEK" in result.stderr
