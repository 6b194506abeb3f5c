"""The Celery application, of the engine `celery` alone."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.site.settings")

from celery import Celery  # Celery reads Django's settings by the variable above

app = Celery("cairn")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
