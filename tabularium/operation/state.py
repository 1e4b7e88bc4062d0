"""How it stands with a register: what waits, what was done last, and what there is room for."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tabularium import clock
from tabularium.extract.certificates import CertificateError, read_certificate
from tabularium.notices.selectors import failed_notices, owed
from tabularium.opendata.building import current_build
from tabularium.operation.last import BACKUP, CHECKPOINT, UPKEEP, LastTime, last_time
from tabularium.register.models import Entry

SOON = timedelta(days=1)
"""An objection that has to be decided within so long is close to being missed."""

MOST = 1000
"""What waits is counted up to here."""


@dataclass(frozen=True, slots=True)
class Machine:
    """How it stands with what a register runs on; nothing of it is about an entry.

    Attributes:
        at: when it was asked.
        upkeep: when what is due was done last; None if it never was.
        backup: when a backup was made last.
        checkpoint_at: when a checkpoint of the log was signed last.
        open_data_at: when the files of open data were built last.
        certificate_until: until when the certificate for extracts holds; None if it cannot be read.
        disk_free: bytes that are free where the data folder lies; None if that cannot be told.
        disk: bytes of the whole disk.
        database: which database, and its version.
    """

    at: datetime
    upkeep: LastTime | None
    backup: LastTime | None
    checkpoint_at: datetime | None
    open_data_at: datetime | None
    certificate_until: datetime | None
    disk_free: int | None
    disk: int | None
    database: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in the whole register, each number up to `MOST`.

    Attributes:
        notices_waiting: notices that are still to be given.
        notices_failed: notices that failed for good.
        objections_soon: objections that have to be decided within `SOON`.
        objections_late: objections that were not decided in time.
    """

    notices_waiting: int
    notices_failed: int
    objections_soon: int
    objections_late: int


def machine() -> Machine:
    """How it stands with what the register runs on."""
    free, whole = disk()
    checkpoint = last_time(CHECKPOINT)
    return Machine(
        at=clock.now(),
        upkeep=last_time(UPKEEP),
        backup=last_time(BACKUP),
        checkpoint_at=None if checkpoint is None else checkpoint.at,
        open_data_at=_open_data(),
        certificate_until=_certificate_until(),
        disk_free=free,
        disk=whole,
        database=database(),
    )


def waiting() -> Waiting:
    """What waits in the whole register."""
    now = clock.now()
    return Waiting(
        notices_waiting=_few(owed().order_by()),
        notices_failed=_few(failed_notices().order_by()),
        objections_soon=_few(_open().filter(decide_by__gt=now, decide_by__lte=now + SOON)),
        objections_late=_few(_open().filter(decide_by__lte=now)),
    )


def _open() -> QuerySet[Entry]:
    return Entry.objects.filter(objection_open=True)


def _few(rows: QuerySet[Any]) -> int:
    return rows[:MOST].count()


def disk() -> tuple[int, int] | tuple[None, None]:
    """Bytes that are free where the data folder lies, and bytes of the whole disk."""
    try:
        used = shutil.disk_usage(settings.DATA_FOLDER)
    except OSError:
        return None, None
    return used.free, used.total


def database() -> str:
    """Which database, and its version."""
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version}"


def _open_data() -> datetime | None:
    try:
        build = current_build()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if build is None else build.built_at


def _certificate_until() -> datetime | None:
    passphrase = Path(settings.EXTRACT_PASSPHRASE) if settings.EXTRACT_PASSPHRASE else None
    try:
        return read_certificate(settings.EXTRACT_CERTIFICATE, passphrase).not_after
    except (CertificateError, OSError):
        return None
