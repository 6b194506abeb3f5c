from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cairn.design import selectors, services
from cairn.design.errors import (
    ApprovalEnded,
    ApprovalStands,
    ContentNotReady,
    ContentUnreadable,
    DraftChanged,
    NeverSubmitted,
    NothingToRevise,
    NotWritable,
    ProposalUnderWay,
    SlugNotFit,
    SlugTaken,
    VersionSuperseded,
)
from cairn.design.models import Achievement, Authorship, ContentPolicy, Frozen, Proposal, Version
from cairn.design.problem import Severity
from cairn.design.states import PROPOSAL, ProposalState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.machine import BadMove
from cairn.kernel.permissions import Role
from tests.support import contents
from tests.support.campus import Campus

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def state_of(campus):
    """Everything that a refused action must leave alone."""
    with campus.here():
        rows = [
            list(model.objects.order_by("pk").values())
            for model in (Achievement, Proposal, Authorship, Version, ContentPolicy)
        ]
    return rows, campus.ledger()


def refused(campus, error, action, *args, **options):
    before = state_of(campus)
    with pytest.raises(error) as caught:
        action(*args, **options)
    assert state_of(campus) == before
    return caught.value


def test_an_idea_becomes_a_draft_becomes_a_version_becomes_approved(campus):
    proposal = services.propose(campus.school, slug="security", title="Security", by=campus.author)
    assert (proposal.state, proposal.content, proposal.revision) == (
        "idea",
        {"title": "Security", "national_qualification": False},
        0,
    )
    services.save_draft(proposal, content=contents.content(), by=campus.author)
    assert (proposal.state, proposal.content, proposal.revision) == (
        "draft",
        contents.content(),
        1,
    )
    version = services.freeze(proposal, by=campus.author)
    assert (version.number, version.content, version.digest) == (
        1,
        contents.content(),
        "4b72183c9743437ee25f858b6acc80a7761d6aae2049ba0e90f4454c8e724831",
    )
    assert proposal.state == "in_review"
    with clock.frozen(NOON):
        services.mark_approved(version, until=NOON.date(), by=campus.reviewer)
    proposal.refresh_from_db()
    assert (proposal.state, version.approved_on, version.approved_until) == (
        "approved",
        NOON.date(),
        NOON.date(),
    )
    assert campus.ledger(proposal, version, version.achievement) == [
        "proposal.made",
        "proposal.drafted",
        "version.frozen",
        "proposal.submitted",
        "proposal.approved",
        "achievement.approved",
    ]
    assert Achievement.objects.for_actor(campus.author).get().title == "Foundations of security"


def test_facts_carry_ids_and_never_a_text(campus):
    from cairn.kernel.models import LedgerEntry

    version = campus.approved_version()
    with campus.here():
        entry = LedgerEntry.objects.get(fact="version.frozen")
        told = repr(list(LedgerEntry.objects.values_list("data", flat=True)))
    assert entry.data == {
        "achievement": version.achievement.public_id,
        "proposal": version.proposal.public_id,
        "number": 1,
        "digest": version.digest,
    }
    assert "Foundations" not in told
    assert "Grace" not in told


def test_a_short_name_is_taken_once(campus):
    campus.proposal("security")
    wanted = {"title": "Other", "by": campus.author}
    refused(campus, SlugTaken, services.propose, campus.school, slug="security", **wanted)


@pytest.mark.parametrize(
    "slug", ["", "Security", "a b", "-a", "a--b", "a/b", "a\0", "a\n", "é", "a" * 64]
)
def test_a_short_name_must_fit_an_address(campus, slug):
    refused(
        campus, SlugNotFit, services.propose, campus.school, slug=slug, title="A", by=campus.author
    )


def test_two_universities_may_use_the_same_short_name(campus, elsewhere):
    assert campus.proposal("security").achievement.slug == "security"
    assert elsewhere.proposal("security").achievement.slug == "security"


