from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from pydantic import SecretStr

from cairn.issuing import archive, personal, rules, selectors, services
from cairn.issuing.errors import (
    AlreadySetUp,
    AnotherStands,
    AwardGone,
    KeyOnHold,
    KeyUnopened,
    NoHostName,
    NoKey,
    NotGenuine,
    PersonErased,
    ReasonMissing,
)
from cairn.issuing.models import (
    ArchiveText,
    Credential,
    IssuerProfile,
    SignedDocument,
    SigningKey,
    StatusList,
)
from cairn.issuing.services import issue, lists
from cairn.kernel import clock, jobs
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.machine import BadMove
from cairn.kernel.models import Job
from cairn.kernel.personal import erase_person
from cairn.kernel.sweeping import tick
from cairn.vc.document import parse
from cairn.vc.statuslist import Bitstring
from tests.support import many
from tests.support.meeting import together


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada").mark(units=2, each=71).issue()


def batches(campus):
    return Job.objects.filter(institution=campus.institution, kind=issue.KIND)


def published(campus, number=1):
    with campus.here():
        return selectors.published_list(campus.issuer, number)


def system(campus):
    return Actor.system("issue-credentials", institution=campus.institution)


# --- the road ------------------------------------------------------------------------------------


def test_an_award_is_signed_and_a_stranger_finds_it_genuine(campus, ada):
    assert campus.verify(ada.badge).verdict == "genuine"
    assert ada.ledger[-2:] == ["award.conferred", "credential.issued"]
    assert ada.seen.subject.name == "Ada"
    assert ada.seen.id == f"{settings.CAIRN.origin}/c/{ada.credential.public_id}"
    assert archive.digest(ada.badge) == ada.credential.sha256
    assert campus.disagreements() == []


def test_withdrawn_award_revokes_the_credential(campus, ada):
    campus.withdraw(ada.award, reason="mark corrected")
    assert campus.verify(ada.badge).failed == {"status"}
    assert ada.ledger[-2:] == ["award.withdrawn", "credential.revoked"]
    assert campus.disagreements() == []


def test_a_corrected_mark_walks_the_same_road(campus, ada):
    first = ada.badge
    ada.correct(t1=0, t2=0)
    assert campus.verify(first).failed == {"status"}
    ada.correct(t1=90, t2=90)
    assert campus.verify(ada.badge).verdict == "genuine"
    assert campus.verify(first).failed == {"status"}
    assert campus.disagreements() == []


def test_many_awards_make_one_job(campus):
    run = campus.offering()
    assert campus.issuer
    for name in ("ada", "bo", "cy", "di", "ed"):
        run.enrol(name).mark(units=2, each=60)
    run.learners["ed"].award_now()
    assert [(job.state, job.done, job.total) for job in batches(campus)] == [("done", 5, 5)]
    with campus.here():
        assert campus.credentials.count() == 5


def test_the_same_wish_again_signs_nothing_again(campus, ada):
    with campus.here():
        for _ in range(2):
            services.issue_offering(ada.run.offering, by=campus.registrar)
            services.issue_awards([ada.award.public_id], by=campus.registrar)
            services.issue_page([ada.award.pk], by=system(campus))
        campus.settle()
        assert campus.credentials.count() == 1


def test_what_was_conferred_before_there_was_an_issuer_is_signed_when_there_is_one(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).award_now()
    with campus.here():
        assert not campus.credentials.exists()
    assert campus.issuer
    assert campus.verify(ada.badge).verdict == "genuine"


def test_a_revoked_credential_is_not_issued_again_by_a_batch(campus, ada):
    campus.revoke(ada)
    with campus.here():
        services.issue_offering(ada.run.offering, by=campus.registrar)
        campus.settle()
        assert campus.credentials.count() == 1


def test_a_batch_survives_a_full_disk(campus, ada, monkeypatch):
    campus.offering().enrol("bo").mark(units=2, each=60)
    whole, full = issue.bulk.insert, iter([True])

    def insert(model, rows, **options):
        if model is SignedDocument and next(full, False):
            raise OperationalError("database or disk is full")
        return whole(model, rows, **options)

    monkeypatch.setattr(issue.bulk, "insert", insert)
    before = campus.status_lists[0].taken
    with pytest.raises(OperationalError):
        campus.offering().learners["bo"].award_now()
    with campus.here():
        assert campus.credentials.count() == 1
    assert campus.status_lists[0].taken == before
    assert batches(campus).last().state == Job.State.WAITING
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        campus.settle()
        bo = campus.offering().learners["bo"]
        assert campus.verify(bo.badge).verdict == "genuine"
    assert campus.disagreements() == []


