"""Addresses for machines that look after the register, and of the registrar's page on it."""

from django.urls import path

from tabularium.operation import views

app_name = "operation"

for_machines = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
    path("metrics", views.figures, name="figures"),
]
urlpatterns = [path("desk/<slug:code>/running", views.running, name="running")]
