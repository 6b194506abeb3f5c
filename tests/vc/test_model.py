import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import jsonld
from cairn.vc.datamodel import datamodel_problems
from cairn.vc.document import dump, parse
from cairn.vc.model import (
    ACHIEVEMENT_TYPES,
    IDENTIFIER_TYPES,
    RESULT_STATUSES,
    RESULT_TYPES,
    TARGET_TYPES,
    Achievement,
    Address,
    Alignment,
    Credential,
    Criteria,
    EndorsementCredential,
    Evidence,
    Facts,
    IdentifierEntry,
    IdentityObject,
    Image,
    Profile,
    Related,
    Result,
    ResultDescription,
    RubricCriterionLevel,
    Subject,
    Task,
    compose_credential,
    criteria_narrative,
)
from cairn.vc.schema import problems

VECTORS = Path(__file__).parents[1] / "vectors"
START = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
)
addresses = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9]{1,8}", fullmatch=True)
moments = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001
    max_value=datetime(2400, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
numbers = st.integers(0, 10_000) | st.decimals(0, 100, places=2).map(float)
extensions = st.from_regex(r"ext:[A-Za-z0-9._][A-Za-z0-9._-]{0,8}", fullmatch=True)


def maybe(strategy):
    return st.none() | strategy


def few(strategy):
    return st.lists(strategy, max_size=2).map(tuple)


def built(view, **fields):
    """Pairs of a built view and the values it was built from."""
    return st.fixed_dictionaries(fields).map(lambda values: (view.build(**values), values))


def views(view, **fields):
    return built(view, **fields).map(lambda pair: pair[0])


IMAGE = {"id": addresses, "caption": maybe(words)}
ALIGNMENT = {
    "target_name": words,
    "target_url": addresses,
    "target_type": maybe(st.sampled_from(TARGET_TYPES) | extensions),
    "target_framework": maybe(words),
    "target_code": maybe(words),
    "target_description": maybe(words),
}
alignments = few(views(Alignment, **ALIGNMENT))
ENTRY = {"identifier": words, "identifier_type": st.sampled_from(IDENTIFIER_TYPES) | extensions}
ADDRESS = {
    name: maybe(words)
    for name in ("country", "country_code", "region", "locality", "street", "postal_code")
}
PROFILE = {
    "id": addresses,
    "name": words,
    "url": maybe(addresses),
    "email": maybe(words),
    "phone": maybe(words),
    "description": maybe(words),
    "official": maybe(words),
    "image": maybe(views(Image, **IMAGE)),
    "address": maybe(views(Address, **ADDRESS)),
    "other_identifiers": few(views(IdentifierEntry, **ENTRY)),
}
profiles = views(Profile, **PROFILE, parent_org=maybe(views(Profile, id=addresses, name=words)))
LEVEL = {
    "id": addresses,
    "name": words,
    "level": maybe(words),
    "points": maybe(words),
    "description": maybe(words),
    "alignments": alignments,
}
SCALE = {
    "id": addresses,
    "name": words,
    "result_type": st.sampled_from(RESULT_TYPES) | extensions,
    "required_value": maybe(words),
    "required_level": maybe(addresses),
    "value_min": maybe(words),
    "value_max": maybe(words),
    "allowed_values": few(words),
    "levels": few(views(RubricCriterionLevel, **LEVEL)),
    "alignments": alignments,
}
RESULT = {
    "result_description": maybe(addresses),
    "value": maybe(words),
    "status": maybe(st.sampled_from(RESULT_STATUSES)),
    "achieved_level": maybe(addresses),
    "alignments": alignments,
}
EVIDENCE = {
    "id": maybe(addresses),
    **{name: maybe(words) for name in ("name", "narrative", "description", "genre", "audience")},
}
languages = st.sampled_from(["en", "de-AT", "zh-Hant-TW", "es-419"])
RELATED = {"id": addresses, "in_language": maybe(languages), "version": maybe(words)}
ACHIEVEMENT = {
    "id": addresses,
    "name": words,
    "description": words,
    "criteria": views(Criteria, narrative=words, id=maybe(addresses)),
    "achievement_type": maybe(st.sampled_from(ACHIEVEMENT_TYPES) | extensions),
    "alignments": alignments,
    "creator": maybe(views(Profile, id=addresses, name=words)),
    "credits_available": maybe(numbers),
    "field_of_study": maybe(words),
    "human_code": maybe(words),
    "image": maybe(views(Image, **IMAGE)),
    "in_language": maybe(languages),
    "other_identifiers": few(views(IdentifierEntry, **ENTRY)),
    "related": few(views(Related, **RELATED)),
    "result_descriptions": few(views(ResultDescription, **SCALE)),
    "specialization": maybe(words),
    "tags": few(words),
    "version": maybe(words),
}
identities = st.builds(IdentityObject.hashed_email, words, salt=words) | st.builds(
    IdentityObject.plain, words, kind=st.sampled_from(IDENTIFIER_TYPES)
)
CREDENTIAL = {
    "id": addresses,
    "issuer": profiles,
    "achievement": views(Achievement, **ACHIEVEMENT),
    "name": words,
    "valid_from": moments,
    "subject_id": addresses,
    "identifiers": few(identities),
    "awarded": maybe(moments),
    "evidence": few(views(Evidence, **EVIDENCE)),
    "results": few(views(Result, **RESULT)),
    "credits_earned": maybe(numbers),
    "image": maybe(views(Image, **IMAGE)),
    "description": maybe(words),
}


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        (Image, IMAGE),
        (Alignment, ALIGNMENT),
        (IdentifierEntry, ENTRY),
        (Address, ADDRESS),
        (Profile, PROFILE),
        (RubricCriterionLevel, LEVEL),
        (ResultDescription, SCALE),
        (Result, RESULT),
        (Evidence, EVIDENCE),
        (Related, RELATED),
        (Achievement, ACHIEVEMENT),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_built_reads_back_as_it_was_given(view, fields):
    @settings(max_examples=25, deadline=None)
    @given(built(view, **fields))
    def reads_back(pair):
        made, values = pair
        again = view(parse(dump(made.raw)))
        assert {name: getattr(again, name) for name in values} == values

    reads_back()


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(CREDENTIAL))
def test_every_composed_credential_conforms_and_loses_nothing(values):
    document = compose_credential(**values)
    assert problems(document) == []
    assert datamodel_problems(document) == []
    jsonld.to_rdf(document)  # raises DataLoss for a term that no context defines


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries(CREDENTIAL))
def test_a_composed_credential_reads_back_as_it_was_given(values):
    credential = Credential(parse(dump(compose_credential(**values))))
    subject = credential.subject
    assert subject is not None
    found = {
        "id": credential.id,
        "issuer": credential.issuer,
        "achievement": credential.achievement,
        "name": credential.name,
        "valid_from": credential.valid_from,
        "subject_id": subject.id,
        "identifiers": subject.identifiers,
        "awarded": credential.awarded,
        "evidence": credential.evidence,
        "results": subject.results,
        "credits_earned": subject.credits_earned,
        "image": credential.image,
        "description": credential.description,
    }
    assert found == values