def test_what_a_stranger_would_not_accept_is_not_kept(campus, monkeypatch):
    run = campus.offering()
    assert campus.issuer
    monkeypatch.setattr(issue, "sign", lambda document, **_: b"{}")
    with pytest.raises(NotGenuine) as refused:
        run.enrol("ada").mark(units=2, each=71).award_now()
    assert refused.value.code == "credential.not_genuine"
    with campus.here():
        assert not campus.credentials.exists()
        assert not StatusList.objects.exists()


def test_a_page_costs_the_same_number_of_queries_whatever_its_size(
    campus, django_assert_max_num_queries
):
    assert campus.issuer
    small, large = campus.offering("A"), campus.offering("B")
    many.awards(campus, small.offering, 2)
    many.awards(campus, large.offering, 40)
    with campus.here():
        counts = []
        for run in (small, large):
            keys = selectors.Batch({"offering": run.offering.public_id}).unsigned()
            with django_assert_max_num_queries(60) as asked:
                services.issue_page(keys, by=system(campus))
            counts.append(len(asked))
    # The first page of all also starts a list.
    assert counts[1] <= counts[0]


# --- two at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_registrars_at_once_sign_each_award_once(campus):
    assert campus.issuer
    run = campus.offering()
    many.awards(campus, run.offering, 60)
    with campus.here():
        keys = list(selectors.Batch({"offering": run.offering.public_id}).unsigned())

    def registrar(order):
        def work():
            with campus.here():
                parts = [keys[start : start + 10] for start in range(0, len(keys), 10)]
                return sum(services.issue_page(part, by=system(campus)) for part in order(parts))

        return work

    assert sum(together(registrar(list), registrar(lambda parts: parts[::-1]))) == 60
    with campus.here():
        assert campus.credentials.count() == 60
    assert campus.disagreements() == []


@pytest.mark.django_db(transaction=True)
def test_an_award_withdrawn_while_it_is_signed_ends_revoked_or_unsigned(campus):
    assert campus.issuer
    ada = campus.offering().enrol("ada").mark(units=2, each=71)
    ada.run.release()
    from cairn.assessment import services as assessment

    assessment.confer_awards(ada.run.offering, by=campus.registrar)
    award = ada.award

    def sign():
        with campus.here():
            return services.issue_page([award.pk], by=system(campus))

    def withdraw():
        with campus.here():
            return assessment.withdraw_award(ada.award, reason="A mistake.", by=campus.registrar)

    together(sign, withdraw)
    campus.settle()
    with campus.here():
        assert not campus.credentials.standing().exists()
    assert campus.disagreements() == []


# --- clocks --------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_stops_nobody(campus):
    later = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    with clock.frozen(later):
        ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    with clock.frozen(later - timedelta(days=40)) as hands:
        bo = campus.offering().enrol("bo").mark(units=2, each=71).issue()
        assert campus.verify(bo.badge).verdict == "genuine"
        hands.at = later + timedelta(seconds=1)
        tick()
        campus.settle()
        assert campus.verify(ada.badge).verdict == "genuine"
        assert campus.verify(bo.badge).verdict == "genuine"
    assert campus.disagreements() == []


def test_a_list_is_signed_again_before_it_runs_out(campus, ada):
    first = published(campus).etag
    start = clock.now()
    with clock.frozen(start + timedelta(days=1)) as hands:
        tick()
        campus.settle()
        assert published(campus).etag == first
        hands.at = start + rules.VALIDITY - rules.RENEW_BEFORE + timedelta(hours=2)
        tick()
        campus.settle()
        assert published(campus).etag != first
        hands.at = start + rules.VALIDITY + timedelta(days=1)
        assert campus.verify(ada.badge).verdict == "genuine"


# --- status lists --------------------------------------------------------------------------------


