"""The address of the design page."""

from django.urls import path

from cairn.web.design_page import views

urlpatterns = [path("design", views.design, name="design")]
