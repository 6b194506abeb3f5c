"""The Celery application for Celery's own tools: ``celery -A cairn.site.celery inspect active``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.site.settings")
django.setup()

from cairn.kernel.engines.celery import application  # noqa: E402 - needs Django set up

app = application()
