"""When something that is done again and again was done last: a file for each, in the data folder.

The data folder is one, also where several machines serve; and unlike the database these files are no part
of the register, which is the same whether or not somebody looks after it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from tabularium import clock

UPKEEP = "upkeep"
BACKUP = "backup"
CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class LastTime:
    """When it was done last, and how many of its steps failed."""

    at: datetime
    failures: int


def note(name: str, failures: int = 0) -> None:
    """Note that something was done just now.

    Raises:
        OSError: it cannot be noted.
    """
    folder = _folder()
    if not folder.parent.is_dir():
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    half = folder / f"{name}.half-written"
    half.write_text(json.dumps({"at": clock.now().isoformat(), "failures": failures}), "ascii")
    half.replace(folder / f"{name}.json")


def last_time(name: str) -> LastTime | None:
    """When something was done last; None if it never was, as far as can be told."""
    try:
        said = json.loads((_folder() / f"{name}.json").read_text("ascii"))
        return LastTime(datetime.fromisoformat(said["at"]), int(said["failures"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _folder() -> Path:
    return Path(settings.DATA_FOLDER) / "last"