@pytest.fixture
def achievement():
    return Achievement.build(
        id="https://example.edu/a",
        name="Teamwork",
        description="Works with others.",
        criteria=Criteria.build(narrative="Do it together."),
    )


@pytest.fixture
def issuer():
    return Profile.build(id="did:web:example.edu", name="Example University")


def test_the_smallest_credential_is_exactly_this(achievement, issuer):
    assert compose_credential(
        id="urn:uuid:1",
        issuer=issuer,
        achievement=achievement,
        name="Teamwork",
        valid_from=START,
        valid_until=datetime(2029, 11, 2, 9, 30, tzinfo=UTC),
        subject_id="did:example:ada",
        status={"id": "https://example.edu/s#7", "type": "BitstringStatusListEntry"},
    ) == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Teamwork",
        "issuer": {
            "id": "did:web:example.edu",
            "type": ["Profile"],
            "name": "Example University",
        },
        "validFrom": "2026-11-02T09:30:00Z",
        "validUntil": "2029-11-02T09:30:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://example.edu/a",
                "type": ["Achievement"],
                "name": "Teamwork",
                "description": "Works with others.",
                "criteria": {"narrative": "Do it together."},
                "achievementType": "MicroCredential",
            },
        },
        "credentialStatus": {"id": "https://example.edu/s#7", "type": "BitstringStatusListEntry"},
    }


def test_a_credential_says_whose_it_is(achievement, issuer):
    with pytest.raises(ValueError, match="needs an id or an identifier"):
        compose_credential(
            id="urn:uuid:1", issuer=issuer, achievement=achievement, name="x", valid_from=START
        )


