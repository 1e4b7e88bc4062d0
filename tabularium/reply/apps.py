"""The app's name for Django."""

from django.apps import AppConfig


class ReplyConfig(AppConfig):
    """The workspace of organisations: notices, answers, objections, repair."""

    name = "tabularium.reply"
    label = "reply"
