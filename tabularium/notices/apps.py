"""The app's name for Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """How organisations are told: letters, e-mail, signed calls."""

    name = "tabularium.notices"
    label = "notices"
