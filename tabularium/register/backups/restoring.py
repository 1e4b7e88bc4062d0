"""Bringing a register back from a backup, without what was to be forgotten since."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from tabularium import clock
from tabularium.core.life_state import Stage, State
from tabularium.register import triggers
from tabularium.register.backups.container import Piece, Reader
from tabularium.register.backups.errors import BackupError
from tabularium.register.backups.forgetting import complete_what_was_forgotten
from tabularium.register.backups.keys import BACKUP, FORGET, READABLE_FOR, Keys, key_id
from tabularium.register.backups.making import applied_migrations
from tabularium.register.backups.months import later, month_of
from tabularium.register.backups.rows import Table, reading, tables
from tabularium.register.erasable import PART_OF
from tabularium.register.models import Entry
from tabularium.register.services.advance import columns
from tabularium.register.services.organisations import index_all

AT_ONCE = 500


@dataclass(slots=True)
class RestoreReport:
    """What was brought back.

    Attributes:
        made_at: when the backup was made.
        rows: how many of each table.
        left_out: how many of each table were not, for they were to be erased since.
        forgotten: how many entries came back as they are after their erasure.
    """

    made_at: datetime
    rows: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0


def restore(stream: BinaryIO, keys: Keys) -> RestoreReport:
    """Bring a register back into an empty database, all or nothing.

    Entries whose retention ended before this month come back as they would be after their erasure.

    Raises:
        BackupError: the file is damaged or no backup, a key is absent or another, the database is not
            empty or of another version.
    """
    reader = Reader(stream)
    head, now = reader.head, clock.now()
    try:
        report = RestoreReport(datetime.fromisoformat(head["made_at"]))
        described = {label: (first, second) for label, (first, second) in head["columns"].items()}
        migrations = [list(each) for each in head["migrations"]]
        sealed_by = (head["backup_key"]["month"], head["backup_key"]["id"])
        forgotten_by = dict(head["forget_keys"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BackupError("The head of the backup does not say what it holds.") from None
    if migrations != applied_migrations():
        raise BackupError(
            f"The backup was made by version {head.get('program')} of Tabularium, whose tables are"
            " others. Bring it back with that version, and then run tabularium init with this one."
        )
    key, of_months = usable_keys(sealed_by, forgotten_by, keys, now)
    with transaction.atomic():
        every = tables()
        _refuse_unless_empty(every)
        # What was refused when it was written is refused no second time: a notice that came back is not
        # given any more, and yet a window was opened by it. Taken back with all else if this fails.
        triggers.remove(connection)
        models = {each.label: each.model for each in every}
        for piece in reader.pieces(key, of_months):
            label = piece.first["table"]
            first, second = described[label]
            _put_back(Table(models[label], first, second), piece, now, report)
        if Counter(reader.end["rows"]) != report.rows + report.left_out:
            raise BackupError("The backup does not hold as many rows as its end says.")
        _go_on_counting(every)
        connection.check_constraints()
        triggers.install(connection)
        index_all()
        report.forgotten = complete_what_was_forgotten(now)
    return report


def usable_keys(
    sealed_by: tuple[str, str], forgotten_by: Mapping[str, str], keys: Keys, now: datetime
) -> tuple[bytes, dict[str, bytes]]:
    """The key of the backup, and those of the months that are not to be forgotten yet.

    Args:
        sealed_by: month and id of the key of the backup.
        forgotten_by: months and ids of the others.
        keys: where they are looked for.
        now: what was to be erased before this month may be forgotten.

    Raises:
        BackupError: a key that should be there is not, or is another.
    """
    month, identity = sealed_by
    key = keys.find(BACKUP, month)
    if key is None and later(month, READABLE_FOR) < month_of(now):
        raise BackupError(
            f"The backup was made in {month}. Its key was destroyed on schedule at the end of"
            f" {later(month, READABLE_FOR)}, and nobody can read it any more. Take a later one."
        )
    key = _fitting(key, identity, keys, BACKUP, month)
    found: dict[str, bytes] = {}
    gone = ""
    for each, expected in sorted(forgotten_by.items()):
        there = keys.find(FORGET, each)
        if each < month_of(now) and (there is None or key_id(there) != expected):
            # What was to be erased before it is gone as well, whatever key is still there.
            gone = each
            found = {}
        else:
            found[each] = _fitting(there, expected, keys, FORGET, each)
    assert all(each > gone for each in found)
    return key, found


def _fitting(key: bytes | None, identity: str, keys: Keys, sort: str, month: str) -> bytes:
    if key is None:
        raise BackupError(
            f"The key {sort}-{month}.key is not in {keys.folder}. Put the folder of keys back, which"
            " is kept apart from the backups, or name it in TABULARIUM_KEYS."
        )
    if key_id(key) != identity:
        raise BackupError(
            f"The key {sort}-{month}.key in {keys.folder} is another than the one by which the backup"
            " was sealed. Put back the folder of keys of the register that it was made of."
        )
    return key


def _refuse_unless_empty(every: list[Table]) -> None:
    for table in every:
        if table.model._base_manager.exists():
            raise BackupError(
                f"The register is not empty: there is something in {table.label}. A backup is brought"
                " back into a new folder, and on PostgreSQL into a new database."
            )


def _put_back(table: Table, piece: Piece, now: datetime, report: RestoreReport) -> None:
    first, part = piece.first["rows"], table.part
    if piece.second is None and (part is None or part.is_removed):
        report.left_out[table.label] += len(first)
        return
    second = [None] * len(first) if piece.second is None else piece.second
    read = reading(table.model)
    fresh = [read(table.joined(*both)) for both in zip(first, second, strict=True)]
    if piece.second is None:
        for row in fresh:
            _mark_erased(row, now)
    table.model._base_manager.bulk_create(fresh, batch_size=AT_ONCE)
    report.rows[table.label] += len(fresh)


def _mark_erased(row: Model, now: datetime) -> None:
    """Write a row as erasure leaves it; its event follows when those of before are there."""
    if isinstance(row, Entry):
        erased = State(
            number=row.last_event_number + 1,
            last_at=now,
            adverse=False,
            version=1,
            recorder=None,
            stage=Stage.ERASED,
            was_public=row.was_public,
        )
        for name, value in columns(erased).items():
            setattr(row, name, value)
    elif PART_OF[type(row)].is_marked:
        setattr(row, "erased_at", now)  # noqa: B010 - several models have it, and not every one


def _go_on_counting(every: list[Table]) -> None:
    """Let the database number new rows after those that were brought back."""
    models = [each.model for each in every]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
