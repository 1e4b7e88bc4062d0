"""When the files are built: every night, and as soon as something in them is not public any more."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings

from tabularium import clock
from tabularium.opendata.building import (
    AlreadyBuildingError,
    Build,
    build,
    current_build,
    withdraw_files,
)
from tabularium.opendata.staleness import stale_files

OFF = "off"


def build_if_due() -> Build | None:
    """Build the files if they are due; None if they are not, or if another process builds them.

    They are due when there are none, when the hour of the night has come since the last time, and when
    something in them may not be given out any more. Where the operator has switched it off, files that may
    not be given out are taken away.

    Raises:
        OSError: the folder cannot be written to.
    """
    now, there = clock.now(), current_build()
    stale = there is not None and bool(stale_files(there, now))
    try:
        if settings.OPEN_DATA_AT == OFF:
            if stale:
                withdraw_files()
            return None
        if there is not None and not stale and there.built_at >= _last_night(now):
            return None
        return build()
    except AlreadyBuildingError:
        return None


def _last_night(now: datetime) -> datetime:
    """When the hour of the night came last."""
    hour = time.fromisoformat(settings.OPEN_DATA_AT)
    today = datetime.combine(now.astimezone(UTC).date(), hour, UTC)
    return today if today <= now else today - timedelta(days=1)
