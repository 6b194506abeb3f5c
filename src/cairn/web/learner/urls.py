"""The addresses of the learner's pages."""

from django.urls import path

from cairn.web.learner import archive, finding, person, views  # noqa: F401 - finding fills a plug

app_name = "learner"
urlpatterns = [
    path("", views.home, name="home"),
    path("courses/<str:public_id>", views.course, name="course"),
    path("credentials", views.credentials, name="credentials"),
    path("credentials/<str:public_id>", views.credential, name="credential"),
    path("credentials/<str:public_id>/sharing", views.share, name="share"),
    path("name", person.name, name="name"),
    path("addresses", person.addresses, name="addresses"),
    path("addresses/confirm", person.confirm, name="confirm"),
    path("everything", archive.everything, name="everything"),
    path("everything.zip", archive.download, name="archive"),
]
