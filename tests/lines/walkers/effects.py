"""What one step does to entries other than the one it is about."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Each table of what belongs to entries, and an expression for the entry that a row belongs to.
TABLES = {
    "register_entry": "id",
    "register_version": "entry_id",
    "register_event": "entry_id",
    "register_statement": "entry_id",
    "register_offeredcorrection": "entry_id",
    "register_sighting": "entry_id",
    "register_looking": "entry_id",
    "register_document": "entry_id",
    "register_correctionrequest": "entry_id",
    "register_erasure": "entry_id",
    "register_publicchange": "entry_id",
    "register_notice": "(SELECT entry_id FROM register_version v WHERE v.id = version_id)",
    "register_delivery": (
        "(SELECT v.entry_id FROM register_version v JOIN register_notice n"
        " ON n.version_id = v.id WHERE n.id = notice_id)"
    ),
    "register_noticecode": (
        "(SELECT v.entry_id FROM register_version v JOIN register_notice n"
        " ON n.version_id = v.id WHERE n.id = notice_id)"
    ),
}

Rows = dict[tuple[str, str, str], tuple[Any, ...]]


def snapshot(connection: BaseDatabaseWrapper) -> Rows:
    """Every row of every entry: by table, entry and key."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table, owner in TABLES.items():
            cursor.execute(f"SELECT {owner}, t.* FROM {table} t")  # noqa: S608 - names from the table above
            for entry_id, key, *rest in cursor.fetchall():
                rows[table, str(entry_id), str(key)] = tuple(map(str, rest))
    return rows


def offences_of(step: Callable[[], str], connection: BaseDatabaseWrapper) -> list[str]:
    """What a step did to other entries: rows changed, made or removed, and statements that reached them.

    Args:
        step: does it, and returns the identity of the entry it was about.
        connection: to the register's database.
    """
    before = snapshot(connection)
    with _statements(connection) as written:
        target = step()
    after = snapshot(connection)
    others = {entry_id for _, entry_id, _ in before if entry_id != target}
    found = [
        f"{table}: a row of another entry was {_what(key, before, after)}"
        for key in sorted(before.keys() | after.keys())
        for table, entry_id, _ in [key]
        if entry_id != target and before.get(key) != after.get(key)
    ]
    for sql, parameters in written:
        texts = [str(each) for each in parameters]
        if any(text.partition(".")[0] in others for text in texts):
            found.append(f"a statement names another entry: {sql[:80]}")
        elif not sql.upper().startswith("INSERT") and not any(target in text for text in texts):
            found.append(f"a statement is not bound to the entry: {sql[:80]}")
    return found


def _what(key: tuple[str, str, str], before: Rows, after: Rows) -> str:
    if key not in before:
        return "made"
    return "changed" if key in after else "removed"


@contextmanager
def _statements(
    connection: BaseDatabaseWrapper,
) -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """The writing statements on the tables of entries inside the block, with their parameters."""
    written: list[tuple[str, Sequence[Any]]] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip().split(" ", 1)[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and any(
            f'"{table}"' in sql or f" {table} " in sql for table in TABLES
        ):
            sets = parameters if many else [parameters or ()]
            written.extend((sql, list(each)) for each in sets)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(keep):
        yield written
