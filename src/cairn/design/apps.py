"""Design as a Django app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "cairn.design"
    label = "design"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cairn.design import facts  # noqa: F401 -- its facts are registered
