"""Issuing as a Django app."""

from django.apps import AppConfig


class IssuingConfig(AppConfig):
    name = "cairn.issuing"
    label = "issuing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cairn.issuing import facts, reactions  # noqa: F401 -- facts and subscribers register