def test_a_credential_does_not_end_before_it_begins(achievement, issuer):
    with pytest.raises(ValueError, match="cannot end before it begins"):
        compose_credential(
            id="urn:uuid:1",
            issuer=issuer,
            achievement=achievement,
            name="x",
            subject_id="urn:ada",
            valid_from=START,
            valid_until=datetime(2026, 11, 1, tzinfo=UTC),
        )


@pytest.mark.parametrize(
    ("build", "what"),
    [
        (
            lambda: Alignment.build(target_name="a", target_url="b", target_type="ESCO:Skill"),
            "target",
        ),
        (lambda: ResultDescription.build(id="a", name="b", result_type="Marks"), "result type"),
        (lambda: Result.build(status="Passed"), "result status"),
        (lambda: IdentifierEntry.build(identifier="a", identifier_type="ext:"), "identifier type"),
        (lambda: IdentityObject.plain("Ada", kind="email"), "identifier type"),
        (Criteria.build, "narrative"),
    ],
)
def test_builders_keep_to_the_closed_lists(build, what):
    with pytest.raises(ValueError, match=what):
        build()


def test_a_micro_credential_of_an_unknown_type_is_refused(achievement):
    with pytest.raises(ValueError, match="Workshop is not a known achievement type"):
        Achievement.build(
            id="urn:a",
            name="a",
            description="b",
            criteria=Criteria.build(narrative="c"),
            achievement_type="Workshop",
        )


def test_a_view_is_a_window_that_keeps_what_it_does_not_know():
    raw = {"id": "urn:a", "type": "Image", "colour": "blue"}
    image = Image(raw)
    assert image.raw is raw
    assert (image.id, image.caption) == ("urn:a", None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        image.raw = {}


def test_one_value_or_many_read_alike():
    one = {"targetName": "a", "targetUrl": "https://a.example"}
    assert Achievement({"alignment": one}).alignments == (Alignment(one),)
    assert Achievement({"alignment": [one]}).alignments == (Alignment(one),)
    assert Achievement({"tag": "a"}).tags == ("a",)
    assert Credential({"type": "VerifiableCredential"}).types == ("VerifiableCredential",)
    assert Credential({"credentialSubject": [{"id": "urn:a"}]}).subject == Subject({"id": "urn:a"})


def test_text_may_be_a_language_object():
    name = [{"@value": "Travail", "@language": "fr"}, {"@value": "Work", "@language": "en"}]
    assert Achievement({"name": name}).name == "Travail"
    assert Achievement({"name": name[1]}).name == "Work"


def test_an_id_stands_for_the_object_it_names():
    assert Credential({"issuer": "did:web:example.edu"}).issuer == Profile(
        {"id": "did:web:example.edu"}
    )


@pytest.mark.parametrize("nonsense", [5, True, [], {}, [[]], None, "soon"])
def test_what_cannot_be_read_as_its_type_is_absent(nonsense):
    credential = Credential({"validFrom": nonsense, "credentialStatus": nonsense})
    assert credential.valid_from is None
    assert Subject({"creditsEarned": nonsense}).credits_earned in (None, 5)
    assert IdentityObject({"hashed": nonsense}).hashed is (nonsense is True)
    assert Achievement({"resultDescription": nonsense, "criteria": nonsense}).tags == ()
    assert EndorsementCredential({"credentialSubject": nonsense}).subject in (
        None,
        EndorsementCredential({"credentialSubject": nonsense}).subject,
    )


def test_the_older_data_model_reads_through_the_same_window():
    badge = Credential(json.loads((VECTORS / "1edtech-ob30/simple_v1.json").read_text("utf-8")))
    assert badge.valid_from == datetime(2010, 1, 1, tzinfo=UTC)
    assert badge.valid_until is None
    assert badge.issuer is not None
    assert badge.issuer.name == "Example Corp"


def test_every_part_of_a_full_badge_is_readable():
    badge = Credential(json.loads((VECTORS / "1edtech-ob30/complete.json").read_text("utf-8")))
    assert badge.statuses[0]["type"] == "1EdTechRevocationList"
    assert badge.achievement is not None
    assert badge.achievement.achievement_type == "Degree"
    assert badge.achievement.credits_available == 36
    creator = badge.achievement.creator
    assert creator is not None
    assert creator.address is not None
    assert creator.address.geo is not None
    assert (creator.address.country_code, creator.address.geo.latitude) == ("US", 1)
    assert creator.parent_org is not None
    assert creator.parent_org.name == "Universal Universities"
    scale = badge.achievement.result_descriptions[1]
    assert [level.name for level in scale.levels][:1] == ["Mastery"]
    assert badge.subject is not None
    assert badge.subject.role == "Major Domo"
    assert badge.subject.activity_end == datetime(2010, 1, 2, tzinfo=UTC)


def test_an_endorsement_reads_as_what_others_signed():
    raw = json.loads((VECTORS / "1edtech-ob30/endorsement-valid.json").read_text("utf-8"))
    endorsement = EndorsementCredential(raw)
    assert endorsement.subject is not None
    assert endorsement.subject.comment == raw["credentialSubject"]["endorsementComment"]
    assert Credential({"endorsement": raw}).endorsements == (endorsement,)


def test_a_hashed_address_is_the_hash_of_address_and_salt():
    identity = IdentityObject.hashed_email("ada@example.edu", salt="not-used")
    digest = hashlib.sha256(b"ada@example.edunot-used").hexdigest()
    assert identity.raw == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": "not-used",
    }


