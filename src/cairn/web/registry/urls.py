"""The addresses of the registry."""

from django.urls import path

from cairn.web.registry import credentials, finding, names, queue  # noqa: F401 -- finders register

app_name = "registry"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("policy", queue.policy, name="policy"),
    path("issue/<str:offering>", queue.preview, name="preview"),
    path("issue/<str:offering>/badge.svg", queue.badge, name="badge"),
    path("issued/<str:public_id>", queue.issuance, name="issuance"),
    path("issued/<str:public_id>/undo", queue.undo, name="undo"),
    path("issued/<str:public_id>/send", queue.send, name="send"),
    path("credentials", credentials.listing, name="credentials"),
    path("credentials/together", credentials.together, name="together"),
    path("credentials/<str:public_id>", credentials.record, name="record"),
    path("credentials/<str:public_id>/document", credentials.document, name="document"),
    path("credentials/<str:public_id>/<str:action>", credentials.act, name="act"),
    path("names", names.listing, name="names"),
    path("names/<str:public_id>", names.decide, name="name"),
]
