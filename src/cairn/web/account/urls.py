"""The addresses of sign-in. Those of allauth that this house does not use are left out."""

from allauth.account import views as sign_in
from allauth.mfa.urls import urlpatterns as second_steps
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from cairn.web.account import demo, views

to_settings = RedirectView.as_view(pattern_name="account_settings")

urlpatterns = [
    path("me", views.home, name="account_home"),
    path("me/security", views.security, name="account_settings"),
    path("account/login/", views.login, name="account_login"),
    path("account/login/code/", sign_in.request_login_code, name="account_request_login_code"),
    path(
        "account/login/code/confirm/", sign_in.confirm_login_code, name="account_confirm_login_code"
    ),
    path("account/logout/", sign_in.logout, name="account_logout"),
    path("account/reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("account/password/change/", sign_in.password_change, name="account_change_password"),
    path("account/password/set/", sign_in.password_set, name="account_set_password"),
    path("account/password/reset/", sign_in.password_reset, name="account_reset_password"),
    path(
        "account/password/reset/done/",
        sign_in.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # One calm page lists every way in; allauth's own lists lead to it.
    path("account/2fa/", to_settings, name="mfa_index"),
    path("account/2fa/webauthn/", to_settings, name="mfa_list_webauthn"),
    path("account/2fa/webauthn/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("account/2fa/", include(second_steps)),
    path("demo", demo.roles, name="demo"),
]