@pytest.mark.parametrize("title", ["a\0b", "a\u202eb", "a" * 1_000_000])
def test_a_hostile_title_is_refused(campus, title):
    error = refused(
        campus,
        ContentUnreadable,
        services.propose,
        campus.school,
        slug="a",
        title=title,
        by=campus.author,
    )
    assert error.code == "content.unreadable"
    assert [problem.pointer for problem in error.problems] == ["/title"]


def test_an_idea_needs_a_title(campus):
    error = refused(
        campus,
        ContentNotReady,
        services.propose,
        campus.school,
        slug="a",
        title=" ",
        by=campus.author,
    )
    assert [problem.code for problem in error.problems] == ["title.missing"]


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("description", "a\0b", "content.control_character"),
        ("description", "\u2067abc", "content.reordering_character"),
        ("description", "a" * 1_000_000, "content.too_long"),
        ("outcomes", [{"text": "a"}] * 101, "content.too_many"),
        ("hours", float("nan"), "content.number"),
        ("unknown", 1, "content.field"),
    ],
)
def test_a_hostile_draft_is_refused_and_nothing_changes(campus, member, value, code):
    proposal = campus.proposal()
    error = refused(
        campus,
        ContentUnreadable,
        services.save_draft,
        proposal,
        content=contents.content() | {member: value},
        by=campus.author,
    )
    assert [(p.pointer, p.code, p.severity) for p in error.problems] == [
        (f"/{member}", code, Severity.ERROR)
    ]
    assert len(str(error)) < 1_000


def test_saving_the_same_draft_twice_changes_nothing_twice(campus):
    proposal = campus.proposal()
    before = state_of(campus)
    services.save_draft(proposal, content=contents.content(), by=campus.author)
    assert state_of(campus) == before


def test_nobody_overwrites_what_they_have_not_seen(campus):
    proposal = campus.proposal()
    mine = contents.content(title="Mine")
    services.save_draft(proposal, content=mine, seen=1, by=campus.author)
    theirs = {"content": contents.content(title="Theirs"), "by": campus.author}
    refused(campus, DraftChanged, services.save_draft, proposal, seen=1, **theirs)
    services.save_draft(proposal, seen=2, **theirs)
    assert (proposal.content["title"], proposal.revision) == ("Theirs", 3)


def test_keys_stay_with_their_part_through_drafts_and_versions(campus):
    proposal = campus.proposal()
    data = contents.content()
    del data["outcomes"][1]  # o2 is gone, and t1 no longer shows it
    data["tasks"][0]["outcomes"] = ["o1"]
    data["outcomes"] += [{"text": "Report a weak point."}]
    services.save_draft(proposal, content=data, by=campus.author)
    assert [outcome["key"] for outcome in proposal.content["outcomes"]] == ["o1", "o3"]


def test_a_key_of_an_approved_version_never_means_something_else(campus):
    achievement = campus.achievement()
    proposal = services.revise(achievement, by=campus.author)
    data = contents.content(outcomes=[{"key": "o1", "text": "Find weak points."}])
    data["tasks"][0]["outcomes"] = ["o1"]
    services.save_draft(proposal, content=data, by=campus.author)
    data["outcomes"] += [{"text": "Report a weak point."}]
    services.save_draft(proposal, content=data, by=campus.author)
    assert [outcome["key"] for outcome in proposal.content["outcomes"]] == ["o1", "o3"]


def test_freezing_twice_changes_nothing_twice(campus):
    proposal = campus.proposal()
    version = services.freeze(proposal, by=campus.author)
    before = state_of(campus)
    assert services.freeze(proposal, by=campus.author) == version
    assert state_of(campus) == before


def test_what_stands_in_the_way_is_told_with_its_place(campus):
    proposal = campus.proposal(hours=None, workload=None, level=None)
    error = refused(campus, ContentNotReady, services.freeze, proposal, by=campus.author)
    assert [(p.pointer, p.code) for p in error.problems] == [
        ("/hours", "hours.missing"),
        ("/level", "level.missing"),
    ]


