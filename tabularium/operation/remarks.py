"""How it stands with what a register runs on, in words for its registrar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tabularium.operation.last import LastTime
from tabularium.operation.state import Machine

UPKEEP_WITHIN = timedelta(minutes=15)
"""What is due is done every minute or every five; after so long, something stands still."""
DAILY_WITHIN = timedelta(hours=26)
"""A backup and the files of open data come each night."""
CERTIFICATE_BEFORE = timedelta(days=30)
"""So long before its end, another certificate is to be asked for."""
LEAST_PART_FREE = 0.1
"""Of the disk."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that a register needs.

    Attributes:
        name: of it.
        at: an instant that is to be shown with it; None for none.
        value: a text to be shown with it; "" for none.
        look: why somebody has to look after it; "" if nobody has to.
    """

    name: str
    at: datetime | None = None
    value: str = ""
    look: str = ""


def remarks(now: Machine) -> list[Remark]:
    """What a registrar is told of the machine."""
    return [
        *_upkeep(now.at, now.upkeep),
        Remark(_("Backup made last"), _at(now.backup), look=_backup(now)),
        Remark(
            _("Checkpoint of the log signed last"),
            now.checkpoint_at,
            look="" if now.checkpoint_at else _("None was signed yet."),
        ),
        Remark(_("Files of open data built last"), now.open_data_at, look=_open_data(now)),
        Remark(
            _("The certificate for extracts holds until"),
            now.certificate_until,
            look=_certificate(now),
        ),
        Remark(_("Disk"), value=_room(now), look=_disk(now)),
        Remark(_("Database"), value=now.database),
    ]


def _at(last: LastTime | None) -> datetime | None:
    return last.at if last else None


def _upkeep(at: datetime, last: LastTime | None) -> Iterator[Remark]:
    look = ""
    if last is None or at - last.at > UPKEEP_WITHIN:
        look = _(
            "Nothing publishes, tells or erases by itself now. Tell whoever runs the register."
        )
    elif last.failures:
        look = _("A step failed. Whoever runs the register finds it in the log.")
    yield Remark(_("What is due was done last"), _at(last), look=look)


def _backup(now: Machine) -> str:
    if now.backup is None or now.at - now.backup.at > DAILY_WITHIN:
        return _("None was made in the last day. Tell whoever runs the register.")
    return ""


def _open_data(now: Machine) -> str:
    if settings.OPEN_DATA_AT == "off":
        return ""
    if now.open_data_at is None or now.at - now.open_data_at > DAILY_WITHIN:
        return _("They are older than a day. Tell whoever runs the register.")
    return ""


def _certificate(now: Machine) -> str:
    if now.certificate_until is None:
        return _("There is none that can be read, so no extract is signed.")
    if now.certificate_until - now.at < CERTIFICATE_BEFORE:
        return _("It ends soon. After that no extract is signed.")
    return ""


def _room(now: Machine) -> str:
    if now.disk_free is None or now.disk is None:
        return ""
    sizes = {"free": filesizeformat(now.disk_free), "all": filesizeformat(now.disk)}
    return _("%(free)s of %(all)s free") % sizes


def _disk(now: Machine) -> str:
    if now.disk_free is None or now.disk is None:
        return _("The data folder cannot be found.")
    if now.disk_free < max(settings.DISK_LEAST, now.disk * LEAST_PART_FREE):
        return _("It is nearly full. When it is, nothing can be recorded or told.")
    return ""
