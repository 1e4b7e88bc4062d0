"""Figures on the quality of an authority's data: counted right, withheld where small, in few queries."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType
from tabularium.register import quality, quality_figures, services
from tabularium.register.coverage import Coming, coverage
from tabularium.register.models import CatalogueItem, Entry, Event, Finding, Submission
from tabularium.register.quality_figures import Figure, Share, Withheld
from tabularium.register.quality_periods import Period, periods
from tabularium.register.services import FoundInRow
from tabularium.register.submission_figures import by_finding
from tests import builders
from tests.builders import ZONE, Town

Move = Callable[[datetime], None]
NumQueries = Callable[[int], AbstractContextManager[None]]
Found = tuple[int, str, str]

FEBRUARY = datetime(2026, 2, 10, 4, 0, tzinfo=UTC)
MAY = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


def submission(
    town: Town,
    at: datetime,
    *,
    rows: int = 100,
    entered: int | None = None,
    found: Sequence[Found] = (),
    item: CatalogueItem | None = None,
) -> Submission:
    """A file of the town as the register keeps it, with what was found: rows, severity and code of each."""
    entered = rows if entered is None else entered
    warning = Finding.Severity.WARNING
    stopped = {(severity, code): number for number, severity, code in found if severity != warning}
    warned = {code: number for number, severity, code in found if severity == warning}
    return Submission.objects.create(
        item=item or town.item(),
        submitted_by=town.clerk,
        received_at=at,
        file_name="made-up.csv",
        file_sha256="0" * 64,
        rows_read=rows,
        entries_made=entered,
        rows_stopped=rows - entered,
        figures=by_finding(stopped, warned),
    )


@pytest.fixture
def town(
    db: None,  # noqa: ARG001 - the town stands in the database
    move: Move,
) -> Town:
    move(MAY)
    return Town()


def the_year() -> Period:
    return periods(MAY, ZONE)[0]


def first_quarter() -> Period:
    return periods(MAY, ZONE)[1]


# ---- periods


def test_the_periods_are_the_last_four_quarters_that_are_over_and_the_year_they_make() -> None:
    year, *quarters = periods(MAY, ZONE)
    assert [each.name for each in quarters] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"]
    assert (year.name, year.first, year.last) == ("year", date(2025, 4, 1), date(2026, 3, 31))
    assert year.before == quarters[0].before == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    for later, earlier in pairwise(quarters):
        assert earlier.before == later.begins


def test_a_quarter_is_over_at_midnight_of_the_authority() -> None:
    end = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
    assert periods(end - timedelta(seconds=1), ZONE)[1].name == "2025-Q4"
    assert periods(end, ZONE)[1].name == "2026-Q1"
    assert periods(end, "Europe/London")[1].name == "2025-Q4"


# ---- rows


def test_each_row_counts_once_under_what_stopped_it_first(town: Town) -> None:
    error, aside, warning = Finding.Severity.ERROR, Finding.Severity.SET_ASIDE, "warning"
    found = [
        (4, error, "identifier-format"),
        (3, error, "identifier-check-digit"),
        (2, error, "leading-zeros-lost"),
        (1, error, "identifier-as-float"),
        (5, aside, "already-in-register"),
        (6, aside, "duplicate-in-file"),
        (7, aside, "changed-decision"),
        (12, warning, "late"),
    ]
    submission(town, FEBRUARY, rows=200, entered=172, found=found)
    figures = quality.figures(town.authority, the_year())
    shares = figures.together.shares
    assert (figures.together.files, figures.together.rows) == (1, 200)
    assert {figure: (share.part, share.whole) for figure, share in shares.items()} == {
        Figure.ENTERED: (172, 200),
        Figure.STOPPED_BY_ERROR: (10, 200),
        Figure.SET_ASIDE: (18, 200),
        Figure.LATE: (12, 172),
        Figure.DUPLICATE_IN_FILE: (6, 200),
        Figure.SENT_AGAIN: (5, 200),
        Figure.SENT_CHANGED: (7, 200),
        Figure.IDENTIFIER_FORMAT: (4, 200),
        Figure.IDENTIFIER_CHECK_DIGIT: (3, 200),
        Figure.IDENTIFIER_DAMAGED: (3, 200),
    }
    assert shares[Figure.LATE].percent == Decimal("7.0")
    assert [(each.code, each.share.part) for each in figures.together.findings] == [
        ("late", 12),
        ("changed-decision", 7),
        ("duplicate-in-file", 6),
        ("already-in-register", 5),
        ("identifier-format", 4),
        ("identifier-check-digit", 3),
        ("leading-zeros-lost", 2),
        ("identifier-as-float", 1),
    ]


def test_what_was_found_is_written_when_a_file_comes_and_not_counted_again(town: Town) -> None:
    def found(row: int, code: str, severity: str, **more: Any) -> FoundInRow:
        given = {"primary": False, "column": "", "parameters": {}, **more}
        return FoundInRow(row=row, code=code, severity=severity, **given)

    error, aside, warning = Finding.Severity.ERROR, Finding.Severity.SET_ASIDE, "warning"
    with clock.simulated(FEBRUARY):
        kept = services.receive(
            [],
            item=town.item(),
            submitted_by=town.clerk,
            file_name="made-up.csv",
            file_sha256="0" * 64,
            rows_read=60,
            findings=[
                found(2, "wrong-date", error, primary=True),
                # A second error in a row that an error stopped before is no further row.
                found(2, "pattern", error),
                found(2, "late", warning),
                found(2, "late", warning, column="of"),
                found(3, "late", warning, rows=3),
                found(3, "term-ended", aside, primary=True),
                *(found(row, "term-ended", aside, primary=True) for row in range(4, 62)),
            ],
        ).submission
    kept.refresh_from_db()
    assert kept.figures == {
        "stopped_by": {"error": {"wrong-date": 1}, "set-aside": {"term-ended": 59}},
        "warned_of": {"late": 4},
    }
    before = quality.figures(town.authority, the_year())
    parts = {figure: share.part for figure, share in before.together.shares.items()}
    assert (parts[Figure.STOPPED_BY_ERROR], parts[Figure.SET_ASIDE]) == (1, 59)
    Finding.objects.all().delete()
    assert quality.figures(town.authority, the_year()) == before


def test_files_in_which_the_same_was_found_count_each(town: Town) -> None:
    error = (2, Finding.Severity.ERROR, "wrong-date")
    for _ in range(3):
        submission(town, FEBRUARY, rows=60, entered=58, found=[error])
    submission(town, FEBRUARY, rows=60)
    # One that keeps no figures: its rows count, and nothing is said to be found in it.
    Submission.objects.filter(pk=submission(town, FEBRUARY, rows=60).pk).update(figures={})
    together = quality.figures(town.authority, the_year()).together
    assert (together.files, together.rows) == (5, 300)
    assert [(each.code, each.share.part) for each in together.findings] == [("wrong-date", 6)]


def test_only_files_of_the_authority_and_of_the_period_count(town: Town) -> None:
    other = Town("other-office")
    begins, before = first_quarter().begins, first_quarter().before
    submission(other, FEBRUARY, rows=1_000)
    submission(town, begins - timedelta(microseconds=1), rows=60)
    submission(town, begins, rows=70)
    submission(town, before - timedelta(microseconds=1), rows=80)
    submission(town, before, rows=90)
    assert quality.figures(town.authority, first_quarter()).together.rows == 150
    assert quality.figures(town.authority, the_year()).together.rows == 210


def test_each_item_has_figures_of_its_own_over_all_its_versions(town: Town) -> None:
    licences, penalties = town.item(Kind.LICENCE), town.item(Kind.PENALTY)
    newer = CatalogueItem.objects.get(pk=licences.pk)
    newer.pk, newer.version, newer.effective_from = None, 2, date(2026, 2, 1)
    newer.save()
    submission(town, FEBRUARY, rows=60, item=licences)
    submission(town, FEBRUARY, rows=40, item=newer)
    error = (25, Finding.Severity.ERROR, "wrong-date")
    submission(town, FEBRUARY, rows=100, entered=75, item=penalties, found=[error])
    figures = quality.figures(town.authority, the_year())
    assert [(each.item, each.files, each.rows) for each in figures.items] == [
        ("market-office-licence", 2, 100),
        ("market-office-penalty", 1, 100),
    ]
    stopped = [each.shares[Figure.STOPPED_BY_ERROR].percent for each in figures.items]
    assert stopped == [Decimal("0.0"), Decimal("25.0")]
    assert figures.together.shares[Figure.STOPPED_BY_ERROR].percent == Decimal("12.5")


def test_of_few_rows_no_share_is_given(town: Town) -> None:
    nothing = quality.figures(town.authority, the_year())
    assert (nothing.together.files, nothing.items) == (0, ())
    assert {each.withheld for each in nothing.together.shares.values()} == {Withheld.NOTHING_YET}
    fewest = quality_figures.LEAST_ROWS
    error = (1, Finding.Severity.ERROR, "wrong-date")
    submission(town, FEBRUARY, rows=fewest - 1, entered=fewest - 2, found=[error])
    few = quality.figures(town.authority, the_year()).together
    assert few.rows == fewest - 1
    withheld = Share(None, fewest - 1, None, Withheld.TOO_FEW_ROWS)
    assert few.shares[Figure.STOPPED_BY_ERROR] == withheld
    assert [each.share for each in few.findings] == [withheld]
    submission(town, FEBRUARY, rows=1)
    enough = quality.figures(town.authority, the_year()).together
    assert enough.shares[Figure.STOPPED_BY_ERROR] == Share(1, fewest, Decimal("2.0"))


# ---- what became of decisions


def withdrawn(town: Town, number: int, *, after_objection: bool = False) -> None:
    for _ in range(number):
        entry = builders.in_notice(town)
        if after_objection:
            replier = builders.a_replier(entry.organisation)
            services.object_to(entry.pk, by=replier, text="It was not us.")
        services.withdraw(entry.pk, by=town.second_approver, reasons="A mistake.")


def corrected(town: Town, number: int) -> None:
    for _ in range(number):
        entry = builders.in_notice(town)
        # Twice, for one that is corrected again is still one decision; nobody corrects their own.
        for approver in (town.second_approver, town.approver):
            services.correct(
                entry.pk,
                by=approver,
                content=builders.content(measure="Smaller fine"),
                reasons="A mistake.",
            )


def decisions(town: Town, period: Period | None = None) -> dict[Figure, Share]:
    return dict(quality.figures(town.authority, period or first_quarter()).decisions)


def test_what_became_of_decisions_is_told_of_enough_of_them(town: Town, move: Move) -> None:
    move(FEBRUARY)
    submission(town, FEBRUARY, rows=200)
    withdrawn(town, 5)
    withdrawn(town, 6, after_objection=True)
    corrected(town, 7)
    lapsing = [builders.in_notice(town) for _ in range(8)]
    for entry in lapsing:
        replier = builders.a_replier(entry.organisation)
        services.object_to(entry.pk, by=replier, text="It was not us.")
    lapse = Entry.objects.get(pk=lapsing[-1].pk).lapses_at
    assert lapse is not None
    move(lapse)
    assert services.tick().lapsed == len(lapsing)
    assert lapse < first_quarter().before
    move(MAY)
    assert {figure: (each.part, each.whole) for figure, each in decisions(town).items()} == {
        Figure.WITHDRAWN_BY_ITSELF: (5, 200),
        Figure.WITHDRAWN_AFTER_OBJECTION: (6, 200),
        Figure.CORRECTED: (7, 200),
        Figure.LAPSED: (8, 200),
    }


@pytest.mark.parametrize("number", [1, 4])
def test_a_number_that_could_be_told_of_somebody_is_not_given(
    town: Town, move: Move, number: int
) -> None:
    move(FEBRUARY)
    submission(town, FEBRUARY, rows=200)
    withdrawn(town, number)
    given = decisions(town)
    assert given[Figure.WITHDRAWN_BY_ITSELF] == Share(None, 200, None, Withheld.SMALL_NUMBER)
    assert given[Figure.CORRECTED] == Share(0, 200, Decimal("0.0"))


def test_of_an_authority_with_few_decisions_nothing_is_said(town: Town, move: Move) -> None:
    """One that has published one entry would otherwise say what became of that one."""
    move(FEBRUARY)
    submission(town, FEBRUARY, rows=99)
    withdrawn(town, 6)
    assert set(decisions(town).values()) == {Share(None, None, None, Withheld.TOO_FEW_DECISIONS)}


def test_figures_that_overlap_are_not_given_for_what_became_of_decisions(
    town: Town, move: Move
) -> None:
    move(FEBRUARY)
    submission(town, FEBRUARY, rows=200)
    withdrawn(town, 6)
    assert set(decisions(town, the_year()).values()) == {
        Share(None, None, None, Withheld.NOT_OF_A_YEAR)
    }
    assert set(quality.figures(town.authority, first_quarter()).items[0].shares).isdisjoint(
        quality_figures.OF_DECISIONS
    )


def test_a_quarter_that_is_over_does_not_change(town: Town, move: Move) -> None:
    """Or who looks every day would see what became of the one entry that vanished between two looks."""
    move(FEBRUARY)
    submission(town, FEBRUARY, rows=200)
    later = [builders.in_notice(town) for _ in range(6)]
    move(MAY)
    before = quality.figures(town.authority, first_quarter())
    for entry in later:
        services.withdraw(entry.pk, by=town.second_approver, reasons="A mistake.")
    submission(town, MAY, rows=70)
    assert quality.figures(town.authority, first_quarter()) == before


def test_every_event_that_a_figure_counts_is_one_that_takes_something_back() -> None:
    given = {EventType.CORRECTED, EventType.WITHDRAWN, EventType.LAPSED}
    assert len(quality_figures.OF_DECISIONS) == len(given) + 1


def test_nothing_in_the_figures_can_be_grouped_by_organisation() -> None:
    kinds = [quality_figures.Figures, quality_figures.FileFigures, quality_figures.KindOfFinding]
    fields = {each.name for kind in kinds for each in dataclasses.fields(kind)}
    assert fields == {
        *("authority", "period", "together", "items", "decisions"),
        *("item", "files", "rows", "shares", "findings", "severity", "code", "share"),
    }


# ---- coverage


def item_of(town: Town, code: str, frequency: str, **changes: Any) -> CatalogueItem:
    template = town.item()
    template.pk, template.code, template.frequency = None, code, frequency
    for name, value in changes.items():
        setattr(template, name, value)
    template.save()
    return template


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        # 30 April 2026 is a Thursday; 1 to 5 May are holidays in China, and 9 May is worked.
        ("daily", date(2026, 5, 6)),
        ("weekly", date(2026, 5, 7)),
        ("fortnightly", date(2026, 5, 14)),
        ("monthly", date(2026, 5, 30)),
        ("quarterly", date(2026, 7, 30)),
        ("yearly", date(2027, 4, 30)),
        ("irregular", None),
        ("", None),
    ],
)
def test_an_item_is_in_time_until_the_end_of_the_day_it_is_due(
    town: Town, frequency: str, due: date | None
) -> None:
    CatalogueItem.objects.all().delete()
    sent = datetime(2026, 4, 30, 15, 59, tzinfo=UTC)
    submission(town, sent, item=item_of(town, "sent", frequency))
    CatalogueItem.objects.exclude(code="sent").delete()

    def at(now: datetime) -> tuple[Coming, date | None, date | None]:
        (only,) = coverage(town.authority, now)
        assert only.last == date(2026, 4, 30)
        return only.coming, only.due, only.overdue_since

    if due is None:
        assert at(MAY) == (Coming.AT_NO_FIXED_TIMES, None, None)
        return
    # The day ends at 16:00 UTC in Shanghai.
    end = datetime(due.year, due.month, due.day, 16, 0, tzinfo=UTC)
    assert at(end - timedelta(seconds=1)) == (Coming.IN_TIME, due, None)
    assert at(end) == (Coming.OVERDUE, due, due + timedelta(days=1))


def test_an_item_of_which_nothing_has_come_is_told_and_one_that_is_not_used_is_not(
    town: Town,
) -> None:
    item_of(town, "a-never", "monthly")
    item_of(town, "b-future", "monthly", effective_from=date(2026, 6, 1))
    item_of(town, "c-over", "monthly", effective_until=date(2026, 5, 1))
    CatalogueItem.objects.filter(code=town.item().code).delete()
    assert [(each.item.code, each.coming, each.last) for each in coverage(town.authority, MAY)] == [
        ("a-never", Coming.NEVER, None)
    ]


def test_a_file_that_comes_later_is_not_known_yet(town: Town) -> None:
    submission(town, MAY + timedelta(days=1))
    assert coverage(town.authority, MAY)[0].last is None


# ---- the number of queries


@pytest.mark.parametrize("number", [1, 12])
def test_the_number_of_queries_does_not_grow(
    town: Town, number: int, django_assert_num_queries: NumQueries
) -> None:
    for place in range(number):
        item = item_of(town, f"item-{place}", "monthly")
        found = [(2, Finding.Severity.ERROR, code) for code in ("wrong-date", "pattern", "late")]
        for day in range(number):
            at = FEBRUARY + timedelta(days=day)
            submission(town, at, entered=94, found=found, item=item)
    with django_assert_num_queries(3):
        figures = quality.figures(town.authority, the_year())
    assert figures.together.files == number**2
    with django_assert_num_queries(2):
        assert len(coverage(town.authority, clock.now())) == number + 1


def test_what_became_of_decisions_is_found_by_its_index(
    town: Town, django_assert_num_queries: NumQueries
) -> None:
    """Among millions of events that say only that something was recorded."""
    with django_assert_num_queries(1) as asked:
        quality._events(town.authority, first_quarter())
    [query] = asked.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a table this small it would read the whole.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + query["sql"])
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "event_takes_back" in plan
    assert Event._meta.db_table in plan
