"""Assessment as a Django app."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "cairn.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cairn.assessment import facts, reactions  # noqa: F401 -- facts and subscribers register
