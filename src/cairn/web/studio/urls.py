"""The addresses of the studio."""

from django.urls import path

from cairn.web.studio import home, journey, matrix, write

app_name = "studio"
urlpatterns = [
    path("", home.home, name="home"),
    path("start", home.start, name="start"),
    path("<str:public_id>", write.proposal, name="proposal"),
    path("<str:public_id>/matrix", matrix.matrix, name="matrix"),
    path("<str:public_id>/preview", journey.preview, name="preview"),
    path("<str:public_id>/history", journey.history, name="history"),
    path("<str:public_id>/submit", journey.submit, name="submit"),
    path("<str:public_id>/submitted", journey.submitted, name="submitted"),
    path("<str:public_id>/withdraw", journey.withdraw, name="withdraw"),
    path("<str:public_id>/revise", journey.revise, name="revise"),
    path("<str:public_id>/undo", write.undo, name="undo"),
    path("<str:public_id>/reword", journey.reword, name="reword"),
    path("<str:public_id>/keep", journey.keep, name="keep"),
    path("<str:public_id>/heed/<str:dismissal>", journey.heed, name="heed"),
    path("<str:public_id>/remark", journey.remark, name="remark"),
    path("<str:public_id>/settle/<str:comment>", journey.settle, name="settle"),
    path("<str:public_id>/<str:name>", write.section, name="section"),
]
