"""Random stories told through the real services, each step compared with the pure function of the life.

Beside the register, a state is kept that the pure function alone makes. Each step that is tried is asked of
both: the register does what the function allows, refuses what it refuses and for its reason, writes its
event, shows the public what it says, and offers people what may come next.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tabularium import clock
from tabularium.accounts.access import ForAuthority
from tabularium.core import life, life_events, life_state
from tabularium.core.content import Draft, EntryContent
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import NO_FACTS, EventType, Facts, Role
from tabularium.core.life_state import Appearance, State
from tabularium.desk.possible import possible as possible_at_the_desk
from tabularium.register import deadlines, reply_selectors, services, visibility
from tabularium.register.consistency import check
from tabularium.register.contents import content_of
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Notice, User
from tabularium.register.services import ticking
from tabularium.register.services.advance import columns, to_core
from tabularium.register.services.offers import Change, Standing
from tests.builders import Town, a_subject, as_subject, content
from tests.conftest import START

pytestmark = pytest.mark.django_db

SOAK = os.environ.get("TABULARIUM_SOAK") == "1"
LONG = settings(
    max_examples=400 if SOAK else 15,
    stateful_step_count=40 if SOAK else 14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_PAUSES = (_MOMENT, timedelta(minutes=7), _DAY, 3 * _DAY, 20 * _DAY, 100 * _DAY)
_KINDS = (Kind.PENALTY, Kind.PENALTY, Kind.EXCLUSION, Kind.JUDGMENT, Kind.LICENCE, Kind.PROMISE)

# After these little more can happen, so they are seldom chosen.
_ENDING = frozenset({EventType.WITHDRAWN, EventType.CORRECTED})


# The rules of the jurisdiction give no instant for it.
_BY_THE_RULES = "refused"

# What runs by itself, and the beginning: nobody tries these.
_BY_NOBODY = frozenset(
    {EventType.RECORDED, EventType.PUBLISHED, EventType.LAPSED, EventType.ERASED}
)

Refusal = NotAllowedError | RefusedError | NotPermittedError


def _refusal_of(act: Callable[[], object]) -> Refusal | None:
    """Why the register refuses to do something; None if it has done it."""
    try:
        with transaction.atomic():
            act()
    except (NotAllowedError, RefusedError, NotPermittedError) as error:
        return error
    return None


@dataclass(frozen=True)
class Step:
    """Something that somebody tries.

    Attributes:
        type: the event that comes of it.
        role: in which role.
        act: the service, called with the entry's identity and the account.
        facts: the instants that the rules fix for it.
    """

    type: EventType
    role: Role
    act: Callable[[str, User], object]
    facts: Callable[[], Facts] = lambda: NO_FACTS


class Stories(RuleBasedStateMachine):
    """One entry in the register, and what the pure function says of it."""

    def __init__(self) -> None:
        super().__init__()
        self._simulated = clock.simulated(START)
        self.move = self._simulated.__enter__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.state: State | None = None
        self.changed = 0

    def teardown(self) -> None:
        try:
            if self.state is not None:
                assert check().problems == []
        finally:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)
            self._simulated.__exit__(None, None, None)

    # ---- the beginning

    @initialize(
        kind=st.sampled_from(_KINDS), months=st.sampled_from([0, 2, 12, 30]), way=st.integers(0, 3)
    )
    def is_recorded(self, kind: Kind, months: int, way: int) -> None:
        self.town, self.kind = Town(), kind
        item = self.town.item(kind)
        begins = clock.now().date()
        said: dict[str, Any] = {}
        if kind.is_adverse or months:
            months = months or 1
            ends = begins + timedelta(days=30 * months + (60 if kind is Kind.PROMISE else 0))
            said = {"term_begins": begins, "term_ends": ends}
        subject, owes = a_subject(), None
        if kind in {Kind.PROMISE, Kind.JUDGMENT}:
            # An authority promises itself, and is judged by another.
            owes = self.town if kind is Kind.PROMISE else Town("owing-office")
            subject = as_subject(owes.authority)
        self.content = content(kind, **said)
        draft = Draft(1, "the key", subject, self.content)
        (entry,) = services.record([draft], item=item, recorder=self.town.clerk)
        self.pk = entry.pk
        # Who recorded it may be an approver as well, and is refused all the same.
        login, authority = self.town.clerk.login, self.town.authority
        services.open_account(login, role="approver", authority=authority)
        # For an authority its registrar answers.
        self.replier = (
            owes.account("registrar", "registrar")
            if owes
            else services.open_account(
                "replier", role="replier", organisation=Entry.objects.get(pk=self.pk).organisation
            )
        )
        facts = deadlines.term_facts(authority, kind, self.content)
        event = self._event(EventType.RECORDED, Role.CLERK, self.town.clerk, facts)
        self.state = life.apply(None, event)
        self._compare()
        for type_ in (EventType.APPROVED, EventType.NOTIFIED)[
            : min(way, 2 if kind.is_adverse else 1)
        ]:
            self._try(type_, self._people(type_)[0])
        if way == 3 and self.now_state.window_closes_at:
            self.move(self.now_state.window_closes_at)
            self.the_clock_does_its_work()

    @property
    def now_state(self) -> State:
        assert self.state is not None
        return self.state

    def _event(
        self, type_: EventType, role: Role, actor: User | None, facts: Facts
    ) -> life_events.Event:
        number, version = (self.state.number, self.state.version) if self.state else (0, 1)
        return life_events.Event(
            number=number + 1,
            type=type_,
            at=clock.now(),
            role=role,
            actor=None if actor is None else str(actor.pk),
            version=version + (type_ is EventType.CORRECTED),
            facts=facts,
        )

    # ---- what people try

    def _people(self, type_: EventType) -> tuple[User | None, ...]:
        role = min(life_events.ROLES[type_])
        town = self.town
        return {
            Role.CLERK: (town.clerk,),
            Role.SUBMISSION: (town.clerk,),
            Role.APPROVER: (town.approver, town.second_approver, town.clerk),
            Role.ORGANISATION: (self.replier,),
            Role.SYSTEM: (None,),
        }[role]

    def _role(self, type_: EventType, by: User | None) -> Role:
        """In which of the roles that it has an account does something."""
        if type_ is EventType.NOTICE_RETURNED and by == self.town.clerk:
            return Role.CLERK
        return min(life_events.ROLES[type_])

    def _decided_on(self) -> Any:
        return self.content.decided_on

    def _corrected(self) -> EntryContent:
        return replace(self.content, measure=f"Changed {self.changed + 1}")

    def _later_day(self) -> Any:
        last = (self.now_state.due_at or clock.now()) + 15 * _DAY
        return max(last, clock.now() + 15 * _DAY).date()

    def _step(self, type_: EventType) -> Step:
        authority = self.town.authority
        plain: Mapping[EventType, Callable[[str, User], object]] = {
            EventType.APPROVED: lambda pk, by: services.approve(pk, approver=by),
            EventType.UPHELD: lambda pk, by: services.uphold(pk, by=by, reasons="So."),
            EventType.WITHDRAWN: lambda pk, by: services.withdraw(pk, by=by, reasons="So."),
            EventType.STAYED: lambda pk, by: services.stay(pk, by=by, order="Order 1"),
            EventType.STAY_LIFTED: lambda pk, by: services.lift_stay(pk, by=by, order="Order 2"),
            EventType.REPAIR_ASKED: lambda pk, by: services.ask_repair(pk, by=by, text="Mended."),
            EventType.REPAIR_GRANTED: lambda pk, by: services.grant_repair(
                pk, by=by, reasons="So."
            ),
            EventType.REPAIR_REFUSED: lambda pk, by: services.refuse_repair(
                pk, by=by, reasons="No."
            ),
            EventType.ANNOTATED: lambda pk, by: services.annotate(pk, by=by, text="An appeal."),
            EventType.PROMISE_KEPT: lambda pk, by: services.keep_promise(
                pk, by=by, evidence="See."
            ),
            EventType.ANSWER_TAKEN_BACK: lambda pk, by: services.take_back_answer(pk, by=by),
        }
        role = min(life_events.ROLES[type_])
        if type_ in plain:
            return Step(type_, role, plain[type_])
        special: Mapping[EventType, Step] = {
            EventType.NOTIFIED: Step(
                type_,
                role,
                lambda pk, _: services.give_notice(pk, fact=Notice.Fact.POSTED),
                lambda: Facts(
                    window_closes_at=deadlines.window_closes_at(
                        authority, self._decided_on(), clock.now()
                    )
                ),
            ),
            EventType.NOTICE_RETURNED: Step(type_, role, self._comes_back),
            EventType.ANSWERED: Step(
                type_,
                role,
                lambda pk, by: services.answer(pk, by=by, text="Our side.", shown=True),
                lambda: Facts(shown=True),
            ),
            EventType.OBJECTED: Step(
                type_,
                role,
                lambda pk, by: services.object_to(pk, by=by, text="No."),
                lambda: deadlines.objection_facts(authority, self._decided_on(), clock.now()),
            ),
            EventType.CORRECTED: Step(
                type_,
                role,
                lambda pk, by: services.correct(
                    pk, by=by, content=self._corrected(), reasons="A slip."
                ),
                lambda: deadlines.term_facts(authority, self.kind, self._corrected()),
            ),
            EventType.PROMISE_NOT_KEPT: Step(
                type_,
                role,
                lambda pk, by: services.break_promise(
                    pk, by=by, reasons="Rain.", due_on=self._later_day()
                ),
                lambda: deadlines.due_facts(authority, self._decided_on(), self._later_day()),
            ),
        }
        return special[type_]

    def _comes_back(self, pk: str, by: User) -> object:
        version = Entry.objects.get(pk=pk).current_version_id
        notice = Notice.objects.filter(version=version, purpose="before-publication").first()
        if notice is None:
            raise RefusedError("no-notice", "There is none.")
        services.notice_came_back(notice.pk, by=by)
        return services.send_notice_again(notice.pk, by=by)

    def _allowed(self, type_: EventType, by: User | None) -> State | NotAllowedError:
        step = self._step(type_)
        if step.role is Role.ORGANISATION and self.kind is Kind.PROMISE:
            return NotAllowedError(_BY_THE_RULES, type_)  # nobody replies to their own word
        try:
            return life.apply(
                self.state, self._event(type_, self._role(type_, by), by, step.facts())
            )
        except NotAllowedError as error:
            return error
        except RefusedError:
            return NotAllowedError(_BY_THE_RULES, type_)

    def _try(self, type_: EventType, by: User | None) -> bool:
        """Whether it was done: by both, or by neither."""
        step, expected = self._step(type_), self._allowed(type_, by)
        refused = _refusal_of(lambda: step.act(self.pk, by))  # type: ignore[arg-type] # the system is nobody
        if refused is None:
            assert isinstance(expected, State), f"{type_} was done, though: {expected}"
            self._happened(type_, self._role(type_, by), by, expected)
            return True
        assert isinstance(expected, NotAllowedError), f"{type_} is refused: {refused}"
        if isinstance(refused, NotAllowedError) and expected.reason != _BY_THE_RULES:
            assert refused.reason == expected.reason
        self._compare()
        return False

    def _happened(self, type_: EventType, role: Role, by: User | None, after: State) -> None:
        self.state = after
        if type_ is EventType.CORRECTED:
            self.changed += 1
            self.content = content_of(Entry.objects.get(pk=self.pk).current_version)
        row = Entry.objects.get(pk=self.pk).events.order_by("number").last()
        assert row is not None
        written = to_core(row)
        seen = (written.type, written.role, written.actor, written.number, written.at)
        actor = None if by is None else str(by.pk)
        assert seen == (type_, role, actor, after.number, clock.now())
        self._compare()

    # ---- what is compared

    def _compare(self) -> None:
        entry, now, state = Entry.objects.get(pk=self.pk), clock.now(), self.now_state
        wanted = columns(state)
        assert {name: getattr(entry, name) for name in wanted} == wanted
        self._compare_what_is_public(now)
        if entry.organisation is None:
            return
        self._compare_what_is_offered(entry, now)

    def _compare_what_is_offered(self, entry: Entry, now: datetime) -> None:
        mine = (
            EventType.ANSWERED,
            EventType.ANSWER_TAKEN_BACK,
            EventType.OBJECTED,
            EventType.REPAIR_ASKED,
        )
        allowed = {each for each in mine if isinstance(self._allowed(each, self.replier), State)}
        if self.kind is not Kind.PROMISE:
            assert reply_selectors.possible(entry, now).steps == allowed
        for who in (self.town.approver, self.town.clerk):
            acting = ForAuthority(who, self.town.authority, frozenset({"approver"}))
            offered = possible_at_the_desk(entry, acting, now)
            for type_ in (
                EventType.APPROVED,
                EventType.UPHELD,
                EventType.WITHDRAWN,
                EventType.STAYED,
            ):
                assert (type_.value in offered) == isinstance(self._allowed(type_, who), State)

    def _compare_what_is_public(self, now: datetime) -> None:
        view = life_state.public_view(self.now_state, now)
        appearance, shown = visibility.appearance(self.pk, now)
        assert appearance == view.appearance
        is_public = view.appearance is Appearance.PUBLIC
        assert visibility.public_entries(now).filter(pk=self.pk).exists() == is_public
        assert (shown is not None) == is_public
        if shown is not None:
            assert shown.current_version_id == f"{self.pk}.{view.version}"
            assert shown.public_until == view.until
        answers = visibility.shown_answers([self.pk], now)
        assert (self.pk in answers) == (is_public and self.now_state.answer_shown)

    @invariant()
    def the_date_alone_decides(self) -> None:
        """Time may have passed since the last step, and nothing have run."""
        if self.state is not None:
            self._compare_what_is_public(clock.now())

    # ---- time, and what runs by itself

    @rule(pause=st.sampled_from(_PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.move(clock.now() + pause)

    @rule(before=st.booleans())
    def time_passes_to_a_boundary(self, before: bool) -> None:
        state = self.now_state
        boundaries = (
            state.window_closes_at,
            state.public_until,
            state.lapses_at,
            state.erasable_from,
            state.due_at,
            state.unanswered_from,
        )
        ahead = sorted(each for each in boundaries if each is not None and each > clock.now())
        if ahead:
            self.move(max(ahead[0] - before * _MOMENT, clock.now()))

    @rule()
    def the_clock_does_its_work(self) -> None:
        """What is due is done in the order in which it fell due, each thing if it is still to be done."""
        state, now = self.now_state, clock.now()
        since = {
            EventType.LAPSED: state.lapses_at,
            EventType.PUBLISHED: state.window_closes_at,
            EventType.ERASED: state.erasable_from,
        }
        due = sorted((at, type_) for type_, at in since.items() if at is not None and at <= now)
        done = 0
        for _, type_ in due:
            try:
                self.state = life.apply(self.state, self._event(type_, Role.SYSTEM, None, NO_FACTS))
            except NotAllowedError:
                continue
            done += 1
        report = services.tick()
        assert report.failures == {}
        assert report.published + report.lapsed + report.erased == done
        self._compare()

    # ---- what comes next

    @rule(type_=st.sampled_from(EventType), who=st.integers(0, 2))
    def somebody_tries_anything(self, type_: EventType, who: int) -> None:
        if type_ in _BY_NOBODY:
            return
        people = self._people(type_)
        self._try(type_, people[who % len(people)])

    @rule(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 6))
    def some_steps_come_as_they_may(self, seed: int, count: int) -> None:
        """Each is one that the life allows then, chosen evenly, so that what lies deep is reached."""
        chance = Random(seed)  # noqa: S311 - no secret
        for _ in range(count):
            if chance.random() < 0.2:
                self.time_passes_to_a_boundary(before=False)
                self.the_clock_does_its_work()
            ending = chance.random() < 0.15
            able = [
                (type_, by)
                for type_ in EventType
                if type_ not in _BY_NOBODY and (ending or type_ not in _ENDING)
                for by in self._people(type_)
                if isinstance(self._allowed(type_, by), State)
            ]
            if able:
                assert self._try(*chance.choice(able)), "what may happen was refused"

    @rule(accepts=st.booleans(), late=st.booleans())
    def a_file_offers_a_correction(self, accepts: bool, late: bool) -> None:
        """A later file says something else; an approver takes it over or leaves it, or is too late."""
        entry = Entry.objects.get(pk=self.pk)
        if entry.organisation is None or self.now_state.is_over(clock.now()):
            return
        version, offer = self.now_state.version, self._offered(entry)
        if offer is None:
            return
        if late:
            self._try(EventType.CORRECTED, self.town.approver)
        by = self.town.second_approver
        allowed = self._allowed(EventType.CORRECTED, by)
        is_open = self.now_state.version == version
        own = self.now_state.recorder == str(by.pk)
        expected = is_open and (isinstance(allowed, State) if accepts else not own)
        decide = services.accept_correction if accepts else services.dismiss_correction
        refused = _refusal_of(lambda: decide(offer, by=by, reasons="So."))
        assert (refused is None) == expected, refused
        if expected and accepts:
            assert isinstance(allowed, State)
            self._happened(EventType.CORRECTED, Role.APPROVER, by, allowed)
        else:
            self._compare()

    def _offered(self, entry: Entry) -> int | None:
        """The open offer of a file that says what a correction would; None if it was left before."""
        subject = a_subject(entry.current_version.subject_name)
        draft = Draft(2, "the key", subject, self._corrected())
        version = entry.current_version_id
        change = Change(self.pk, version, draft, Standing.CHANGED, ("measure",))
        later = services.receive(
            [],
            item=self.town.item(self.kind),
            submitted_by=self.town.clerk,
            file_name="later.csv",
            file_sha256="0" * 64,
            rows_read=0,
            findings=[],
        ).submission
        services.offer_corrections([change], submission=later)
        return (
            entry.offers.filter(outcome="open", version=version)
            .values_list("pk", flat=True)
            .first()
        )


def test_the_register_does_what_the_pure_function_says() -> None:
    run_state_machine_as_test(Stories, settings=LONG)


# ---- the machine bites


def _find_a_difference() -> None:
    """Short searches, of which each is the same in every run, so that none takes long by chance."""
    for number in range(1, 31):
        run_state_machine_as_test(
            seed(number)(type("SomeStories", (Stories,), {})),
            settings=settings(
                max_examples=10,
                stateful_step_count=14,
                derandomize=False,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_a_selector_that_forgets_a_stay_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = visibility._shown

    def forgetful(now: datetime) -> Any:
        found = real(now)
        found.children = [each for each in found.children if each != ("stayed", False)]
        return found

    monkeypatch.setattr(visibility, "_shown", forgetful)
    with pytest.raises(AssertionError):
        _find_a_difference()


def test_a_clock_that_publishes_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ticking._works

    def lazy(now: datetime) -> Any:
        return [each for each in real(now) if each.done != "published"]

    monkeypatch.setattr(ticking, "_works", lazy)
    with pytest.raises(AssertionError):
        _find_a_difference()
