"""The pages as a Django app: templates, static files, tags."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cairn.web"
    label = "web"
