"""The addresses of the public pages. A credential's own is composed in ``cairn.site.negotiated``."""

from django.urls import path

from cairn.web.public import catalogue, credential, downloads, pages, previews, verify

urlpatterns = [
    path("", pages.front, name="front"),
    path("explore", catalogue.explore, name="explore"),
    path("explore/compare", catalogue.compare, name="compare"),
    path("m/<str:slug>", catalogue.micro_credential, name="micro-credential"),
    path(
        "m/<str:slug>/preview-<str:name>.png",
        previews.micro_credential,
        name="micro-credential-preview",
    ),
    path("institution", catalogue.institution, name="institution"),
    path("logo-<str:digest>", catalogue.logo, name="logo"),
    path("verify", verify.verify, name="verify"),
    path("verify/document", verify.document, name="verify-document"),
    path("employers", pages.employers, name="employers"),
    path("help", pages.help_page, name="help"),
    path("privacy", pages.privacy, name="privacy"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("c/<str:public_id>/preview-<str:name>.png", downloads.preview, name="credential-preview"),
    path("c/<str:public_id>/sharing", credential.share, name="credential-share"),
]
