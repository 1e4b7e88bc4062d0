"""Making a backup: the whole register as it stands at one instant, while others go on writing."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from importlib.metadata import version
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.register.backups.container import Writer
from tabularium.register.backups.keys import BACKUP, FORGET, Keys, key_id
from tabularium.register.backups.months import month_of
from tabularium.register.backups.rows import Table, tables
from tabularium.register.models import Entry

ROWS_AT_ONCE = 1000
BYTES_AT_ONCE = 1 << 20
"""A month's rows are written when there are so many, or so many bytes."""

BYTES_KEPT = 16 << 20
"""So much is kept of all months together."""


@dataclass(slots=True)
class BackupReport:
    """What a backup holds.

    Attributes:
        month: by whose key it is read.
        rows: how many of each table.
    """

    month: str
    rows: Counter[str] = field(default_factory=Counter)


def make_backup(stream: BinaryIO, keys: Keys) -> BackupReport:
    """Write a backup of the whole register.

    Memory does not grow with the register. Others may read and write meanwhile, and none of what they
    write is in it.

    Raises:
        BackupError: a key cannot be read or made.
    """
    made_at = clock.now()
    with _one_instant():
        every = tables()
        month = month_of(made_at)
        key = keys.get(BACKUP, month)
        of_months = {each: keys.get(FORGET, each) for each in _months()}
        head = {
            "made_at": made_at.isoformat(),
            "program": version("tabularium"),
            "migrations": applied_migrations(),
            "columns": {each.label: [list(each.first), list(each.second)] for each in every},
            "backup_key": {"month": month, "id": key_id(key)},
            "forget_keys": {each: key_id(of_months[each]) for each in sorted(of_months)},
        }
        writer = Writer(stream, head, key, of_months)
        report = BackupReport(month)
        for table in every:
            _Heaps(table, writer, report).write()
        writer.end({"rows": dict(report.rows)})
    return report


def applied_migrations() -> list[list[str]]:
    """The migrations by which the database was made, in order."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


def _months() -> list[str]:
    """The months in which something of the register is to be erased."""
    waiting = Entry.objects.exclude(stage=Stage.ERASED).filter(erasable_from__isnull=False)
    return [month_of(each) for each in waiting.datetimes("erasable_from", "month", tzinfo=UTC)]


@contextmanager
def _one_instant() -> Iterator[None]:
    """See the register as it stands now until the block ends, and keep nobody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Django's own transactions claim the right to write.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


class _Heaps:
    """Rows of one table, heaped up by month until a heap is worth a piece."""

    def __init__(self, table: Table, writer: Writer, report: BackupReport) -> None:
        self._table, self._writer, self._report = table, writer, report
        self._heaps: dict[str, tuple[list[Any], list[Any]]] = {}
        self._bytes: Counter[str] = Counter()

    def write(self) -> None:
        for month, first, second in self._table.rows():
            heap = self._heaps.setdefault(month, ([], []))
            heap[0].append(first)
            heap[1].append(second)
            self._bytes[month] += _size(first) + _size(second)
            if len(heap[0]) >= ROWS_AT_ONCE or self._bytes[month] >= BYTES_AT_ONCE:
                self._flush(month)
            elif self._bytes.total() >= BYTES_KEPT:
                self._flush_all()
        self._flush_all()

    def _flush_all(self) -> None:
        for month in list(self._heaps):
            self._flush(month)

    def _flush(self, month: str) -> None:
        first, second = self._heaps.pop(month)
        del self._bytes[month]
        self._writer.rows(month, {"table": self._table.label, "rows": first}, second)
        self._report.rows[self._table.label] += len(first)


def _size(values: list[Any]) -> int:
    return sum(_size_of(each) for each in values)


def _size_of(value: Any) -> int:
    if isinstance(value, Mapping | list):
        return 64 + 2 * sys.getsizeof(str(value))
    return 64 + len(value) if isinstance(value, str) else 64
