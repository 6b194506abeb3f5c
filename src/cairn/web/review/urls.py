"""The addresses of the reviews."""

from django.urls import path

from cairn.web.review import views

app_name = "review"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<str:public_id>", views.review, name="review"),
    path("<str:public_id>/decide", views.decide, name="decide"),
    path("<str:public_id>/decided", views.decided, name="decided"),
    path("<str:public_id>/comment", views.comment, name="comment"),
    path("<str:public_id>/settle/<str:remark>", views.settle, name="settle"),
]
