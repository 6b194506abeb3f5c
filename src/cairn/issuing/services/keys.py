"""Opening the key that signs, and making a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from cairn.issuing.errors import KeyOnHold, KeyUnopened, NoKey, NotSetUp
from cairn.issuing.models import IssuerProfile, SigningKey
from cairn.issuing.states import KeyState
from cairn.kernel.config import NotSet
from cairn.vc import keyfile
from cairn.vc.did import web
from cairn.vc.errors import CredentialError
from cairn.vc.keys import SoftwareSigner


@dataclass(frozen=True, slots=True)
class Pen:
    """An issuer's key, opened. The private half never leaves the signer."""

    issuer: IssuerProfile
    key: SigningKey
    signer: SoftwareSigner


def lock_issuer() -> IssuerProfile:
    """The issuer of the institution at hand, locked: one at a time draws places or turns keys."""
    rows = IssuerProfile.objects.select_related("institution")
    issuer = rows.select_for_update(of=("self",), no_key=True).first()
    if issuer is None:
        raise NotSetUp
    return issuer


def open_pen(issuer: IssuerProfile) -> Pen:
    """Open the key that signs now, or refuse with the cure."""
    key = SigningKey.objects.filter(issuer=issuer).current().first()
    if key is None:
        raise NoKey
    if key.state == KeyState.SUSPENDED:
        raise KeyOnHold
    try:
        _, signer = keyfile.unlock(bytes(key.sealed), secret=_kek(make=False))
    except CredentialError as exc:
        raise KeyUnopened(why=exc.message) from exc
    return Pen(issuer, key, signer)


def make_key(issuer: IssuerProfile, *, at: datetime) -> SigningKey:
    """Make a key and seal it; only its public half is ever written in clear."""
    signer = SoftwareSigner.generate()
    method = web.verification_method(issuer.did, signer.public)
    sealed = keyfile.lock(
        signer,
        did=issuer.did,
        verification_method=method,
        created=at,
        secret=_kek(make=not SigningKey.objects.filter(issuer=issuer).exists()),
    )
    return SigningKey.objects.create(
        institution=issuer.institution,
        issuer=issuer,
        public=signer.public.multibase,
        method=method,
        sealed=sealed,
        since=at,
    )


def _kek(*, make: bool) -> keyfile.Kek:
    """The key-encryption key; made where the first key of all is, and never beside others."""
    try:
        return settings.CAIRN.key_encryption_key(make=make)
    except NotSet as exc:
        raise KeyUnopened(why=str(exc)) from exc
    except CredentialError as exc:
        raise KeyUnopened(why=exc.message) from exc
