"""The app's name for Django, and its checks."""

from django.apps import AppConfig
from django.core import checks


class OperationConfig(AppConfig):
    """Running a register."""

    name = "tabularium.operation"
    label = "operation"

    def ready(self) -> None:
        """Let `check --deploy` of Django find what start-up refuses."""
        from tabularium.operation.safety import as_checks  # noqa: PLC0415 - settings come first

        checks.register(as_checks, "tabularium", deploy=True)