def test_the_policy_of_the_institution_decides_about_secure_tasks(campus):
    proposal = campus.proposal(
        tasks=[{"title": "Report", "weight": 100, "secure": False, "outcomes": ["o1", "o2"]}]
    )
    services.set_content_policy(
        campus.institution,
        secure_task_required=True,
        hours_required=False,
        by=campus.administrator,
    )
    error = refused(campus, ContentNotReady, services.freeze, proposal, by=campus.author)
    assert [problem.code for problem in error.problems] == ["tasks.not_secure"]
    asked = {"secure_task_required": False, "hours_required": True}
    services.set_content_policy(campus.institution, **asked, by=campus.administrator)
    before = state_of(campus)
    services.set_content_policy(campus.institution, **asked, by=campus.administrator)
    assert state_of(campus) == before
    assert services.freeze(proposal, by=campus.author).number == 1


def test_an_idea_cannot_be_frozen(campus):
    proposal = services.propose(campus.school, slug="a", title="A", by=campus.author)
    refused(campus, BadMove, services.freeze, proposal, by=campus.author)


def test_a_text_under_review_and_a_text_at_its_end_stand(campus):
    proposal = campus.proposal()
    version = services.freeze(proposal, by=campus.author)
    other = {"content": contents.content(title="Other"), "by": campus.author}
    error = refused(campus, NotWritable, services.save_draft, proposal, **other)
    assert "in_review" in str(error)
    services.mark_approved(version, until=None, by=campus.reviewer)
    refused(campus, NotWritable, services.save_draft, proposal, **other)
    refused(campus, BadMove, services.withdraw, proposal, by=campus.author)
    refused(campus, BadMove, services.freeze, proposal, by=campus.author)
    refused(campus, BadMove, services.reopen, proposal, by=campus.reviewer)


def test_a_draft_given_back_leads_to_the_next_version_and_the_first_one_stands(campus):
    proposal = campus.proposal()
    first = services.freeze(proposal, by=campus.author)
    services.reopen(proposal, by=campus.reviewer)
    before = state_of(campus)
    services.reopen(proposal, by=campus.reviewer)
    assert state_of(campus) == before
    services.save_draft(proposal, content=contents.content(title="Better"), by=campus.author)
    second = services.freeze(proposal, by=campus.author)
    first.refresh_from_db()
    assert [(v.number, v.text.title) for v in (first, second)] == [
        (1, "Foundations of security"),
        (2, "Better"),
    ]
    refused(
        campus, VersionSuperseded, services.mark_approved, first, until=None, by=campus.reviewer
    )


def test_an_unchanged_draft_keeps_its_version(campus):
    proposal = campus.proposal()
    first = services.freeze(proposal, by=campus.author)
    services.reopen(proposal, by=campus.reviewer)
    assert services.freeze(proposal, by=campus.author) == first
    assert campus.ledger(first) == ["version.frozen"]


def test_what_was_never_handed_in_cannot_be_given_back(campus):
    proposal = services.propose(campus.school, slug="a", title="A", by=campus.author)
    refused(campus, NeverSubmitted, services.reopen, proposal, by=campus.reviewer)


def test_an_approval_is_given_once_and_ends_no_earlier_than_it_begins(campus):
    version = services.freeze(campus.proposal(), by=campus.author)
    with clock.frozen(NOON):
        day = NOON.date()
        early = day - timedelta(days=1)
        refused(
            campus, ApprovalEnded, services.mark_approved, version, until=early, by=campus.reviewer
        )
        services.mark_approved(version, until=day, by=campus.reviewer)
        before = state_of(campus)
        services.mark_approved(version, until=day, by=campus.reviewer)
        assert state_of(campus) == before
        refused(
            campus, ApprovalStands, services.mark_approved, version, until=None, by=campus.reviewer
        )


def test_the_day_of_an_approval_is_that_of_the_university(campus):
    far = Campus("antipodes", time_zone="Pacific/Auckland")
    with clock.frozen(NOON):
        assert far.approved_version().approved_on == NOON.date() + timedelta(days=1)
        assert campus.approved_version().approved_on == NOON.date()


