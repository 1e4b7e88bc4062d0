"""A register of which backups are made, and which is emptied to bring them back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from tabularium.register import references, triggers
from tabularium.register.backups.forgetting import register_keys
from tabularium.register.backups.making import make_backup
from tabularium.register.backups.restoring import RestoreReport, restore
from tabularium.register.backups.rows import tables

Move = Callable[[datetime], None]


@dataclass
class Safe:
    """Where backups are made and brought back."""

    folder: Path

    def backup(self) -> bytes:
        stream = BytesIO()
        make_backup(stream, register_keys())
        return stream.getvalue()

    def restore(self, backup: bytes) -> RestoreReport:
        return restore(BytesIO(backup), register_keys())

    def empty(self) -> None:
        """As a new register is; what refuses removal steps aside for that alone."""
        triggers.remove(connection)
        references.remove(connection)
        with connection.cursor() as cursor:
            for table in reversed(tables()):
                cursor.execute(f'DELETE FROM "{table.model._meta.db_table}"')  # noqa: S608 - our own
            cursor.execute("DELETE FROM register_organisation_search")
            cursor.execute("DELETE FROM register_decision_search")
        connection.check_constraints()
        references.install(connection)
        triggers.install(connection)

    def content(self) -> dict[str, list[Any]]:
        """Every row of every table that a backup holds."""
        return {
            table.label: sorted(
                str(sorted(table.joined(first, second).items()))
                for _, first, second in table.rows()
            )
            for table in tables()
        }


@pytest.fixture
def safe(db: None, move: Move, settings: LazySettings, tmp_path: Path) -> Safe:
    del db, move
    settings.KEY_FOLDER = tmp_path / "keys"
    return Safe(tmp_path / "keys")
