"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "cairn.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every room subscribe; a fact recorded before that would be heard by nobody."""
        from cairn.kernel import deliveries  # noqa: F401

        autodiscover_modules("reactions")
