"""The instants that the rules fix for an entry: each from the pack in force on its day of decision."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tabularium.core.clocks import ClockValueError, add_months, end_of_day, local_day, start_of_day
from tabularium.core.content import EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life_events import NO_FACTS, Facts
from tabularium.core.rules import NoRulesInForce, RulePack
from tabularium.register.errors import RefusedError
from tabularium.register.models import Authority
from tabularium.rules.loader import rule_book, working_calendar


def rules_for(authority: Authority, decided_on: date) -> RulePack:
    """The rules that judge a decision of `authority`.

    Raises:
        RefusedError: no pack is in force on that day.
    """
    try:
        return rule_book().in_force(authority.jurisdiction, decided_on)
    except NoRulesInForce as error:
        raise RefusedError("no-rules-in-force", str(error)) from None


def term_facts(authority: Authority, kind: Kind, content: EntryContent) -> Facts:
    """What the term and the rules fix when a version is recorded.

    Raises:
        RefusedError: the term is missing, ends before it begins, or is longer than the rules allow.
    """
    zone = ZoneInfo(authority.time_zone)
    pack = rules_for(authority, content.decided_on)
    begins, ends = content.term_begins, content.term_ends
    if begins and ends and ends < begins:
        raise RefusedError("dates-out-of-order", "The term must end after it begins.")
    if not kind.is_adverse:
        due = due_facts(authority, content.decided_on, content.due_on)
        until = due.unanswered_from
        if ends and until and end_of_day(ends, zone) <= until:
            raise RefusedError(
                "ends-before-it-is-due",
                "A promise stays public beyond the time in which its authority says what became of it:"
                " a longer term is needed.",
            )
        return replace(
            due,
            adverse=False,
            term_ends_at=end_of_day(ends, zone) if ends else None,
            retention_days=pack.retention.value,
        )
    if begins is None or ends is None:
        raise RefusedError(
            "term-missing", "An adverse entry needs the first and last day of its term."
        )
    if ends > add_months(begins, pack.longest_term.of(kind).value):
        raise RefusedError("term-too-long", "The term is longer than the rules allow.")
    return Facts(
        adverse=True,
        term_ends_at=end_of_day(ends, zone),
        shortest_term_at=start_of_day(add_months(begins, pack.shortest_term.value), zone),
        retention_days=pack.retention.value,
    )


def due_facts(authority: Authority, decided_on: date, due_on: date | None) -> Facts:
    """When a promised day is over, and from when the promise is unanswered; nothing where none is promised.

    The promised day counts whole, and so does the last day to say what became of it.

    Raises:
        RefusedError: the promised day lies before the day of the decision, or beyond the calendar.
    """
    if due_on is None:
        return NO_FACTS
    if due_on < decided_on:
        raise RefusedError("dates-out-of-order", "A promise is for the day it is made, or later.")
    zone = ZoneInfo(authority.time_zone)
    time_to_answer = rules_for(authority, decided_on).promise_answered_within
    try:
        last = time_to_answer.deadline_after(due_on, working_calendar(authority.jurisdiction))
    except ClockValueError:
        raise RefusedError("due-too-late", "The promised day is beyond the calendar.") from None
    return Facts(due_at=end_of_day(due_on, zone), unanswered_from=end_of_day(last.day, zone))


def window_closes_at(authority: Authority, decided_on: date, given_at: datetime) -> datetime:
    """When an adverse entry may be published whose notice was given at `given_at`.

    The day of the notice does not count; the last working day of the window counts whole.
    """
    zone = ZoneInfo(authority.time_zone)
    window = rules_for(authority, decided_on).objection_window
    last = window.deadline_after(
        local_day(given_at, zone), working_calendar(authority.jurisdiction)
    )
    return end_of_day(last.day, zone)


def objection_facts(authority: Authority, decided_on: date, objected_at: datetime) -> Facts:
    """By when an objection is decided, and when the entry lapses if it is not."""
    zone = ZoneInfo(authority.time_zone)
    calendar = working_calendar(authority.jurisdiction)
    pack = rules_for(authority, decided_on)
    due = pack.objection_decided_within.deadline_after(local_day(objected_at, zone), calendar)
    lapse = pack.objection_lapses_after.deadline_after(due.day, calendar)
    return Facts(decide_by=end_of_day(due.day, zone), lapses_at=end_of_day(lapse.day, zone))


def repair_decided_by(authority: Authority, decided_on: date, asked_at: datetime) -> datetime:
    """By when a request for repair that is made at `asked_at` is to be decided."""
    zone = ZoneInfo(authority.time_zone)
    within = rules_for(authority, decided_on).repair_decided_within
    last = within.deadline_after(
        local_day(asked_at, zone), working_calendar(authority.jurisdiction)
    )
    return end_of_day(last.day, zone)


def working_days_left(authority: Authority, until: datetime, now: datetime) -> int:
    """How many working days come after today up to the last day before `until`, that day included.

    0 on the last day itself, and after it.
    """
    zone = ZoneInfo(authority.time_zone)
    last = local_day(until - timedelta(microseconds=1), zone)
    return working_calendar(authority.jurisdiction).working_days_between(local_day(now, zone), last)


def publish_by(authority: Authority, decided_on: date) -> date | None:
    """The last day on which a decision is published in time; None where no rules or holidays are known."""
    try:
        within = rules_for(authority, decided_on).publish_within
        return within.deadline_after(decided_on, working_calendar(authority.jurisdiction)).day
    except (RefusedError, ClockValueError):
        return None
