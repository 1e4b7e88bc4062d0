"""Stories at random through the real services: rows and selector say what the pure function says."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Appearance, State, public_view
from tabularium.register import services, visibility
from tabularium.register.consistency import check
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Membership, Notice, User
from tabularium.register.services import advance
from tabularium.register.visibility import appearance, public_entries
from tests.builders import Town, a_draft, a_replier, content, in_notice, published
from tests.conftest import START
from tests.register.conftest import Move

COLUMNS = advance.columns

Act = Callable[[Entry, User], object]

ACTS: Mapping[str, Act] = {
    "approve": lambda entry, by: services.approve(entry.pk, approver=by),
    "notice": lambda entry, _: services.give_notice(entry.pk, fact=Notice.Fact.READ),
    "answer": lambda entry, by: services.answer(entry.pk, by=by, text="Said.", shown=True),
    "take back": lambda entry, by: services.take_back_answer(entry.pk, by=by),
    "object": lambda entry, by: services.object_to(entry.pk, by=by, text="No."),
    "uphold": lambda entry, by: services.uphold(entry.pk, by=by, reasons="Yes."),
    "correct": lambda entry, by: services.correct(
        entry.pk, by=by, content=content(Kind(entry.kind)), reasons="So."
    ),
    "withdraw": lambda entry, by: services.withdraw(entry.pk, by=by, reasons="So."),
    "stay": lambda entry, by: services.stay(entry.pk, by=by, order="Court order 1"),
    "lift": lambda entry, by: services.lift_stay(entry.pk, by=by, order="Court order 2"),
    "ask": lambda entry, by: services.ask_repair(entry.pk, by=by, text="Mended."),
    "grant": lambda entry, by: services.grant_repair(entry.pk, by=by, reasons="So."),
    "refuse": lambda entry, by: services.refuse_repair(entry.pk, by=by, reasons="So."),
    "tick": lambda _entry, _by: services.tick(),
}
OF_THE_ORGANISATION = {"answer", "take back", "object", "ask"}
PAUSES = [0, 0, 0, 1, 36, 24 * 100]  # hours
SCHEDULED = ("window_closes_at", "public_until", "lapses_at", "erasable_from")
MOMENT = timedelta(microseconds=1)

# What is done, by whom (0 for who may), after how many hours, and whether at the next scheduled instant.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ACTS)),
        st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4]),
        st.sampled_from(PAUSES),
        st.sampled_from([False, False, True]),
    ),
    min_size=4,
    max_size=12,
)


@dataclass
class Teller:
    """One entry and the people who may, or may not, do something about it."""

    town: Town
    entry: Entry
    move: Move
    people: dict[str, list[User]] = field(init=False)

    def __post_init__(self) -> None:
        strangers = Town("tax-office")
        other = a_replier(a_draft(self.town).organisation)
        clerk = self.town.account("clerk", Membership.Role.APPROVER)
        replier = a_replier(self.entry.organisation)
        deciding = [self.town.approver, clerk, self.town.second_approver]
        self.people = {
            "organisation": [replier, other, self.town.approver, strangers.approver, clerk],
            "authority": [*deciding, strangers.approver, replier],
        }

    def do(self, act: str, who: int, hours: int, at_the_next: bool) -> None:
        self._wait(timedelta(hours=hours), at_the_next=at_the_next)
        before = Entry.objects.values().get(pk=self.entry.pk)
        people = self.people["organisation" if act in OF_THE_ORGANISATION else "authority"]
        try:
            with transaction.atomic():
                result = ACTS[act](Entry.objects.get(pk=self.entry.pk), people[who])
        except (NotAllowedError, NotPermittedError, RefusedError):
            assert Entry.objects.values().get(pk=self.entry.pk) == before
            return
        if isinstance(result, services.TickReport):
            assert result.failures == {}

    def _wait(self, pause: timedelta, *, at_the_next: bool) -> None:
        now = clock.now() + pause
        if at_the_next:
            row = Entry.objects.get(pk=self.entry.pk)
            given: list[datetime] = [getattr(row, name) for name in SCHEDULED if getattr(row, name)]
            now = min((each for each in given if each > now), default=now)
        self.move(now)

    def check(self) -> None:
        row = Entry.objects.get(pk=self.entry.pk)
        state = advance.state_of(row)
        for name, expected in COLUMNS(state).items():
            assert getattr(row, name) == expected, name
        assert row.current_version_id == f"{row.pk}.{state.version}"
        for now in self._instants(state):
            view = public_view(state, now)
            seen, found = appearance(row.pk, now)
            assert seen is view.appearance, now
            shown = public_entries(now).filter(pk=row.pk).exists()
            assert shown is (view.appearance is Appearance.PUBLIC)
            assert (found.current_version.number if found else None) == view.version

    @staticmethod
    def _instants(state: State) -> list[datetime]:
        given = (
            state.window_closes_at,
            state.public_from,
            state.public_until,
            state.lapses_at,
            state.erasable_from,
        )
        points = {clock.now(), clock.now() + timedelta(days=9000)}
        points |= {each for each in given if each is not None}
        points |= {each - MOMENT for each in points}
        # A question about the time before the last event has no answer that both must share.
        return sorted(each for each in points if each >= state.last_at)


@pytest.mark.django_db
@settings(
    max_examples=100 if os.environ.get("TABULARIUM_SOAK") else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(["penalty", "penalty", "licence"]),
    head_start=st.integers(0, 2),
    steps=STEPS,
)
def test_row_and_selector_say_what_the_events_add_up_to(
    kind: str, head_start: int, steps: list["Step"]
) -> None:
    tell(kind, head_start, steps)


Step = tuple[str, int, int, bool]


def tell(kind: str, head_start: int, steps: list[Step]) -> None:
    """Do the steps, look after each, and leave nothing behind."""
    with clock.simulated(START) as move, transaction.atomic():
        town = Town()
        kind_ = Kind(kind)
        if head_start == 2:
            entry = published(town, move, kind_)
        elif head_start == 1 and kind_.is_adverse:
            entry = in_notice(town, kind_)
        else:
            entry = a_draft(town, kind_)
        teller = Teller(town, entry, move)
        teller.check()
        for step in steps:
            teller.do(*step)
            teller.check()
        assert check().problems == []
        transaction.set_rollback(True)


WHO_MAY = 0
BITES: Mapping[str, tuple[dict[str, object], list[Step]]] = {
    "stay": ({"stayed": True}, [("stay", WHO_MAY, 0, False)]),
    "suspension": ({"suspended": True}, [("object", WHO_MAY, 0, False)]),
    "withdrawal": ({"stage": "withdrawn"}, [("withdraw", WHO_MAY, 0, False)]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BITES)
def test_a_selector_that_forgets_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    forgotten, steps = BITES[name]
    real = visibility._public
    tell("penalty", 2, steps)
    monkeypatch.setattr(visibility, "_public", lambda now: real(now) | Q(**forgotten))
    with pytest.raises(AssertionError):
        tell("penalty", 2, steps)


@pytest.mark.django_db
def test_a_column_that_is_not_written_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Step] = [("ask", WHO_MAY, 0, False), ("grant", WHO_MAY, 0, False)]
    tell("penalty", 2, steps)

    def forgets_the_end(state: State) -> dict[str, object]:
        return {name: text for name, text in COLUMNS(state).items() if name != "public_until"}

    monkeypatch.setattr(advance, "columns", forgets_the_end)
    with pytest.raises(AssertionError, match="public_until"):
        tell("penalty", 2, steps)