def test_a_hashed_address_is_recognised_and_no_other():
    identity = IdentityObject.hashed_email("zoë@example.edu", salt="5f3a")
    assert identity.matches("zoë@example.edu")
    assert identity.matches("Zoë@Example.edu")
    assert not identity.matches("zoe@example.edu")
    assert not identity.matches(str(identity.identity_hash))


def test_identities_of_others_are_recognised():
    md5 = hashlib.md5(b"ada@example.edu", usedforsecurity=False).hexdigest()
    stated = {"hashed": True, "identityType": "emailAddress", "identityHash": f"md5${md5.upper()}"}
    assert IdentityObject(stated).matches("ada@example.edu")
    assert not IdentityObject(stated | {"identityHash": "sha3$00"}).matches("ada@example.edu")
    assert not IdentityObject({"hashed": True}).matches("")


def test_a_name_in_the_open_is_the_name_of_the_holder(achievement):
    name = IdentityObject.plain("Ada Lovelace", kind="name")
    hashed = IdentityObject.hashed_email("ada@example.edu", salt="s")
    assert name.matches("Ada Lovelace")
    assert not name.matches("ada lovelace")
    assert Subject.build(achievement=achievement, identifiers=[hashed, name]).name == "Ada Lovelace"
    assert Subject.build(achievement=achievement, identifiers=[hashed]).name is None


def test_the_narrative_keeps_every_fact_in_one_order():
    facts = Facts(
        outcomes=("Sort alerts.", "Explain\n  them."),
        assessment="Practical",
        tasks=(Task("Report", weight=40, secure=False), Task("Exercise", 60.5, True, "50")),
        supervision="On campus",
        identity_check="Photo",
        hours=12_345.25,
        level="not levelled",
        mode="Online",
        quality_assurance="Board",
        prerequisites="None",
        credit=6,
        credit_rule="Once",
        stacking="One of four",
        recognition="Guild",
        language="en",
        cost="AUD 5",
        valid_for="3 years",
        review_date="2028-02-01",
    )
    assert criteria_narrative("Pass both.\n", facts).splitlines() == [
        "Pass both.",
        "",
        "**Outcomes**",
        "",
        "1. Sort alerts.",
        "2. Explain them.",
        "",
        "**Assessment**",
        "",
        "- Type: Practical",
        "- Task: Report (weight 40 %, not secure)",
        "- Task: Exercise (weight 60.5 %, secure, pass mark 50)",
        "- Supervision: On campus",
        "- Identity check: Photo",
        "",
        "**Facts**",
        "",
        "- Hours of learning: 12345.25",
        "- Level: not levelled",
        "- Mode: Online",
        "- Quality assurance: Board",
        "- Prerequisites: None",
        "- Credit points: 6",
        "- Credit rule: Once",
        "- Stacking: One of four",
        "- Recognition: Guild",
        "- Language: en",
        "- Cost: AUD 5",
        "- Valid for: 3 years",
        "- Review date: 2028-02-01",
        "",
        "This micro-credential is not a national qualification.",
    ]


def test_what_is_not_known_is_not_said():
    assert criteria_narrative("Pass.", Facts(national_qualification=True)) == "Pass."


@given(st.fixed_dictionaries(dict.fromkeys(("level", "mode", "cost", "recognition"), words)))
def test_no_fact_can_look_like_another(values):
    lines = criteria_narrative("Pass.", Facts(**values)).splitlines()
    assert [line.partition(":")[0] for line in lines if line.startswith("- ")] == [
        "- Level",
        "- Mode",
        "- Recognition",
        "- Cost",
    ]
