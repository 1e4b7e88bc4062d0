"""The app's name for Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The intake app."""

    name = "tabularium.intake"
    label = "intake"
