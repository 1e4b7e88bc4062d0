"""The register: organisations, entries and events, and the one place that writes."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The app that keeps the register."""

    name = "tabularium.register"
    label = "register"
