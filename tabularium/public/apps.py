"""The app's name for Django."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The public app."""

    name = "tabularium.public"
    label = "public"