def test_a_revision_begins_with_the_approved_text_and_keeps_history(campus):
    achievement = campus.achievement()
    proposal = services.revise(achievement, by=campus.author)
    assert (proposal.state, proposal.content) == ("draft", contents.content())
    refused(campus, ProposalUnderWay, services.revise, achievement, by=campus.author)
    version = services.freeze(proposal, by=campus.author)
    assert version.number == 2
    with campus.here():
        today = clock.today(campus.institution)
        assert selectors.approved_version(achievement, on=today).number == 1
        services.mark_approved(version, until=None, by=campus.reviewer)
        assert selectors.approved_version(achievement, on=today).number == 2


def test_what_was_never_approved_cannot_be_revised(campus):
    proposal = campus.proposal()
    services.withdraw(proposal, by=campus.author)
    refused(campus, NothingToRevise, services.revise, proposal.achievement, by=campus.author)


def test_giving_up_twice_is_giving_up_once(campus):
    proposal = campus.proposal()
    services.withdraw(proposal, by=campus.author)
    before = state_of(campus)
    services.withdraw(proposal, by=campus.author)
    assert state_of(campus) == before
    assert campus.ledger(proposal)[-1] == "proposal.withdrawn"


def test_whoever_wrote_does_not_approve_whatever_their_roles(campus):
    both = campus.staff("ada both", Role.AUTHOR, Role.REVIEWER)
    proposal = services.propose(campus.school, slug="mine", title="Mine", by=both)
    services.save_draft(proposal, content=contents.content(), by=both)
    version = services.freeze(proposal, by=both)
    error = refused(campus, Denied, services.mark_approved, version, until=None, by=both)
    assert error.reason == "You wrote this proposal, so someone else decides."
    refused(campus, Denied, services.reopen, proposal, by=both)


def test_a_second_writer_becomes_an_author_too(campus):
    both = campus.staff("ada both", Role.AUTHOR, Role.REVIEWER)
    proposal = campus.proposal()
    services.save_draft(proposal, content=contents.content(title="Ours"), by=both)
    version = services.freeze(proposal, by=campus.author)
    refused(campus, Denied, services.mark_approved, version, until=None, by=both)


def test_each_verb_asks_for_its_permission_at_the_org_unit(campus):
    business = campus.unit("Business", under=campus.root)
    stranger = campus.staff("eve stranger", Role.AUTHOR, Role.REVIEWER, at=business)
    proposal = campus.proposal()
    idea = {"slug": "other", "title": "Other"}
    refused(campus, Denied, services.propose, campus.school, **idea, by=stranger)
    refused(campus, Denied, services.propose, campus.school, **idea, by=campus.reviewer)
    refused(campus, Denied, services.propose, campus.school, **idea, by=campus.console)
    changed = {"content": contents.content(title="Other")}
    refused(campus, Denied, services.save_draft, proposal, **changed, by=stranger)
    refused(campus, Denied, services.save_draft, proposal, **changed, by=campus.console)
    refused(campus, Denied, services.withdraw, proposal, by=stranger)
    refused(campus, Denied, services.freeze, proposal, by=stranger)
    version = services.freeze(proposal, by=campus.author)
    for who in (stranger, campus.author, campus.registrar, campus.console):
        refused(campus, Denied, services.mark_approved, version, until=None, by=who)
        refused(campus, Denied, services.reopen, proposal, by=who)
    asked = {"secure_task_required": True, "hours_required": True}
    refused(
        campus, Denied, services.set_content_policy, campus.institution, **asked, by=campus.author
    )


def test_for_an_actor_of_another_university_there_is_nothing_here(campus, elsewhere):
    proposal = campus.proposal()
    version = services.freeze(proposal, by=campus.author)
    stranger = elsewhere.staff("mallory", Role.AUTHOR, Role.REVIEWER, Role.ADMINISTRATOR)
    for action, noun, more in (
        (services.propose, campus.school, {"slug": "x", "title": "X"}),
        (services.revise, version.achievement, {}),
        (services.save_draft, proposal, {"content": {}}),
        (services.freeze, proposal, {}),
        (services.reopen, proposal, {}),
        (services.mark_approved, version, {"until": None}),
        (services.withdraw, proposal, {}),
        (
            services.set_content_policy,
            campus.institution,
            {"secure_task_required": True, "hours_required": True},
        ),
    ):
        refused(campus, NotFound, action, noun, **more, by=stranger)