def test_a_full_list_is_followed_by_the_next(campus, ada):
    with campus.here():
        row = StatusList.objects.get()
        taken = Bitstring.decode(row.taken)
        free = [index for index in range(len(taken)) if not taken.get(index)]
        taken.set_many(free[2:], True)
        StatusList.objects.filter(pk=row.pk).update(taken=taken.encode())
    run = campus.offering("B")
    many.awards(campus, run.offering, 5)
    with campus.here():
        services.issue_offering(run.offering, by=campus.registrar)
        campus.settle()
        places = campus.credentials.values_list("status_list__number", "status_index")
        assert sorted(number for number, _ in places) == [1, 1, 1, 2, 2, 2]
        assert {index for number, index in places if number == 1} >= set(free[:2])
    assert len(campus.status_lists) == 2


def test_places_are_drawn_at_random(campus):
    run = campus.offering()
    assert campus.issuer
    many.awards(campus, run.offering, 40)
    with campus.here():
        services.issue_offering(run.offering, by=campus.registrar)
        campus.settle()
        drawn = list(campus.credentials.order_by("pk").values_list("status_index", flat=True))
    assert len(set(drawn)) == 40
    assert drawn != sorted(drawn)
    assert max(drawn) > 1_000


# --- after it was issued -------------------------------------------------------------------------


def test_a_credential_is_suspended_and_reinstated(campus, ada):
    services.suspend(ada.credential, reason="Under inquiry.", by=campus.registrar)
    assert campus.verify(ada.badge).failed == {"status"}
    services.reinstate(ada.credential, reason="Cleared.", by=campus.registrar)
    assert campus.verify(ada.badge).verdict == "genuine"
    assert ada.ledger[-2:] == ["credential.suspended", "credential.reinstated"]
    assert campus.disagreements() == []


def test_a_suspended_credential_may_be_revoked(campus, ada):
    services.suspend(ada.credential, reason="Under inquiry.", by=campus.registrar)
    before = published(campus).etag
    campus.revoke(ada)
    assert published(campus).etag == before
    assert ada.credential.state == "revoked"
    assert campus.disagreements() == []


def test_a_replacement_stands_alone(campus, ada):
    former, badge = ada.credential, ada.badge
    made = services.replace(former, reason="The name was misspelt.", by=campus.registrar)
    assert campus.verify(badge).failed == {"status"}
    assert campus.verify(ada.badge).verdict == "genuine"
    assert ada.credential == made
    assert made.replaces_id == former.pk
    former.refresh_from_db()
    assert (former.state, former.reason) == ("replaced", "The name was misspelt.")
    with pytest.raises(AnotherStands):
        services.reinstate(former, reason="No.", by=campus.registrar)
    assert campus.disagreements() == []


def test_nothing_is_taken_back_without_a_reason(campus, ada):
    for verb in (services.revoke, services.suspend, services.replace):
        with pytest.raises(ReasonMissing):
            verb(ada.credential, reason="  ", by=campus.registrar)
    assert campus.verify(ada.badge).verdict == "genuine"
    assert ada.ledger[-1] == "credential.issued"
    assert campus.disagreements() == []


def test_a_credential_does_not_outlive_its_award(campus, ada):
    campus.withdraw(ada.award, reason="mark corrected")
    with pytest.raises(AwardGone):
        services.reinstate(ada.credential, reason="No.", by=campus.registrar)
    with pytest.raises(AwardGone):
        services.replace(ada.credential, reason="No.", by=campus.registrar)
    assert campus.disagreements() == []


def test_twice_is_refused_and_changes_nothing(campus, ada):
    campus.revoke(ada)
    etag = published(campus).etag
    with pytest.raises(BadMove):
        campus.revoke(ada)
    assert published(campus).etag == etag


def test_a_reaction_that_runs_twice_is_harmless(campus, ada):
    campus.withdraw(ada.award, reason="mark corrected")
    etag, told = published(campus).etag, ada.ledger
    with campus.here():
        by = Actor.system("follow-awards", institution=campus.institution)
        assert services.revoke_awards([ada.award.public_id], by=by) == 0
    assert (published(campus).etag, ada.ledger) == (etag, told)


# --- keys ----------------------------------------------------------------------------------------


