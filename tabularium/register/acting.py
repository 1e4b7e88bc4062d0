"""In whose name the register is read and written: a second wall behind the checks of the code."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tabularium import clock
from tabularium.register.row_security import ROLE

_SETTINGS = ("role", "tabularium.authority", "tabularium.organisation", "tabularium.now")


@contextmanager
def acting_for(*, authority: str = "", organisation: str = "") -> Iterator[None]:
    """Read and write in the name of one authority or one organisation, until the block ends.

    On PostgreSQL the block is one transaction. In it the database takes on a role to which it shows what is
    public and what is theirs, and lets it write nothing else: see `row_security`.

    Args:
        authority: code of the authority, or
        organisation: identity of the organisation.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with (
        transaction.atomic(),
        _settings(ROLE, authority, organisation, clock.now().isoformat()),
    ):
        yield


@contextmanager
def beyond() -> Iterator[None]:
    """Within `acting_for`, ask what only the whole register knows, and tell nothing of it but yes or no."""
    if not is_acting():
        yield
        return
    with transaction.atomic(), _settings("none"):
        yield


def is_acting() -> bool:
    """Whether the database shows and takes what is somebody's alone; never on SQLite."""
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [ROLE])
        return bool(cursor.fetchone()[0])


@contextmanager
def _settings(*values: str) -> Iterator[None]:
    """Settings within a savepoint. What fails takes it back, and them with it; what succeeds does not."""
    names = _SETTINGS[: len(values)]
    with connection.cursor() as cursor:
        asked = ", ".join("current_setting(%s, true)" for _ in names)
        cursor.execute(f"SELECT {asked}", names)
        before = [each or "" for each in cursor.fetchone()]
    _set(names, values)
    yield
    if not connection.needs_rollback:
        _set(names, before)


def _set(names: tuple[str, ...], values: tuple[str, ...] | list[str]) -> None:
    with connection.cursor() as cursor:
        asked = ", ".join("set_config(%s, %s, true)" for _ in names)
        parameters = [each for pair in zip(names, values, strict=True) for each in pair]
        cursor.execute(f"SELECT {asked}", parameters)
