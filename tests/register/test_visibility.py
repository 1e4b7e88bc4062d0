"""The one selector: what is public at which instant, and for how long an answer may be kept."""

import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tabularium import clock
from tabularium.core.clocks import start_of_day
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.register import selectors, services
from tabularium.register.models import Entry
from tabularium.register.visibility import (
    LONGEST_CACHE,
    SCHEDULE_STEP,
    appearance,
    cache_lifetime,
    public_authorities,
    public_entries,
    public_items,
    public_organisations,
    shown_answers,
    with_content,
)
from tests.builders import (
    Town,
    a_draft,
    a_replier,
    a_subject,
    content,
    ended,
    in_notice,
    objected,
    published,
)
from tests.conftest import START
from tests.register.conftest import Move

MOMENT = timedelta(microseconds=1)
Make = Callable[[Town, Move], Entry]


def draft(town: Town, _: Move) -> Entry:
    return a_draft(town)


def noticed(town: Town, _: Move) -> Entry:
    return in_notice(town)


def licence(town: Town, move: Move) -> Entry:
    return published(town, move, Kind.LICENCE)


def approved(town: Town, _: Move) -> Entry:
    return services.approve(a_draft(town).pk, approver=town.approver)


def stayed(town: Town, move: Move) -> Entry:
    return services.stay(published(town, move).pk, by=town.approver, order="Court order 1")


def withdrawn(town: Town, move: Move) -> Entry:
    return services.withdraw(published(town, move).pk, by=town.approver, reasons="Wrong.")


def lapsed(town: Town, move: Move) -> Entry:
    entry = objected(town, move)
    assert entry.lapses_at is not None
    move(entry.lapses_at)
    services.tick()
    return entry


def repaired(town: Town, move: Move) -> Entry:
    entry = published(town, move)
    services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Mended.")
    return services.grant_repair(entry.pk, by=town.approver, reasons="So.")


def repaired_late(town: Town, move: Move) -> Entry:
    entry = published(town, move)
    move(clock.now() + timedelta(days=200))
    services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Mended.")
    return services.grant_repair(entry.pk, by=town.approver, reasons="So.")


def erased(town: Town, move: Move) -> Entry:
    entry = ended(town, move)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    services.tick()
    return entry


def corrected(town: Town, move: Move) -> Entry:
    entry = published(town, move)
    return services.correct(entry.pk, by=town.approver, content=content(), reasons="So.")


def objected_twice(town: Town, move: Move) -> Entry:
    entry = objected(town, move)
    services.uphold(entry.pk, by=town.approver, reasons="It was you.")
    return services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")


STATES: dict[Make, Appearance] = {
    draft: Appearance.UNKNOWN,
    approved: Appearance.UNKNOWN,
    noticed: Appearance.UNKNOWN,
    published: Appearance.PUBLIC,
    licence: Appearance.PUBLIC,
    objected: Appearance.UNKNOWN,
    objected_twice: Appearance.PUBLIC,
    stayed: Appearance.UNKNOWN,
    corrected: Appearance.UNKNOWN,
    repaired: Appearance.PUBLIC,
    repaired_late: Appearance.GONE,
    withdrawn: Appearance.GONE,
    lapsed: Appearance.GONE,
    ended: Appearance.GONE,
    erased: Appearance.GONE,
}


@pytest.mark.parametrize(
    ("make", "expected"), STATES.items(), ids=[each.__name__ for each in STATES]
)
def test_every_way_to_see_an_entry_agrees(
    town: Town, move: Move, make: Make, expected: Appearance
) -> None:
    entry = make(town, move)
    organisation = Entry.objects.get(pk=entry.pk).organisation
    now = clock.now()
    seen, row = appearance(entry.pk, now)
    public = expected is Appearance.PUBLIC
    assert seen is expected
    assert (row is not None) is public
    assert public_entries(now).filter(pk=entry.pk).exists() is public
    if organisation is not None:
        assert public_organisations(now).filter(pk=organisation.pk).exists() is public
        assert selectors.entries_of(organisation, now).exists() is public
        hits = selectors.search(organisation.name, now).organisations
        assert (organisation in hits) is public


def test_an_address_that_never_was_is_unknown(town: Town) -> None:
    assert town.code
    for address in ("000000000000", "", "no such entry", "' OR 1=1"):
        assert appearance(address, clock.now()) == (Appearance.UNKNOWN, None)


def test_the_instants_at_which_it_begins_and_ends_belong_to_what_follows(
    town: Town, move: Move
) -> None:
    entry = published(town, move)
    begins, ends = entry.public_from, entry.public_until
    assert begins is not None
    assert ends is not None
    expected = {
        begins - MOMENT: Appearance.UNKNOWN,
        begins: Appearance.PUBLIC,
        ends - MOMENT: Appearance.PUBLIC,
        ends: Appearance.GONE,
        ends + timedelta(days=4000): Appearance.GONE,
    }
    for now, appears in expected.items():
        assert appearance(entry.pk, now)[0] is appears, now
        assert public_entries(now).exists() is (appears is Appearance.PUBLIC)


