"""The one clock. Nothing else in Tabularium asks for now or today.

The demo and the tests let time pass quickly; both must ask for that first, in so many words, so that no
running register can be talked into another date.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class ClockError(RuntimeError):
    """Simulated time was asked for where it is not allowed, or without a time zone."""


def _real_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _real_now
_simulation_allowed = False


def now() -> datetime:
    """This instant, in UTC and aware of it."""
    return _source()


def today(zone: ZoneInfo) -> date:
    """The calendar day that it now is in `zone`."""
    return now().astimezone(zone).date()


def allow_simulation() -> None:
    """Let `simulated` be used in this process. Called by the demo's making and by the tests alone."""
    global _simulation_allowed  # noqa: PLW0603 - a process is a simulation or it is not
    _simulation_allowed = True


@contextmanager
def simulated(instant: datetime) -> Iterator[Callable[[datetime], None]]:
    """Let the clock stand at `instant` inside the block, for all threads of this process.

    Yields:
        A function that moves the clock to another instant.

    Raises:
        ClockError: simulation was not allowed, or an instant has no time zone.
    """
    global _source  # noqa: PLW0603 - there is one clock
    if not _simulation_allowed:
        raise ClockError("Simulated time is for the demo and the tests only.")
    before = _source

    def move(to: datetime) -> None:
        global _source  # noqa: PLW0603
        if to.tzinfo is None:
            raise ClockError("An instant needs a time zone.")
        fixed = to.astimezone(UTC)
        _source = lambda: fixed  # noqa: E731

    move(instant)
    try:
        yield move
    finally:
        _source = before
