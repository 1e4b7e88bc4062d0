"""A decision is late against the publication clock of the pack of its day, in working days."""

from collections.abc import Callable
from datetime import date

import pytest

from tabularium.intake.findings import Examined, FindingCode, Severity
from tabularium.intake.lateness import Lateness
from tabularium.intake.messages import describe
from tabularium.rules.loader import rule_book, working_calendar

Examine = Callable[..., list[Examined]]


def test_the_last_day_is_in_time_and_the_next_is_late() -> None:
    # China: 7 working days (pack cn). Wednesday 4 March 2026 and seven more are Friday 13 March.
    decided = date(2026, 3, 4)
    assert working_calendar("cn").add_working_days(decided, 7).day == date(2026, 3, 13)
    assert Lateness(rule_book(), "cn", date(2026, 3, 13)).exceeded(decided) is None
    assert Lateness(rule_book(), "cn", date(2026, 3, 14)).exceeded(decided) == 7


def test_holidays_are_not_counted() -> None:
    # The National Day holidays of 2025 are 1 to 8 October.
    decided = date(2025, 9, 28)
    assert Lateness(rule_book(), "cn", date(2025, 10, 14)).exceeded(decided) is None


def test_the_pack_of_the_day_of_the_decision_judges() -> None:
    book = rule_book()
    for day in (date(2020, 12, 31), date(2021, 1, 1)):
        within = book.in_force("cn", day).publish_within
        assert Lateness(book, "cn", date(2026, 3, 1)).exceeded(day) == within.value


@pytest.mark.parametrize(
    ("jurisdiction", "day"), [("zz", date(2026, 1, 5)), ("cn", date(1900, 1, 5))]
)
def test_without_rules_nothing_is_late(jurisdiction: str, day: date) -> None:
    assert Lateness(rule_book(), jurisdiction, date(2026, 3, 1)).exceeded(day) is None


def test_a_late_row_goes_on_with_a_warning(examine_rows: Examine) -> None:
    # Twenty working days after 30 January 2026, without a holiday of England, are 27 February.
    in_time, late = examine_rows(
        {"decided": "30/01/2026"},
        {"decided": "29/01/2026", "case": "C-18"},
        today=date(2026, 2, 27),
    )
    assert in_time.draft is not None
    assert in_time.findings == ()
    assert late.draft is not None
    (finding,) = late.findings
    assert (finding.code, finding.severity) == (FindingCode.LATE, Severity.WARNING)
    assert (finding.row, finding.column, finding.parameters) == (3, "decided", {"within": "20"})
    assert "20 working days" in describe(finding).en
    assert "20个工作日" in describe(finding).zh


def test_a_row_that_is_stopped_is_not_called_late(examine_rows: Examine) -> None:
    (stopped,) = examine_rows({"decided": "05/01/2026", "count": "many"})
    assert {finding.code for finding in stopped.findings} == {FindingCode.WRONG_NUMBER}