def test_the_end_is_the_midnight_that_ends_the_last_day_in_the_authoritys_zone(
    town: Town, move: Move
) -> None:
    entry = published(town, move, term_begins=date(2026, 3, 4), term_ends=date(2026, 6, 30))
    shanghai = ZoneInfo("Asia/Shanghai")
    last = datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=shanghai)
    assert appearance(entry.pk, last)[0] is Appearance.PUBLIC
    assert appearance(entry.pk, last + MOMENT)[0] is Appearance.GONE


def test_nothing_needs_to_run_for_an_entry_to_end(town: Town, move: Move) -> None:
    entry = ended(town, move)
    row = Entry.objects.get(pk=entry.pk)
    assert row.stage == "published"
    assert appearance(entry.pk, clock.now()) == (Appearance.GONE, None)


def test_what_was_never_public_is_unknown_for_ever(town: Town, move: Move) -> None:
    entry = in_notice(town)
    services.withdraw(entry.pk, by=town.approver, reasons="Wrong.")
    move(clock.now() + timedelta(days=90))
    services.tick()
    assert appearance(entry.pk, clock.now()) == (Appearance.UNKNOWN, None)


def test_authorities_and_items_are_always_public(town: Town) -> None:
    item = town.item()
    assert list(public_authorities()) == [town.authority]
    assert list(public_items()) == [item]


def test_entries_come_newest_decision_first(town: Town) -> None:
    subject = a_subject()
    days = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 1, 1)]
    entries = [
        published(town, lambda _: None, Kind.LICENCE, subject=subject, decided_on=day)
        for day in days
    ]
    organisation = entries[0].organisation
    assert organisation is not None
    shown = selectors.entries_of(organisation, clock.now())
    assert [entry.current_version.decided_on for entry in shown] == sorted(days, reverse=True)


def test_the_number_of_queries_does_not_grow_with_the_entries(town: Town) -> None:
    subject = a_subject()

    def another() -> Entry:
        return published(town, lambda _: None, Kind.LICENCE, subject=subject)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            for entry in with_content(public_entries(clock.now())):
                assert entry.current_version.measure
                assert entry.authority.organisation.name
                assert entry.item.title
                assert entry.organisation is not None
            shown_answers([entry.pk], clock.now())
        return len(asked)

    another()
    one = queries()
    for _ in range(6):
        another()
    assert queries() == one == 2
    entry = another()
    with CaptureQueriesContext(connection) as asked:
        seen = appearance(entry.pk, clock.now())[1]
        assert seen is not None
        assert seen.current_version.measure
        assert seen.authority.organisation.name
    assert len(asked) <= 2


# ---- what a cache may keep


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds without zone are what Hypothesis asks for
def test_a_cache_never_outlives_the_next_quarter_of_an_hour(now: datetime) -> None:
    lifetime = cache_lifetime(now)
    assert timedelta(0) < lifetime <= LONGEST_CACHE
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    next_quarter = midnight + ((now - midnight) // SCHEDULE_STEP + 1) * SCHEDULE_STEP
    assert now + lifetime <= next_quarter


@pytest.mark.parametrize(
    ("second", "lifetime"), [(0, 60), (839, 60), (840, 60), (841, 59), (899, 1), (900, 60)]
)
def test_a_cache_keeps_at_most_a_minute(second: int, lifetime: int) -> None:
    now = datetime(2026, 3, 4, 7, 0, tzinfo=UTC) + timedelta(seconds=second)
    assert cache_lifetime(now) == timedelta(seconds=lifetime)
    if lifetime == 1:
        assert cache_lifetime(now + timedelta(microseconds=999_999)) == MOMENT


ZONES = sorted(zoneinfo.available_timezones())


def test_all_zones_of_the_world_are_known_here() -> None:
    assert len(ZONES) > 400
    assert {"Asia/Shanghai", "America/Sao_Paulo", "Europe/London", "Asia/Kathmandu"} <= set(ZONES)


def test_every_day_begins_at_a_quarter_of_an_hour_in_every_zone_of_the_world() -> None:
    """What the lifetime of a cache rests on, for each day from now on until the zones' rules repeat."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 366)]
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in days[:: 1 if _changes_clocks(zone) else 30]:
            seconds = start_of_day(day, zone).timestamp()
            assert seconds % SCHEDULE_STEP.total_seconds() == 0, (name, day)


def _changes_clocks(zone: ZoneInfo) -> bool:
    offsets = {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
    return len(offsets) > 1


@pytest.mark.parametrize("jurisdiction", ["cn", "br", "gb", "mx", "pe", "us"])
def test_what_is_scheduled_falls_on_a_quarter_of_an_hour(
    town: Town, move: Move, jurisdiction: str
) -> None:
    zones = {"br": "America/Noronha", "us": "Pacific/Honolulu", "cn": "Asia/Kathmandu"}
    town.authority.jurisdiction = jurisdiction
    town.authority.time_zone = zones.get(jurisdiction, "Europe/London")
    town.authority.save()
    move(START + timedelta(minutes=7, seconds=11, microseconds=13))
    entry = in_notice(town)
    services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
    entry.refresh_from_db()
    for name in ("window_closes_at", "public_until", "decide_by", "lapses_at", "erasable_from"):
        instant = getattr(entry, name)
        assert instant.timestamp() % SCHEDULE_STEP.total_seconds() == 0, name
