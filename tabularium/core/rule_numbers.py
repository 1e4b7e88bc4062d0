"""What a rules pack holds: the clocks and terms of a jurisdiction, each number with its source."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tabularium.core.clocks import Deadline, WorkingCalendar, add_months
from tabularium.core.kinds import Kind
from tabularium.core.toml_reader import FileMistake


class RulesError(FileMistake):
    """A rules pack or calendar file that cannot be used."""


class Unit(StrEnum):
    """What a number of the rules counts."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class SourcedNumber:
    """A number of the rules with where it comes from.

    Attributes:
        value: how many; never negative.
        unit: how many of what.
        source: the act and its place in it, or a sentence that says it is the register's own default.
        source_url: where the source can be read; empty if not given.
        own_default: True where no source gives a number and the register set it itself.
    """

    value: int
    unit: Unit
    source: str
    source_url: str = ""
    own_default: bool = False

    def deadline_after(self, start: date, calendar: WorkingCalendar) -> Deadline:
        """The last day in time when this number is counted from an event on `start`.

        Only a count of working days can be provisional.

        Raises:
            ClockValueError: the day lies beyond the calendar.
        """
        if self.unit is Unit.WORKING_DAYS:
            return calendar.add_working_days(start, self.value)
        if self.unit is Unit.MONTHS:
            return Deadline(add_months(start, self.value), provisional=False)
        return Deadline(start + timedelta(days=self.value), provisional=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """A number of months for each adverse kind of entry."""

    penalty: SourcedNumber
    exclusion: SourcedNumber
    judgment: SourcedNumber

    def of(self, kind: Kind) -> SourcedNumber:
        """The number for an entry of `kind`.

        Raises:
            ValueError: the kind is not adverse; the rules set it no term.
        """
        by_kind = {
            Kind.PENALTY: self.penalty,
            Kind.EXCLUSION: self.exclusion,
            Kind.JUDGMENT: self.judgment,
        }
        if kind not in by_kind:
            raise ValueError(f"The rules set no term for a {kind.value}.")
        return by_kind[kind]


CLOCKS: dict[str, Unit] = {
    "publish_within": Unit.WORKING_DAYS,
    "objection_window": Unit.WORKING_DAYS,
    "objection_decided_within": Unit.WORKING_DAYS,
    "objection_lapses_after": Unit.WORKING_DAYS,
    "repair_decided_within": Unit.WORKING_DAYS,
    "promise_answered_within": Unit.WORKING_DAYS,
    "shortest_term": Unit.MONTHS,
    "default_term": Unit.MONTHS,
    "longest_term": Unit.MONTHS,
    "retention": Unit.DAYS,
}
TERM_CLOCKS = ("default_term", "longest_term")
TERM_KINDS = (Kind.PENALTY, Kind.EXCLUSION, Kind.JUDGMENT)


@dataclass(frozen=True, slots=True)
class RulePack:
    """The clocks and terms of one jurisdiction while they are in force.

    Attributes:
        name: name of the pack's file.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case.
        version: number of the pack among those of its jurisdiction, rising with its dates.
        effective_from: first day of decision that it judges.
        effective_until: first day that it no longer judges; None while it has no end.
        time_zone: IANA name of the zone of an authority that states none of its own.
        publish_within: working days from the decision to its publication.
        objection_window: working days between the notice given to the organisation and publication.
        objection_decided_within: working days from an objection to the decision on it.
        objection_lapses_after: working days after that deadline until the undecided entry is withdrawn.
        repair_decided_within: working days from a request for repair to the decision on it.
        promise_answered_within: working days from the day that an authority promised to its word on whether
            it kept the promise; then the promise is shown as unanswered.
        shortest_term: months from the beginning of the term before which a repair cannot end it.
        default_term: months of public view where the decision gives no end.
        longest_term: months of public view that no decision may pass.
        retention: days from the end until content and salt are destroyed.
        effective_from_line: line of `effective_from` in the pack, for messages.
    """

    name: str
    jurisdiction: str
    version: int
    effective_from: date
    effective_until: date | None
    time_zone: str
    publish_within: SourcedNumber
    objection_window: SourcedNumber
    objection_decided_within: SourcedNumber
    objection_lapses_after: SourcedNumber
    repair_decided_within: SourcedNumber
    promise_answered_within: SourcedNumber
    shortest_term: SourcedNumber
    default_term: Terms
    longest_term: Terms
    retention: SourcedNumber
    effective_from_line: int = field(default=1, compare=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The pack's time zone."""
        return ZoneInfo(self.time_zone)

    def numbers(self) -> dict[str, SourcedNumber]:
        """Every number by its place in the pack, such as "longest_term.penalty", in the pack's order."""
        result: dict[str, SourcedNumber] = {}
        for name in CLOCKS:
            value = getattr(self, name)
            if isinstance(value, Terms):
                result |= {f"{name}.{kind}": value.of(kind) for kind in TERM_KINDS}
            else:
                result[name] = value
        return result
