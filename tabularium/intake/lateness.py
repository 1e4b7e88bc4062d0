"""Whether a decision comes too late to be published in time: the publication clock of its rules pack."""

from collections.abc import Callable
from datetime import date

from tabularium.core.clocks import ClockValueError, WorkingCalendar
from tabularium.core.rules import NoRulesInForce, RuleBook
from tabularium.rules.loader import working_calendar


class Lateness:
    """Judges the days of one authority's decisions as of one day of submission."""

    def __init__(
        self,
        book: RuleBook,
        jurisdiction: str,
        today: date,
        calendar: Callable[[str], WorkingCalendar] = working_calendar,
    ) -> None:
        """Prepare the judgment.

        Args:
            book: the rules by which decisions are judged.
            jurisdiction: of the authority, as in its catalogue item.
            today: the day of the submission, in the authority's zone.
            calendar: gives the working days of a jurisdiction; raises NoRulesInForce where none are known.
        """
        self._book = book
        self._jurisdiction = jurisdiction
        self._today = today
        self._calendar = calendar
        self._known: dict[date, int | None] = {}

    def exceeded(self, decided_on: date) -> int | None:
        """The working days within which such a decision is published, if they have passed; else None.

        The day of the decision is not counted, and the last day still counts as in time. Where no rules
        or no working days are known for the day, nothing is late.
        """
        if decided_on not in self._known:
            self._known[decided_on] = self._reckoned(decided_on)
        return self._known[decided_on]

    def _reckoned(self, decided_on: date) -> int | None:
        try:
            within = self._book.in_force(self._jurisdiction, decided_on).publish_within
            last = within.deadline_after(decided_on, self._calendar(self._jurisdiction)).day
        except (NoRulesInForce, ClockValueError):
            return None
        return within.value if self._today > last else None
