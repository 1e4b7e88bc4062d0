"""How an entry stands for its organisation at an instant, with the time that is left."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from tabularium.core.clocks import end_of_day
from tabularium.core.life_state import Stage
from tabularium.register.deadlines import working_days_left
from tabularium.register.models import Entry


class Stand(StrEnum):
    """How an entry stands. The date decides, whether or not anything ran."""

    TO_READ = "to-read"  # approved; the notice does not count as given yet
    IN_NOTICE = "in-notice"
    TO_BE_PUBLISHED = "to-be-published"  # the window is closed, the clock's work not yet done
    OBJECTED = "objected"
    STAYED = "stayed"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    ENDED_EARLY = "ended-early"
    ENDED = "ended"


OVER = frozenset({Stand.WITHDRAWN, Stand.LAPSED, Stand.ENDED_EARLY, Stand.ENDED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry stands.

    Attributes:
        stand: how.
        until: the instant at which the next thing is due: the window closes, the objection is to be
            decided, the public view ends; None where no date is set.
        days_left: working days after today until then, the last included; None where they do not matter.
        is_over: whether it is over for good.
    """

    stand: Stand
    until: datetime | None = None
    days_left: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether the entry is over for good."""
        return self.stand in OVER

    @property
    def is_overdue(self) -> bool:
        """Whether an objection should have been decided and was not."""
        return self.stand is Stand.OBJECTED and self.days_left is not None and self.days_left < 0


def standing_of(entry: Entry, now: datetime) -> Standing:
    """How an entry stands at `now`."""
    over = _over(entry, now)
    if over is not None:
        return Standing(over, entry.withdrawn_at or entry.public_until)
    if entry.suspended:
        return _counted(Stand.OBJECTED, entry, entry.decide_by, now)
    if entry.stayed:
        return Standing(Stand.STAYED)
    return _free(entry, now)


def _free(entry: Entry, now: datetime) -> Standing:
    """How an entry stands that is neither over nor held back."""
    if entry.stage == Stage.PUBLISHED:
        return Standing(Stand.PUBLIC, entry.public_until)
    if entry.window_closes_at is None:
        return Standing(Stand.TO_READ)
    if now >= entry.window_closes_at:
        return Standing(Stand.TO_BE_PUBLISHED)
    return _counted(Stand.IN_NOTICE, entry, entry.window_closes_at, now)


def _over(entry: Entry, now: datetime) -> Stand | None:
    if entry.stage == Stage.WITHDRAWN:
        lapsed = entry.withdrawn_at is not None and entry.events.filter(type="lapsed").exists()
        return Stand.LAPSED if lapsed else Stand.WITHDRAWN
    if entry.suspended and entry.lapses_at is not None and now >= entry.lapses_at:
        return Stand.LAPSED
    if entry.public_until is None or now < entry.public_until:
        return None
    term_ends = entry.current_version.term_ends
    zone = ZoneInfo(entry.authority.time_zone)
    early = term_ends is not None and entry.public_until < end_of_day(term_ends, zone)
    return Stand.ENDED_EARLY if early else Stand.ENDED


def _counted(stand: Stand, entry: Entry, until: datetime | None, now: datetime) -> Standing:
    if until is None:
        return Standing(stand)
    left = working_days_left(entry.authority, until, now) if now < until else -1
    return Standing(stand, until, left)
