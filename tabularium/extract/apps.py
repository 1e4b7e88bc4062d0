"""The app's name for Django."""

from django.apps import AppConfig


class ExtractConfig(AppConfig):
    """Extracts that can be checked without the register."""

    name = "tabularium.extract"
    label = "extract"
