"""Setting up an issuer, and turning its keys."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q

from cairn.issuing import facts, policies, rules
from cairn.issuing.errors import AlreadySetUp, NoHostName, NoKey
from cairn.issuing.models import IssuerProfile, SigningKey
from cairn.issuing.services import lists
from cairn.issuing.services.issue import issue_pending
from cairn.issuing.services.keys import lock_issuer, make_key, open_pen
from cairn.issuing.states import KEY, KeyState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change, change_many
from cairn.kernel.facts import Fact
from cairn.kernel.models import Institution


def set_up_issuer(
    institution: Institution,
    *,
    origin: str = "",
    name: str = "",
    url: str = "",
    email: str = "",
    image: str = "",
    by: Actor,
) -> IssuerProfile:
    """Let an institution issue, with a first key; what waits for it is signed.

    Unless others are given, the origin is the address of this site and the name the institution's.
    """
    origin = origin or settings.CAIRN.origin
    try:
        did = rules.did_for(origin)
    except rules.NoName as exc:
        raise NoHostName(origin=origin) from exc
    with change(institution, by=by) as record:
        by.must(policies.may_set_up)
        # The DID is one across institutions: a site serves one of them.
        taken = IssuerProfile.objects.unscoped().filter(Q(did=did) | Q(institution=institution))
        if taken.exists():
            raise AlreadySetUp
        issuer = IssuerProfile.objects.create(
            institution=institution,
            did=did,
            origin=origin,
            name=name or institution.name,
            url=url or origin,
            email=email,
            image=image,
        )
        record(facts.ISSUER_SET_UP, issuer)
        record(facts.KEY_MADE, make_key(issuer, at=clock.now()), issuer=issuer)
        issue_pending(institution)
    return issuer


def change_issuer(
    issuer: IssuerProfile, *, name: str, url: str, email: str, image: str, by: Actor
) -> IssuerProfile:
    """Change what credentials say about their issuer from now on; signed ones stay as they are."""
    with change(issuer, by=by) as record:
        by.must(policies.may_set_up)
        issuer.name, issuer.url, issuer.email, issuer.image = name, url, email, image
        issuer.save(update_fields=["name", "url", "email", "image"])
        record(facts.ISSUER_CHANGED, issuer)
    return issuer


def rotate_key(institution: Institution, *, by: Actor) -> SigningKey:
    """Sign with a new key from now on. What the former one signed still verifies."""
    with change_many(institution, by=by) as record:
        by.must(policies.may_set_up)
        issuer, at = lock_issuer(), clock.now()
        former = SigningKey.objects.filter(issuer=issuer).current().first()
        if former is not None:
            _move(former, KeyState.RETIRED, facts.KEY_RETIRED, record)
        key = make_key(issuer, at=at)
        record(facts.KEY_MADE, key, issuer=issuer)
        lists.renew(open_pen(issuer), at=at, record=record)
        issue_pending(institution)
    return key


def suspend_key(institution: Institution, *, by: Actor) -> SigningKey:
    """Sign nothing for now. What was signed still verifies."""
    return _turn(institution, KeyState.SUSPENDED, facts.KEY_SUSPENDED, by=by)


def resume_key(institution: Institution, *, by: Actor) -> SigningKey:
    """Let a suspended key sign again."""
    return _turn(institution, KeyState.ACTIVE, facts.KEY_RESUMED, by=by)


def revoke_key(key: SigningKey, *, by: Actor) -> SigningKey:
    """Take a key out of the DID document for good: it may be in other hands.

    Nothing that it signed verifies any more. Where another key signs, the status lists are signed
    again at once; where none does, rotate the key.
    """
    with change_many(by.institution, by=by) as record:
        by.must(policies.may_set_up)
        issuer = lock_issuer()
        with change(key, by=by):
            _move(key, KeyState.REVOKED, facts.KEY_REVOKED, record)
        active = SigningKey.objects.filter(issuer=issuer, state=KeyState.ACTIVE)
        if active.exists():
            lists.renew(open_pen(issuer), at=clock.now(), record=record)
    return key


def _turn(institution: Institution, to: KeyState, fact: Fact, *, by: Actor) -> SigningKey:
    with change_many(institution, by=by) as record:
        by.must(policies.may_set_up)
        key = SigningKey.objects.filter(issuer=lock_issuer()).current().first()
        if key is None:
            raise NoKey
        _move(key, to, fact, record)
        if to == KeyState.ACTIVE:
            issue_pending(institution)
    return key


def _move(key: SigningKey, to: KeyState, fact: Fact, record: Record) -> None:
    KEY.move(key, to)
    if to in (KeyState.RETIRED, KeyState.REVOKED) and key.until is None:
        key.until = clock.now()
    key.save(update_fields=["state", "until"])
    record(fact, key)
