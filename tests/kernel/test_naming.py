"""How an institution names itself anew, and how somebody signs in with another address."""

import pytest

from cairn.kernel import services
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied
from cairn.kernel.models import Account, LedgerEntry, OrgUnit
from cairn.kernel.tenancy import within

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(north):
    return Actor.system("command-line", institution=north)


def person(institution, by, name):
    return services.add_person(
        institution, full_name=name, address=f"{name.lower()}@{institution.slug}.example", by=by
    )


def facts(institution):
    with within(institution):
        return list(LedgerEntry.objects.order_by("number").values_list("fact", flat=True))


def test_an_institution_and_the_root_of_its_tree_are_renamed(north, by):
    services.change_institution(
        north, name=" Far  North ", country="no", time_zone="Europe/Oslo", by=by
    )
    north.refresh_from_db()
    assert (north.name, north.country, north.time_zone) == ("Far North", "NO", "Europe/Oslo")
    with within(north):
        assert OrgUnit.objects.get(parent=None).name == "Far North"
    assert facts(north)[-1] == "institution.changed"


@pytest.mark.parametrize(
    "changed",
    [{"name": " "}, {"country": "NOR"}, {"country": "Ñ1"}, {"time_zone": "Europe/Atlantis"}],
)
def test_what_no_institution_can_have_changes_nothing(north, by, changed):
    before = (north.name, north.country, north.time_zone, facts(north))
    wanted = {"name": "Far North", "country": "NO", "time_zone": "Europe/Oslo"} | changed
    with pytest.raises(services.InstitutionUnfit):
        services.change_institution(north, **wanted, by=by)
    north.refresh_from_db()
    assert (north.name, north.country, north.time_zone, facts(north)) == before


def test_only_administrators_rename_or_change_a_sign_in(north, by):
    ada, bea = person(north, by, "Ada"), person(north, by, "Bea")
    account = services.create_account(ada, login="ada@north.example", by=by)
    before = facts(north)
    with pytest.raises(Denied):
        services.change_institution(
            north, name="Mine", country="NO", time_zone="UTC", by=Actor.of(bea)
        )
    with pytest.raises(Denied):
        services.change_login(account, login="bea@north.example", by=Actor.of(bea))
    account.refresh_from_db()
    assert (account.login, facts(north)) == ("ada@north.example", before)


def test_a_sign_in_moves_to_another_address_unless_somebody_has_it(north, by):
    ada, bea = person(north, by, "Ada"), person(north, by, "Bea")
    account = services.create_account(ada, login="ada@north.example", by=by)
    services.create_account(bea, login="bea@north.example", by=by)
    services.change_login(account, login="Countess@North.example", by=by)
    assert Account.objects.get(pk=account.pk).login == "countess@north.example"
    before = facts(north)
    assert before[-1] == "account.login_changed"
    with pytest.raises(services.LoginTaken):
        services.change_login(account, login="bea@north.example", by=by)
    assert Account.objects.get(pk=account.pk).login == "countess@north.example"
    assert facts(north) == before