def test_a_key_rotated_in_mid_batch_leaves_every_credential_genuine(campus):
    assert campus.issuer
    run = campus.offering()
    for name in ("ada", "bo"):
        run.enrol(name).mark(units=2, each=60)
    run.release()
    with campus.here():
        from cairn.assessment import services as assessment

        assessment.confer_awards(run.offering, by=campus.registrar)
        first, second = selectors.Batch({}).unsigned()
        services.issue_page([first], by=system(campus))
        services.rotate_key(campus.institution, by=campus.administrator)
        services.issue_page([second], by=system(campus))
        methods = [parse(run.learners[name].badge)["proof"] for name in ("ada", "bo")]
        states = list(SigningKey.objects.order_by("pk").values_list("state", flat=True))
    assert len({proof["verificationMethod"] for proof in methods}) == 2
    assert states == ["retired", "active"]
    for name in ("ada", "bo"):
        assert campus.verify(run.learners[name].badge).verdict == "genuine"


def test_a_suspended_key_refuses_with_a_cure_and_goes_on_when_resumed(campus, ada):
    services.suspend_key(campus.institution, by=campus.administrator)
    with pytest.raises(KeyOnHold, match="Resume it"):
        campus.offering().enrol("bo").mark(units=2, each=60).award_now()
    assert batches(campus).last().error == "key.on_hold"
    assert campus.verify(ada.badge).verdict == "genuine"
    services.resume_key(campus.institution, by=campus.administrator)
    campus.settle()
    assert campus.verify(campus.offering().learners["bo"].badge).verdict == "genuine"


def test_a_revoked_key_proves_nothing_and_the_next_one_publishes_again(campus, ada):
    with campus.here():
        key = SigningKey.objects.get()
    services.revoke_key(key, by=campus.administrator)
    with pytest.raises(NoKey, match="rotate the key"):
        campus.revoke(ada)
    assert ada.credential.state == "issued"
    services.rotate_key(campus.institution, by=campus.administrator)
    assert campus.verify(ada.badge).verdict != "genuine"
    bo = campus.offering().enrol("bo").mark(units=2, each=60).issue()
    assert campus.verify(bo.badge).verdict == "genuine"


def test_without_the_key_encryption_key_nothing_is_signed(campus, ada, monkeypatch):
    other = settings.CAIRN.model_copy(update={"kek": SecretStr("11" * 32), "kek_file": None})
    monkeypatch.setattr(settings, "CAIRN", other)
    with pytest.raises(KeyUnopened, match="CAIRN_KEK"):
        campus.revoke(ada)
    assert ada.credential.state == "issued"


def test_the_private_half_is_never_kept_in_clear(campus, ada, caplog):
    with campus.here():
        key = SigningKey.objects.get()
    header = parse(bytes(key.sealed))
    assert header["publicKeyMultibase"] == key.public
    assert "kek" in header["protection"]
    assert key.public not in caplog.text


# --- setting up ----------------------------------------------------------------------------------


def test_a_site_has_one_issuer(campus, elsewhere):
    assert campus.issuer
    with pytest.raises(AlreadySetUp):
        services.set_up_issuer(campus.institution, by=campus.administrator)
    with pytest.raises(AlreadySetUp):
        services.set_up_issuer(elsewhere.institution, by=elsewhere.administrator)
    assert elsewhere.issuer.did == "did:web:inland.example"


def test_a_site_without_a_name_is_refused_with_a_cure(campus):
    with pytest.raises(NoHostName, match="CAIRN_ORIGIN"):
        services.set_up_issuer(
            campus.institution, origin="http://192.0.2.7", by=campus.administrator
        )


def test_a_changed_name_stands_in_what_is_signed_from_then_on(campus, ada):
    services.change_issuer(
        campus.issuer,
        name="Harbour University of Technology",
        url=campus.issuer.url,
        email="",
        image="",
        by=campus.administrator,
    )
    bo = campus.offering().enrol("bo").mark(units=2, each=60).issue()
    assert ada.seen.issuer.name == "Harbour University"
    assert bo.seen.issuer.name == "Harbour University of Technology"
    assert campus.verify(bo.badge).verdict == "genuine"


