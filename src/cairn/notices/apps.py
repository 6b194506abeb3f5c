"""Notices as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "cairn.notices"
    label = "notices"

    def ready(self) -> None:
        from cairn.notices import reactions  # noqa: F401 -- subscribers register
