"""In whose name the register is read and written: a second wall behind the checks of the code."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def acting_for(*, authority: str = "", organisation: str = "") -> Iterator[None]:
    """Read and write in the name of one authority or one organisation, until the block ends.

    On PostgreSQL the block is one transaction, and the database is told for whom it runs.

    Args:
        authority: code of the authority, or
        organisation: identity of the organisation.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('tabularium.authority', %s, true),"
            " set_config('tabularium.organisation', %s, true)",
            [authority, organisation],
        )
        yield
