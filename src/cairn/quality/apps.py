"""Quality as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "cairn.quality"
    label = "quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cairn.quality import facts, reactions  # noqa: F401 -- facts and subscribers register
