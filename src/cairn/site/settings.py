"""Django's settings, derived from ``cairn.kernel.config``; nothing here is read from a file."""

from __future__ import annotations

from importlib.util import find_spec
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


DEBUG = CAIRN.debug
SECRET_KEY = CAIRN.signing_secret
ALLOWED_HOSTS = sorted({CAIRN.host, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [CAIRN.origin]
ROOT_URLCONF = "cairn.site.urls"
WSGI_APPLICATION = "cairn.site.wsgi.application"
AUTH_USER_MODEL = "kernel.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "cairn.kernel",
    *(f"cairn.{room}" for room in ROOMS if _stands(f"cairn.{room}")),
    "django_tasks",
    "django_tasks_db",
    *(["django_tasks_fennel"] if CAIRN.engine == "celery" else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cairn.site.middleware.ResponseHeaders",
    "django.middleware.common.CommonMiddleware",
]

CAIRN.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
DATABASES = {"default": _database(CAIRN.database)}

LANGUAGE_CODE = "en"
TIME_ZONE = CAIRN.time_zone
USE_TZ = True
USE_I18N = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CAIRN.is_https else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CAIRN.is_https
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
