"""The addresses of sign-in."""

from django.urls import include, path

urlpatterns = [path("account/", include("allauth.urls"))]
