import copy
import json
from pathlib import Path

import pytest

from cairn.vc.schema import MAX_PROBLEMS, Problem, problems

SAMPLES = Path(__file__).parents[1] / "vectors" / "1edtech-ob30"
SPEC = Path(__file__).parents[1] / "vectors" / "ob30-spec"


def sample(name):
    return json.loads((SAMPLES / name).read_text("utf-8"))


@pytest.fixture
def badge():
    return sample("simple.json")


def found(document):
    return {problem.pointer: problem.message for problem in problems(document)}


@pytest.mark.parametrize("path", sorted(SPEC.glob("*.json")), ids=lambda path: path.stem)
def test_examples_of_the_specification_have_no_problems(path):
    assert problems(json.loads(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "name",
    [
        "simple.json",
        "simple_v1.json",
        "complete.json",
        "endorsement-valid.json",
        "simple-context-alias.json",
        "simple-context-version.json",
        "simple-did-key-method.json",
        "simple-did-web-method.json",
        "simple-multiple-proofs.json",
        "credential-status-revoked.json",
    ],
)
def test_samples_of_the_official_validator_have_no_problems(name):
    assert problems(sample(name)) == []


@pytest.mark.parametrize(
    ("name", "pointer", "message"),
    [
        ("credential-subject-type", "/credentialSubject/type", "must contain AchievementSubject."),
        (
            "credential-subject-achievement-result-description-type",
            "/credentialSubject/achievement/resultDescription/2/type",
            "must contain ResultDescription.",
        ),
        (
            "credential-subject-identifier-type",
            "/credentialSubject/identifier/0/type",
            "must be IdentityObject.",
        ),
        (
            "credential-subject-profile-type",
            "/credentialSubject/source/type",
            "must contain Profile.",
        ),
        (
            "credential-subject-result-type",
            "/credentialSubject/result/1/type",
            "must contain Result.",
        ),
        ("evidence-type", "/evidence/1/type", "must contain Evidence."),
        ("issuer-type", "/issuer/type", "must contain Profile."),
        ("issuer-parentorg-type", "/issuer/parentOrg/type", "must contain Profile."),
        (
            "issuer-otheridentifier-type",
            "/issuer/otherIdentifier/1/type",
            "must be IdentifierEntry.",
        ),
    ],
)
def test_each_wrong_type_of_the_official_validator_is_the_one_problem(name, pointer, message):
    assert problems(sample(f"simple-err-{name}.json")) == [Problem(pointer, message)]


def test_what_is_missing_is_named_where_it_should_stand(badge):
    del badge["issuer"]
    del badge["credentialSubject"]["achievement"]["criteria"]
    assert found(badge) == {
        "/issuer": "is missing.",
        "/credentialSubject/achievement/criteria": "is missing.",
    }


def test_wrong_kinds_of_value_are_told_in_words(badge):
    badge["name"] = 5
    achievement = badge["credentialSubject"]["achievement"]
    achievement["criteria"] = "Do the work."
    achievement["creditsAvailable"] = "six"
    achievement["image"] = "https://example.com/badge.png"
    assert found(badge) == {
        "/name": "must be text.",
        "/credentialSubject/achievement/criteria": "must be an object.",
        "/credentialSubject/achievement/creditsAvailable": "must be a number.",
        "/credentialSubject/achievement/image": "must be an object.",
    }


def test_a_language_object_is_not_text_to_the_published_schema(badge):
    badge["name"] = {"@value": "Teamwork", "@language": "en"}
    assert found(badge) == {"/name": "must be text."}


def test_the_problem_inside_a_list_is_found_behind_the_alternatives(badge):
    badge["credentialSubject"]["achievement"]["alignment"] = [
        {"type": ["Alignment"], "targetName": "a", "targetUrl": "https://a.example"},
        {"type": ["Alignment"], "targetName": "b", "targetType": "ESCO:Skill"},
    ]
    start = "/credentialSubject/achievement/alignment/1"
    assert found(badge) == {
        f"{start}/targetUrl": "is missing.",
        f"{start}/targetType": "must be one of ceasn:Competency, ceterms:Credential, CFItem, "
        "CFRubric, CFRubricCriterion, CFRubricCriterionLevel, CTDL. A kind of your own starts "
        "with ext:, such as ext:Workshop.",
    }


def test_a_name_that_has_no_place_is_named(badge):
    badge["credentialSubject"]["achievement"]["image"] = {
        "id": "https://example.com/b.png",
        "type": "Image",
        "alt/text": "a badge",
    }
    assert found(badge) == {"/credentialSubject/achievement/image/alt~1text": "has no place here."}


def test_contexts_out_of_order_are_told_each(badge):
    badge["@context"] = badge["@context"][::-1]
    assert found(badge) == {
        "/@context/0": "must be https://www.w3.org/ns/credentials/v2.",
        "/@context/1": "must be the address of an Open Badges 3.0 context, such as "
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json.",
    }


def test_a_language_tag_is_explained(badge):
    badge["credentialSubject"]["achievement"]["inLanguage"] = "English"
    assert found(badge) == {
        "/credentialSubject/achievement/inLanguage": "must be a language tag such as en or en-AU."
    }


def test_a_subject_that_nobody_can_be_matched_with_is_a_problem(badge):
    del badge["credentialSubject"]["id"]
    assert found(badge) == {
        "/credentialSubject": "must have an id or an identifier, to say whose it is."
    }


def test_criteria_that_say_nothing_are_a_problem(badge):
    badge["credentialSubject"]["achievement"]["criteria"] = {}
    assert found(badge) == {
        "/credentialSubject/achievement/criteria": "must have a narrative, an id, or both."
    }


def test_an_endorsement_is_asked_its_own_schema():
    endorsement = sample("endorsement-valid.json")
    del endorsement["name"]
    endorsement["credentialSubject"]["type"] = "EndorsementTarget"
    assert found(endorsement) == {
        "/name": "is missing.",
        "/credentialSubject/type": "must contain EndorsementSubject.",
    }


def test_a_badge_of_the_older_data_model_is_asked_the_older_schema():
    badge = sample("simple_v1.json")
    del badge["issuanceDate"]
    assert found(badge) == {"/issuanceDate": "is missing."}


def test_other_credentials_have_no_schema():
    assert problems({"type": ["VerifiableCredential", "BitstringStatusListCredential"]}) == []
    assert problems({"type": {"no": "type"}}) == []


def test_at_most_twenty_problems_are_listed(badge):
    badge["evidence"] = [{"type": 5}] * 200
    listed = problems(badge)
    assert len(listed) == MAX_PROBLEMS
    assert listed[0] == Problem("/evidence/0/type", "must be text.")


def test_a_document_too_large_to_explain_is_still_refused(badge):
    badge["evidence"] = [{"type": 5}] * 100_000
    assert problems(badge)[0] == Problem(
        "", "does not fit the Open Badges schema, and is too large to say where."
    )


def test_asking_changes_nothing(badge):
    before = copy.deepcopy(badge)
    problems(badge)
    assert badge == before


def test_a_problem_reads_as_a_sentence():
    assert str(Problem("/issuer", "is missing.")) == "/issuer is missing."
    assert str(Problem("", "is too large.")) == "The document is too large."
