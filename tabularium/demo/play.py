"""Playing the plan: time passes, and everybody does what they do by the services of the register."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from tabularium.demo.acts import Actors, Office, Target, open_office
from tabularium.demo.courses import Act
from tabularium.demo.plan import File, Plan, Row
from tabularium.intake.services import enter_item, submit
from tabularium.register import services
from tabularium.register.submission_selectors import entries_of

if TYPE_CHECKING:
    from tabularium.register.models import CatalogueItem

NIGHT = time(0, 30)
"""When the clock's work is done each day, in the town's time."""
MORNING = time(9, 30)
"""When files come in."""
_HOURS: Mapping[Act, time] = {
    Act.APPROVE: time(10, 30),
    Act.NOTICE: time(11, 30),
    Act.ANSWER_SHOWN: time(14, 0),
    Act.ANSWER_HIDDEN: time(14, 0),
    Act.TAKE_BACK: time(14, 0),
    Act.OBJECT: time(14, 30),
    Act.ASK: time(14, 30),
}
_DECISIONS = time(16, 0)
_ONE_DAY = timedelta(days=1)


class DemoError(RuntimeError):
    """The town cannot be made. As text, one line: what is the case, and what to do."""


@dataclass(eq=False, slots=True)
class Played:
    """A row that becomes an entry, and the entry's identity once it has."""

    file: File
    row: Row
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class TownTime:
    """The town's clock.

    Attributes:
        zone: of its days.
        until: the instant as of which the town is made; no instant is later.
        move: moves the simulated clock.
    """

    zone: ZoneInfo
    until: datetime
    move: Callable[[datetime], None]

    def at(self, day: date, hour: time) -> None:
        """Let it be that hour, or the last instant if that is earlier."""
        self.move(min(datetime.combine(day, hour, self.zone), self.until))


class Play:
    """The town's time from its first day to its last.

    Attributes:
        entries: every row that becomes an entry.
        entered: how many of them have.
        findings: how many rows each finding stopped.
    """

    def __init__(self, plan: Plan, submissions: Path, town_time: TownTime) -> None:
        self._plan = plan
        self._submissions = submissions
        self._time = town_time
        self._actors = Actors(plan.words)
        self._items: dict[str, CatalogueItem] = {}
        self._offices: dict[str, Office] = {}
        self._agenda: dict[date, list[tuple[time, Callable[[], None]]]] = {}
        self.entries: list[Played] = []
        self.entered = 0
        self.findings: Counter[str] = Counter()
        for file in plan.files:
            self._plan_file(file)

    def days(self) -> Iterator[date]:
        """Let each day happen, and say which. What happens in a day is one transaction.

        Raises:
            DemoError: the register does otherwise than was planned.
        """
        day = self._plan.first_day
        self._time.at(day, NIGHT)
        self._open_the_town()
        while day <= self._plan.last_day:
            with transaction.atomic():
                self._live(day)
            yield day
            day += _ONE_DAY
        self._time.move(self._time.until)
        self._tick()

    def _open_the_town(self) -> None:
        with transaction.atomic():
            for stock in self._plan.words.stocks:
                item = enter_item(stock.text, f"{stock.code}.toml")
                self._items[stock.code] = item
                code = stock.spec.authority.code
                if code not in self._offices:
                    self._offices[code] = open_office(item.authority)

    def _plan_file(self, file: File) -> None:
        played = [Played(file, row) for row in file.rows if row.course is not None]
        self.entries += played
        self._at(file.day, MORNING, partial(self._submit, file, played))
        for each in played:
            self._plan_acts(each)

    def _plan_acts(self, played: Played) -> None:
        before = (played.file.day, MORNING)
        for day, act in played.row.acts:
            # A holiday can bring acts together on one day; they keep their order.
            before = max(before, (day, _HOURS.get(act, _DECISIONS)))
            self._at(*before, partial(self._do, act, played))

    def _at(self, day: date, hour: time, what: Callable[[], None]) -> None:
        self._agenda.setdefault(day, []).append((hour, what))

    def _live(self, day: date) -> None:
        self._time.at(day, NIGHT)
        self._tick()
        for hour, what in sorted(self._agenda.pop(day, []), key=lambda each: each[0]):
            self._time.at(day, hour)
            what()

    def _tick(self) -> None:
        failures = services.tick().failures
        for entry_id, reason in failures.items():
            raise DemoError(f"The clock's work failed for the entry {entry_id}: {reason}")

    def _submit(self, file: File, played: list[Played]) -> None:
        report = submit(self._submissions / file.name, item=self._items[file.stock.code])
        for (_, code), rows in report.stopped_by.items():
            self.findings[str(code)] += rows
        if len(played) != report.entries_made:
            found = ", ".join(sorted({code for _, code in report.stopped_by})) or "none"
            raise DemoError(
                f"{file.name} was to bring {len(played)} entries and brings "
                f"{report.entries_made}; findings: {found}."
            )
        if report.submission is not None:
            entries = entries_of(report.submission).values_list("pk", flat=True)
            for each, entry_id in zip(played, entries, strict=True):
                each.entry_id = entry_id
        report.findings.close()
        self.entered += len(played)

    def _do(self, act: Act, played: Played) -> None:
        spec = played.file.stock.spec
        office = self._offices[spec.authority.code]
        self._actors.do(act, Target(played.entry_id, office, spec.language))
