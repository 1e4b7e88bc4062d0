"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Signing in, and for whom a request acts."""

    name = "tabularium.accounts"
    label = "accounts"
