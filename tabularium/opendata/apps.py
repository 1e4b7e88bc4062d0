"""Open data as a Django app."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """Files, feeds and lists for those who use the register's data elsewhere; it has no tables."""

    name = "tabularium.opendata"
    label = "opendata"