def test_a_version_is_never_altered_by_code(campus):
    version = services.freeze(campus.proposal(), by=campus.author)
    before = state_of(campus)
    version.content = {"title": "Forged"}
    with campus.here():
        for action in (
            version.save,
            lambda: version.save(update_fields=["content"]),
            lambda: version.save(update_fields=["approved_on", "digest"]),
            version.delete,
            Version.objects.all().delete,
        ):
            with pytest.raises(Frozen):
                action()
    assert state_of(campus) == before


@pytest.mark.parametrize("column", ["content", "digest", "number", "frozen_at", "achievement_id"])
def test_a_version_is_never_altered_in_the_database(campus, column):
    version = services.freeze(campus.proposal(), by=campus.author)
    other = campus.proposal("other").achievement
    forged = {
        "content": {"title": "Forged"},
        "digest": "0" * 64,
        "number": 9,
        "frozen_at": NOON,
        "achievement_id": other.pk,
    }
    before = state_of(campus)
    with pytest.raises(DatabaseError), transaction.atomic(), campus.here():
        Version.objects.filter(pk=version.pk).update(**{column: forged[column]})
    assert state_of(campus) == before


def test_an_approval_is_never_altered_in_the_database(campus):
    version = campus.approved_version()
    before = state_of(campus)
    for forged in ({"approved_on": None}, {"approved_until": NOON.date() + timedelta(days=9_999)}):
        with pytest.raises(DatabaseError), transaction.atomic(), campus.here():
            Version.objects.filter(pk=version.pk).update(**forged)
    assert state_of(campus) == before


def test_a_version_is_never_removed_from_the_database(campus):
    version = campus.approved_version()
    with pytest.raises(DatabaseError), transaction.atomic(), campus.here():
        Version.objects.filter(pk=version.pk)._raw_delete("default")
    version.refresh_from_db()


def test_what_was_frozen_is_what_its_digest_says(campus):
    from cairn.design import content

    version = campus.approved_version(hours=12.5, workload=None)
    version.refresh_from_db()
    assert content.digest(version.content) == version.digest
    assert content.digest(content.write(version.text)) == version.digest


def test_the_ledger_alone_tells_the_state_of_every_proposal(campus):
    from cairn.kernel.facts import REGISTERED
    from cairn.kernel.models import LedgerEntry

    campus.approved_version("one")
    campus.proposal("two")
    services.withdraw(campus.proposal("three"), by=campus.author)
    services.reopen(campus.submitted("four").version.proposal, by=campus.reviewer)
    services.propose(campus.school, slug="five", title="Five", by=campus.author)
    with campus.here():
        told = {}
        for entry in LedgerEntry.objects.order_by("number"):
            if entry.subject.startswith("prp_"):
                told[entry.subject] = REGISTERED[entry.fact].to
        kept = dict(Proposal.objects.values_list("public_id", "state"))
    assert told == kept
    assert sorted(kept.values()) == ["approved", "draft", "draft", "idea", "withdrawn"]


def test_every_state_is_reached_and_the_final_ones_are_known():
    reached = set().union(*PROPOSAL.table.values())
    assert reached == set(ProposalState) - {ProposalState.IDEA}
    assert [state.value for state in ProposalState if PROPOSAL.is_final(state)] == [
        "approved",
        "withdrawn",
    ]


def test_an_erased_author_no_longer_writes(campus):
    from cairn.kernel.personal import erase_person

    proposal = campus.proposal()
    erase_person(campus.person("grace author"), by=campus.administrator)
    gone = Actor.of(campus.person("grace author"))
    refused(campus, Denied, services.withdraw, proposal, by=gone)
