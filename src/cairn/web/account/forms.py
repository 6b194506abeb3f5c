"""The forms of sign-in: those of allauth, with the bounds and the words of this house."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.web.account.adapter import belongs
from cairn.web.forms import fits

#: Longer than any address or pass phrase, short enough to hash at once.
LONGEST: Final = 1_000


class Tidy:
    """No placeholder in place of a label, a bound on each text, and words that say the cure."""

    labels: dict[str, Any] = {}  # noqa: RUF012
    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.JSONField):
                field.error_messages["required"] = field.error_messages["invalid"] = _(
                    "The passkey did not answer. Try again, or use another way."
                )
            elif isinstance(field, forms.CharField):
                field.help_text = ""
                field.validators = [one for one in field.validators if not _is_about_nul(one)]
                field.validators += [fits, _short]
                field.error_messages["required"] = _("Fill in “%(label)s”.") % {
                    "label": field.label
                }
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = _(
                    "Write the address in full, such as ada@university.example."
                )


def _is_about_nul(validator: Any) -> bool:
    return type(validator).__name__ == "ProhibitNullCharactersValidator"


def _short(value: str) -> None:
    if len(value) > LONGEST:
        raise forms.ValidationError(_("This is too long. Type it again."))


ADDRESS: Final = _("E-mail address")
CODE: Final = _("Six-digit code")


class Login(Tidy, account.LoginForm):  # type: ignore[misc]
    labels = {"login": ADDRESS, "password": _("Password")}  # noqa: RUF012


class RequestCode(Tidy, account.RequestLoginCodeForm):  # type: ignore[misc]
    labels = {"email": ADDRESS}  # noqa: RUF012
    _user: Any

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user is not None and not belongs(self._user):
            self._user = None
        return email


class _Digits(Tidy):
    """Codes may be pasted with a space in the middle."""

    labels = {"code": CODE}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
        }


class ConfirmCode(_Digits, account.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class SecondStep(_Digits, mfa.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code of your app, or a recovery code")}  # noqa: RUF012


class SecondStepAgain(_Digits, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code of your app, or a recovery code")}  # noqa: RUF012


class ActivateTotp(_Digits, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("Six-digit code that the app shows")}  # noqa: RUF012


class ResetPassword(Tidy, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": ADDRESS}  # noqa: RUF012
    users: list[Any]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if belongs(user)]
        return email


NEW: Final = {
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class NewPassword(Tidy, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = NEW


class ChangePassword(Tidy, account.ChangePasswordForm):  # type: ignore[misc]
    labels = NEW


class SetPassword(Tidy, account.SetPasswordForm):  # type: ignore[misc]
    labels = NEW


class Reauthenticate(Tidy, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class AddPasskey(Tidy, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name of the passkey")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every key here is a passkey: it signs in by itself.
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True
        self.fields["name"].initial = self.initial["name"] = _("This device")


class NamePasskey(Tidy, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("Name of the passkey")}  # noqa: RUF012
