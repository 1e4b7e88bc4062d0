"""The app's name for Django."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The workspace of authorities."""

    name = "tabularium.desk"
    label = "desk"