# --- who may -------------------------------------------------------------------------------------


def test_only_those_who_hold_the_permission_may(campus, ada):
    for act in (
        lambda by: services.revoke(ada.credential, reason="No.", by=by),
        lambda by: services.issue_offering(ada.run.offering, by=by),
        lambda by: services.rotate_key(campus.institution, by=by),
        lambda by: services.renew_status_lists(campus.issuer, by=by),
    ):
        with pytest.raises(Denied):
            act(campus.teacher)
    assert campus.verify(ada.badge).verdict == "genuine"


def test_another_institution_finds_nothing(campus, ada, elsewhere):
    stranger, admin = elsewhere.registrar, elsewhere.administrator
    credential, offering, issuer = ada.credential, ada.run.offering, campus.issuer
    with campus.here():
        key = SigningKey.objects.get()
    assert elsewhere.issuer
    for act in (
        lambda: services.revoke(credential, reason="No.", by=stranger),
        lambda: services.suspend(credential, reason="No.", by=stranger),
        lambda: services.reinstate(credential, reason="No.", by=stranger),
        lambda: services.replace(credential, reason="No.", by=stranger),
        lambda: services.issue_offering(offering, by=stranger),
        lambda: services.issue_awards([ada.award.public_id], by=stranger),
        lambda: services.rotate_key(campus.institution, by=admin),
        lambda: services.revoke_key(key, by=admin),
        lambda: services.renew_status_lists(issuer, by=stranger),
        lambda: selectors.credential_for(stranger, credential.public_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert campus.verify(ada.badge).verdict == "genuine"
    assert campus.disagreements() == []


# --- what is kept, and what is left --------------------------------------------------------------


def test_a_signed_document_is_never_altered(campus, ada):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE issuing_signeddocument SET packed = packed")
    assert campus.verify(ada.badge).verdict == "genuine"


def test_erasing_a_person_leaves_id_hash_and_status(campus, ada):
    badge, credential = ada.badge, ada.credential
    campus.revoke(ada, reason="Ada asked for it.")
    erase_person(ada.person, by=campus.administrator)
    left = ada.credential
    assert (left.public_id, left.sha256) == (credential.public_id, credential.sha256)
    assert (left.state, left.reason) == ("revoked", "")
    with campus.here():
        assert not SignedDocument.objects.exists()
        assert selectors.published_credential(left.public_id).raw is None
        assert b"Ada" not in b"".join(bytes(row.content) for row in ArchiveText.objects.all())
    # Whoever holds a copy still learns whether it counts.
    assert campus.verify(badge).failed == {"status"}
    assert campus.disagreements() == []


def test_nothing_new_is_signed_about_an_erased_person(campus, ada):
    erase_person(ada.person, by=campus.administrator)
    with pytest.raises(PersonErased):
        services.replace(ada.credential, reason="No.", by=campus.registrar)


def test_the_eraser_of_the_room_may_run_twice(campus, ada):
    with campus.here():
        for _ in range(2):
            personal.erase(ada.person, by=campus.administrator)
        assert Credential.objects.count() == 1


def test_disagreements_are_found(campus, ada):
    with campus.here():
        row = StatusList.objects.get()
        StatusList.objects.filter(pk=row.pk).update(taken=Bitstring().encode())
        assert len(selectors.disagreements(campus.issuer)) == 1
        Credential.objects.update(state="revoked", sha256="0" * 64)
        assert len(selectors.disagreements(campus.issuer)) == 2
        assert list(selectors.damaged(campus.issuer)) == [ada.credential.public_id]


def test_lists_and_profiles_are_read_by_who_may(campus, ada):
    with campus.here():
        assert selectors.issuer_of(campus.registrar) == IssuerProfile.objects.get()
    assert [row.number for row in selectors.status_lists(campus.registrar)] == [1]
    assert [key.state for key in selectors.keys(campus.registrar)] == ["active"]
    assert list(selectors.credentials(campus.registrar)) == [ada.credential]
    assert list(selectors.credentials(campus.teacher)) == []
    assert list(selectors.credentials(Actor.of(ada.person))) == [ada.credential]
    assert lists.PURPOSE == "revocation"
    assert jobs.kinds()[issue.KIND].name == "issue-batch"
