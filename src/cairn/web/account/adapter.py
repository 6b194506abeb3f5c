"""What sign-in must know of this house: whose accounts, which words, how mail goes out.

Accounts are made by the institution. An address that nobody signs in with gets the same answer as
one that somebody does, and a person of another institution, or an erased one, is nobody here.
"""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cairn.kernel import mailing
from cairn.kernel.models import Account
from cairn.web.whose import institution_of_site

DIGITS: Final = 6
#: A path of our own; a second slash, or a backslash, would lead elsewhere.
OWN_ADDRESS: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


def belongs(account: Any) -> bool:
    """May this account sign in to this site? Its person is of the site's institution, unerased."""
    institution = institution_of_site()
    person = account.person
    return (
        bool(account.is_active)
        and institution is not None
        and person.institution_id == institution.pk
        and person.erased_on is None
    )


def send_code_mail(*, to: str, code: str) -> None:
    """Send the six digits that sign somebody in once."""
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    _send("sign-in-code", to, {"code": code, "minutes": minutes})


def send_password_mail(*, to: str, url: str) -> None:
    """Send the link by which somebody chooses a new password."""
    _send("new-password", to, {"url": url})


def _send(kind: str, to: str, context: dict[str, Any]) -> None:
    """Ask for a letter; it is the person's, so that it goes when they are erased."""
    institution = institution_of_site()
    if institution is None:  # nobody signs in here yet
        return
    mailing.mail(
        institution,
        mailing.Wish(
            kind,
            f"code:{secrets.token_hex(8)}",
            person=Account.objects.filter(login=to).values_list("person_id", flat=True).first(),
            to=to,
            language=get_language() or "",
            context=context,
        ),
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in in the words and by the rules of this house."""

    error_messages = {  # noqa: RUF012 - as its base has it
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and this password do not go together. Check both, or sign in with a code "
            "that we send by e-mail."
        ),
        "enter_current_password": _("This is not your current password. Type it again."),
        "incorrect_code": _("This is not the code. Check the six digits, or ask for a new one."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": _(
            "There were many attempts. Wait some minutes, then try again."
        ),
        "rate_limited": _("There were many attempts. Wait some minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whoever signs in is led to a page of this site only, named by its path."""
        return (
            bool(url)
            and OWN_ADDRESS.fullmatch(url or "") is not None
            and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
        )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        account = super().authenticate(request, **credentials)
        return account if account is not None and belongs(account) else None

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        """Every way in passes here: password, code, passkey."""
        if not belongs(user):
            clear_login(request)
            return HttpResponseRedirect(reverse("account_login"))
        return cast("HttpResponse | None", super().pre_login(request, user, **more))

    def generate_login_code(self) -> str:
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who asks, to count attempts; behind a socket nobody has an address, and all count as one."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return "0.0.0.0"  # noqa: S104 - no address to listen on

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_settings")

    def get_reset_password_from_key_url(self, key: str) -> str:
        account, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": account, "key": token})
        if settings.CAIRN.demo:  # the demonstration is not where its address says
            return str(context.request.build_absolute_uri(path))
        return f"{settings.CAIRN.origin}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix == "account/email/login_code":
            send_code_mail(to=email, code=context["code"])
        elif template_prefix == "account/email/password_reset_key":
            send_password_mail(to=email, url=context["password_reset_url"])
        else:
            raise LookupError(f"Nobody wrote the mail {template_prefix}.")


class ResetTokens(PasswordResetTokenGenerator):
    """A link to a new password ends with the password, the address or the sign-in it was made for."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{cast(Account, user).login}"


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second steps: secrets are encrypted at rest, and named after the institution."""

    error_messages = {  # noqa: RUF012 - as its base has it
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code. Wait for the next one, and type it again."),
    }

    def _get_site_name(self) -> str:
        institution = institution_of_site()
        return institution.name if institution else str(settings.CAIRN.host)

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.login)

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    secret = settings.SECRET_KEY.encode()
    key = HKDF(SHA256(), length=32, salt=None, info=b"cairn second steps").derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))
