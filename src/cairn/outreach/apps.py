"""Outreach as a Django app."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "cairn.outreach"
    label = "outreach"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cairn.outreach import facts  # noqa: F401 -- its facts are registered
