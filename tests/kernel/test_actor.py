"""Who may do what: roles on the tree, delegations with dates, clients, system processes."""

from datetime import date, timedelta

import pytest

from cairn.kernel import clock, services
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied
from cairn.kernel.models import Membership
from cairn.kernel.permissions import (
    PERMISSIONS,
    ROLES,
    SYSTEMS,
    Role,
    UnknownPermission,
    UnknownSystem,
    no,
    yes,
)
from cairn.kernel.tenancy import within
from tests.support.kernel import console, holder, person, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(north):
    by = console(north)
    science = services.add_org_unit(root(north), name="Science", kind="faculty", by=by)
    physics = services.add_org_unit(science, name="Physics", kind="school", by=by)
    arts = services.add_org_unit(root(north), name="Arts", kind="faculty", by=by)
    return {"root": root(north), "science": science, "physics": physics, "arts": arts}


def held(actor, permission, tree, **options):
    return [name for name, unit in tree.items() if actor.holds(permission, at=unit, **options)]


def test_a_role_holds_at_its_unit_and_below(north, tree):
    ada = holder(north, Role.REVIEWER, at=tree["science"])
    assert held(ada, "quality.decide", tree) == ["science", "physics"]
    assert held(ada, "design.write", tree) == []
    assert ada.holds("quality.decide", at=tree["physics"].pk)
    assert not ada.holds("quality.decide")


def test_no_comes_with_a_reason(north, tree):
    ada = Actor.of(person(north))
    assert ada.holds("quality.decide", at=tree["arts"]).reason == (
        "You may not do this here: decide a review. It comes with the role reviewer."
    )


def test_a_unit_whose_key_starts_alike_is_not_below(north, tree):
    """Keys are compared as numbers: 1 is not above 11."""
    by = console(north)
    units = [
        services.add_org_unit(tree["root"], name=f"U{number}", kind="school", by=by)
        for number in range(12)
    ]
    for unit in units:
        ada = holder(north, Role.REVIEWER, at=unit)
        assert [one.pk for one in units if ada.holds("quality.decide", at=one)] == [unit.pk]


def test_the_first_and_the_last_day_count(north, tree):
    ada = person(north)
    first, last = date(2026, 3, 1), date(2026, 6, 30)
    services.give_role(
        ada, role="author", at=tree["root"], since=first, until=last, by=console(north)
    )
    actor, day = Actor.of(ada), timedelta(days=1)
    days = [first - day, first, last, last + day]
    assert [bool(actor.holds("design.write", on=on)) for on in days] == [False, True, True, False]


def test_a_role_that_ended_is_held_no_more(north, tree):
    ada = holder(north, Role.AUTHOR)
    with within(north):
        membership = Membership.objects.get(person_id=ada.person_id)
    yesterday = clock.today(north) - timedelta(days=1)
    services.end_role(membership, on=yesterday, by=console(north))
    assert not ada.holds("design.write")
    assert ada.holds("design.write", on=yesterday)
    with pytest.raises(services.WrongDates):
        services.end_role(membership, on=date(2019, 1, 1), by=console(north))


def lend(north, giver, receiver, at, *, permission="quality.decide", by=None, **options):
    with within(north):
        rows = {
            actor.id: services.Person.objects.get(pk=actor.person_id) for actor in (giver, receiver)
        }
    dates = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)} | options
    return services.delegate(
        rows[giver.id],
        receiver=rows[receiver.id],
        permission=permission,
        at=at,
        by=by or giver,
        **dates,
    )


def test_a_delegation_lends_one_permission_for_a_time(north, tree):
    ada, bob = holder(north, Role.REVIEWER, at=tree["science"]), Actor.of(person(north))
    lend(north, ada, bob, tree["science"])
    during, after = date(2026, 3, 31), date(2026, 4, 1)
    assert held(bob, "quality.decide", tree, on=during) == ["science", "physics"]
    assert held(bob, "quality.decide", tree, on=after) == []
    assert ada.holds("quality.decide", at=tree["science"], on=during)


def test_what_the_giver_loses_the_receiver_loses(north, tree):
    ada, bob = holder(north, Role.REVIEWER), Actor.of(person(north))
    lend(north, ada, bob, tree["arts"])
    during = date(2026, 3, 10)
    assert bob.holds("quality.decide", at=tree["arts"], on=during)
    with within(north):
        role = Membership.objects.get(person_id=ada.person_id)
    services.end_role(role, on=date(2026, 3, 5), by=console(north))
    assert not bob.holds("quality.decide", at=tree["arts"], on=during)


