"""Django's settings, derived from ``cairn.kernel.config``; nothing here is read from a file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import dj_database_url

from cairn.kernel.config import Settings
from cairn.site.logs import logging_config

CAIRN: Final = Settings()

# The rooms in the order of a credential's life. One that is not built yet is left out.
ROOMS: Final = (
    "frameworks",
    "partners",
    "design",
    "quality",
    "delivery",
    "assessment",
    "issuing",
    "recognition",
    "capability",
    "outreach",
    "insights",
)
TASK_BACKENDS: Final = {
    "embedded": "django_tasks_db.DatabaseBackend",
    "celery": "django_tasks_fennel.CeleryBackend",
}


def _stands(package: str) -> bool:
    return find_spec(package) is not None and find_spec(f"{package}.models") is not None


def _database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # Immediate transactions: a writer waits at its first line, not in the middle of its work.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL;PRAGMA synchronous={CAIRN.sqlite_sync};",
        }
        # A file, as in production: SQLite in memory locks tables in another way.
        config["TEST"] = {"NAME": f"{CAIRN.data_dir / 'test.sqlite3'}"}
    else:
        config["CONN_HEALTH_CHECKS"] = True
        config["CONN_MAX_AGE"] = 60
        options.setdefault("connect_timeout", 5)
    return config


CAIRN.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = CAIRN.debug
SECRET_KEY = CAIRN.signing_secret
ALLOWED_HOSTS = sorted({CAIRN.host, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [CAIRN.origin]
CSRF_FAILURE_VIEW = "cairn.web.lost.came_too_late"
ROOT_URLCONF = "cairn.site.urls"
WSGI_APPLICATION = "cairn.site.wsgi.application"
AUTH_USER_MODEL = "kernel.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "cairn.kernel",
    *(f"cairn.{room}" for room in ROOMS if _stands(f"cairn.{room}")),
    "cairn.web",
    *(["cairn.notices"] if _stands("cairn.notices") else []),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    *(["django_tasks_fennel"] if CAIRN.engine == "celery" else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cairn.site.middleware.ResponseHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cairn.web.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cairn.web.middleware.Pages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cairn.web.context.shell",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = CAIRN.data_dir / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cairn.web.statics.Storage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
# Everything of a page is ours and small: no reason to look at the disk before each answer.
WHITENOISE_AUTOREFRESH = False

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
# A working day: whoever forgets to sign out is signed out by the next morning.
SESSION_COOKIE_AGE = 12 * 3600
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if CAIRN.behind_proxy else 0
# The address one signs in with is Account.login; allauth's own table of addresses stays empty
# (docs/decisions/0007-sign-in.md).
ACCOUNT_ADAPTER = "cairn.web.account.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "cairn.web.account.adapter.ResetTokens"  # noqa: S105
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,5/15m/key",
    "reset_password": "20/m/ip,5/15m/key",
}
ACCOUNT_FORMS = {
    "login": "cairn.web.account.forms.Login",
    "request_login_code": "cairn.web.account.forms.RequestCode",
    "confirm_login_code": "cairn.web.account.forms.ConfirmCode",
    "reset_password": "cairn.web.account.forms.ResetPassword",
    "reset_password_from_key": "cairn.web.account.forms.NewPassword",
    "change_password": "cairn.web.account.forms.ChangePassword",
    "set_password": "cairn.web.account.forms.SetPassword",
    "reauthenticate": "cairn.web.account.forms.Reauthenticate",
}
MFA_ADAPTER = "cairn.web.account.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CAIRN.demo or not CAIRN.is_https
MFA_FORMS = {
    "authenticate": "cairn.web.account.forms.SecondStep",
    "reauthenticate": "cairn.web.account.forms.SecondStepAgain",
    "activate_totp": "cairn.web.account.forms.ActivateTotp",
    "add_webauthn": "cairn.web.account.forms.AddPasskey",
    "edit_webauthn": "cairn.web.account.forms.NamePasskey",
}
# Counts of attempts are shared by the processes of this machine.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": CAIRN.data_dir / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

DATABASES = {"default": _database(CAIRN.database)}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
TIME_ZONE = CAIRN.time_zone
USE_TZ = True
USE_I18N = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CAIRN.is_https else 0
# The demonstration is looked at on this machine, without TLS, whatever its address says.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CAIRN.is_https and not CAIRN.demo
SESSION_COOKIE_HTTPONLY = True
if CAIRN.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

TASKS = {"default": {"BACKEND": TASK_BACKENDS[CAIRN.engine], "QUEUES": ["default"]}}

# Read by Celery, in the namespace CELERY_. A job is acknowledged when it is done, and given to
# another worker when its own dies; a broker that is away holds nobody up (the sweeper sends later).
CELERY_BROKER_URL = CAIRN.broker_url.get_secret_value()
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_HEARTBEAT = 30
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

LOGGING = logging_config(level=CAIRN.log_level, form=CAIRN.log_format)
LOGGING_CONFIG = "logging.config.dictConfig"
