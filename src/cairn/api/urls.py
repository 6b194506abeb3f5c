"""The addresses of the machine endpoints; docs/reference/endpoints.md describes each."""

from django.urls import path

from cairn.api.achievements import achievement
from cairn.api.credentials import credential
from cairn.api.did import did
from cairn.api.health import healthz, readyz
from cairn.api.issuer import profile
from cairn.api.statuslists import status_list

# Ids are taken as they come: one of a wrong form gets the same answer as one that does not exist.
urlpatterns = [
    path(".well-known/did.json", did, name="did"),
    path("issuer", profile, name="issuer"),
    path("achievements/<str:public_id>", achievement, name="achievement"),
    path("c/<str:public_id>", credential, name="credential"),
    path("status/<str:number>", status_list, name="status-list"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
