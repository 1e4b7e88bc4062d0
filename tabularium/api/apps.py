"""The app's name for Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The api app."""

    name = "tabularium.api"
    label = "api"
