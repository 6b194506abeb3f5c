"""The addresses of the demonstration's mail."""

from django.urls import path

from cairn.web.mailbox import views

urlpatterns = [
    path("demo/mail", views.letters, name="demo-mail"),
    path("demo/mail/<str:public_id>", views.letter, name="demo-mail-letter"),
    path("demo/mail/<str:public_id>/html", views.as_html, name="demo-mail-html"),
]