def test_what_is_lent_cannot_be_lent_on(north, tree):
    ada, bob, eve = holder(north, Role.REVIEWER), Actor.of(person(north)), Actor.of(person(north))
    lend(north, ada, bob, tree["arts"], since=clock.today(north), until=clock.today(north))
    with pytest.raises(Denied) as denied:
        lend(north, bob, eve, tree["arts"])
    assert str(denied.value) == "Only who holds “quality.decide” by a role can lend it."


def test_nobody_lends_what_is_anothers(north, tree):
    ada, bob = holder(north, Role.REVIEWER), Actor.of(person(north))
    with pytest.raises(Denied, match="only what you hold yourself"):
        lend(north, ada, bob, tree["arts"], by=bob)
    lent = lend(north, ada, bob, tree["arts"], by=holder(north, Role.ADMINISTRATOR))
    services.end_delegation(lent, on=date(2026, 3, 9), by=ada)
    assert not bob.holds("quality.decide", at=tree["arts"], on=date(2026, 3, 10))


def test_a_unit_of_another_institution_brings_nothing(north, south, tree):
    admin = holder(south, Role.ADMINISTRATOR)
    assert admin.holds("kernel.administer")
    assert not admin.holds("kernel.administer", at=tree["root"])
    assert not admin.holds("kernel.administer", at=tree["root"].pk)


def test_an_erased_person_holds_nothing(north):
    ada = holder(north, Role.AUTHOR)
    with within(north):
        services.Person.objects.filter(pk=ada.person_id).update(erased_on=date(2026, 1, 1))
    assert not ada.holds("design.write")


def test_a_client_holds_what_it_was_given_until_it_is_revoked(north):
    client, secret = services.create_client(
        north, name="Moodle", permissions=["assessment.mark"], by=console(north)
    )
    actor = Actor.client(client)
    assert actor.holds("assessment.mark")
    assert not actor.holds("assessment.confer")
    assert services.secret_fits(client, secret)
    assert not services.secret_fits(client, secret + "x")
    services.revoke_client(client, by=console(north))
    assert not actor.holds("assessment.mark")
    assert not services.secret_fits(client, secret)


def test_a_client_is_given_only_permissions_that_exist(north):
    with pytest.raises(services.UnknownPermissions) as refused:
        services.create_client(north, name="X", permissions=["a.b", "c.d"], by=console(north))
    assert str(refused.value) == "There are no such permissions: a.b, c.d."


def test_a_system_process_holds_what_its_table_says(north):
    issuer = Actor.system("issue-credentials", institution=north)
    assert issuer.holds("issuing.issue")
    assert not issuer.holds("assessment.confer")
    with pytest.raises(UnknownSystem, match="make-coffee"):
        Actor.system("make-coffee", institution=north)


def test_a_permission_that_nobody_knows_is_a_bug(north):
    for actor in (console(north), Actor.of(person(north))):
        with pytest.raises(UnknownPermission):
            actor.holds("coffee.make")


def test_must_raises_with_the_reason_of_the_policy(north):
    by = console(north)
    by.must(lambda actor, fact: yes(), 1)
    with pytest.raises(Denied) as denied:
        by.must(lambda actor, fact: no(f"Not for {fact}."), 1)
    assert (denied.value.reason, denied.value.code) == ("Not for 1.", "denied")


def test_an_account_acts_as_its_person(north):
    ada = person(north)
    account = services.create_account(ada, login=" Ada@Example.EDU ", by=console(north))
    assert account.login == "ada@example.edu"
    assert not account.has_usable_password()
    assert Actor.of(account) == Actor.of(ada)
    with pytest.raises(services.LoginTaken):
        services.create_account(person(north), login="ada@example.edu", by=console(north))


def test_tables_of_permissions_name_only_those_that_have_a_meaning():
    assert {*ROLES} == {*Role}
    assert frozenset().union(*ROLES.values(), *SYSTEMS.values()) <= {*PERMISSIONS}


def test_asking_takes_the_same_few_queries_whatever_the_tree(
    north, tree, django_assert_max_num_queries
):
    ada = holder(north, Role.REVIEWER, at=tree["science"])
    for _ in range(5):
        lend(north, ada, Actor.of(person(north)), tree["science"])
    for unit in tree.values():
        with django_assert_max_num_queries(3):
            ada.holds("quality.decide", at=unit)
