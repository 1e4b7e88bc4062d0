"""Line 3: an entry has no effect beyond its authority, and one entry never brings about another."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import ReferenceType

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import signals
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.http import HttpRequest
from django.test import Client
from django.test.utils import isolate_apps
from ninja import NinjaAPI, Schema

from tabularium import clock
from tabularium.core.content import Draft, Subject
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry, Notice, User
from tests import builders
from tests.builders import Town
from tests.lines.walkers import openapi, tables
from tests.lines.walkers.effects import offences_of
from tests.lines.walkers.models import link_offences
from tests.lines.walkers.modules import PACKAGE, Source, sources
from tests.lines.walkers.programs import network_offences, signal_offences, writing_offences

Move = Callable[[datetime], None]
Step = Callable[[], str]

# What may speak to another program, and why. A module that sends notices to the organisations themselves
# belongs here when there is one; nothing that tells an enforcing body ever does.
SPEAKS_OUT = {
    ("tabularium.cli.serving", "socket"): "asks whether its own loopback port is free",
}


@dataclass
class Scene:
    """One organisation with entries in every state, and the entry that a step is about.

    The bystanders are entries of the same organisation from the same authority and from another.
    """

    move: Move
    subject: Subject = field(default_factory=lambda: builders.a_subject("虚构旁观公司"))
    town: Town = field(default_factory=lambda: Town("acting-office"))
    other: Town = field(default_factory=lambda: Town("other-office"))

    def __post_init__(self) -> None:
        for town in (self.town, self.other):
            item = town.item(Kind.LICENCE)
            draft = Draft(
                1, f"licence {town.code}", self.subject, builders.content(Kind.LICENCE)
            )
            licence = services.record([draft], item=item, recorder=town.clerk)[0]
            services.approve(licence.pk, approver=town.approver)
            builders.objected(town, self.move, subject=self.subject)
            stayed = builders.published(town, self.move, subject=self.subject)
            services.stay(stayed.pk, by=town.approver, order="Court order 1")
            repair = builders.published(town, self.move, subject=self.subject)
            services.ask_repair(repair.pk, by=self.replier, text="Put right.")
            answered = builders.published(town, self.move, subject=self.subject)
            services.answer(answered.pk, by=self.replier, text="Our answer.", shown=True)
            withdrawn = builders.published(town, self.move, subject=self.subject)
            services.withdraw(withdrawn.pk, by=town.approver, reasons="Made in error.")
            builders.in_notice(town, subject=self.subject)
            builders.a_draft(town, subject=self.subject)

    @property
    def replier(self) -> User:
        return builders.a_replier(Entry.objects.exclude(organisation=None).earliest("pk").organisation)

    def draft(self) -> Entry:
        return builders.a_draft(self.town, subject=self.subject)

    def public(self) -> Entry:
        return builders.published(self.town, self.move, subject=self.subject)

    def asked(self) -> Entry:
        entry = self.public()
        return services.ask_repair(entry.pk, by=self.replier, text="Put right.")

    def objected(self) -> Entry:
        return services.object_to(self.public().pk, by=self.replier, text="Not us.")

    def settle_until(self, due: datetime | None) -> None:
        """Let all that is due before `due` be done, so that only the target is left for the tick."""
        assert due is not None
        self.move(due - timedelta(seconds=1))
        assert not services.tick().failures
        self.move(due)


def _approve(scene: Scene) -> Step:
    entry = scene.draft()
    return lambda: services.approve(entry.pk, approver=scene.town.approver).pk


def _approve_licences(scene: Scene) -> Step:
    entry = builders.a_draft(scene.town, Kind.LICENCE, subject=scene.subject)
    by = scene.town.approver
    return lambda: services.approve_licences([entry.pk], approver=by)[0].pk


def _give_notice(scene: Scene) -> Step:
    entry = services.approve(scene.draft().pk, approver=scene.town.approver)
    return lambda: services.give_notice(entry.pk, fact=Notice.Fact.READ).pk


def _record(scene: Scene) -> Step:
    return lambda: scene.draft().pk


def _receive(scene: Scene) -> Step:
    item = scene.town.item()
    draft = Draft(2, "sent key", scene.subject, builders.content())

    def step() -> str:
        received = services.receive(
            [draft],
            item=item,
            submitted_by=scene.town.clerk,
            file_name="made-up.csv",
            file_sha256="0" * 64,
            rows_read=1,
            findings=[],
        )
        return received.entries[0].pk

    return step


def _answer(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.answer(entry.pk, by=by, text="Our side.", shown=True).pk


def _take_back_answer(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    services.answer(entry.pk, by=by, text="Our side.", shown=True)
    return lambda: services.take_back_answer(entry.pk, by=by).pk


def _object_to(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.object_to(entry.pk, by=by, text="Not us.").pk


def _ask_repair(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.ask_repair(entry.pk, by=by, text="Put right.").pk


def _uphold(scene: Scene) -> Step:
    entry, by = scene.objected(), scene.town.approver
    return lambda: services.uphold(entry.pk, by=by, reasons="It was you.").pk


def _withdraw(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    return lambda: services.withdraw(entry.pk, by=by, reasons="In error.").pk


def _correct(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    content = replace(builders.content(), measure="Smaller fine")
    return lambda: services.correct(entry.pk, by=by, content=content, reasons="Wrong sum.").pk


def _stay(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    return lambda: services.stay(entry.pk, by=by, order="Court order 2").pk


def _lift_stay(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    services.stay(entry.pk, by=by, order="Court order 2")
    return lambda: services.lift_stay(entry.pk, by=by, order="Court order 3").pk


def _grant_repair(scene: Scene) -> Step:
    entry, by = scene.asked(), scene.town.approver
    return lambda: services.grant_repair(entry.pk, by=by, reasons="Seen.").pk


def _refuse_repair(scene: Scene) -> Step:
    entry, by = scene.asked(), scene.town.approver
    return lambda: services.refuse_repair(entry.pk, by=by, reasons="Not seen.").pk


def _tick(entry: Entry, stage: Stage) -> Step:
    def step() -> str:
        assert not services.tick().failures
        assert Entry.objects.get(pk=entry.pk).stage == stage, "the tick did not do its part"
        return entry.pk

    return step


def _tick_publishes(scene: Scene) -> Step:
    scene.move(clock.now() + timedelta(days=1))
    entry = builders.in_notice(scene.town, subject=scene.subject)
    scene.settle_until(entry.window_closes_at)
    return _tick(entry, Stage.PUBLISHED)


def _tick_lapses(scene: Scene) -> Step:
    entry = scene.objected()
    scene.settle_until(entry.lapses_at)
    return _tick(entry, Stage.WITHDRAWN)


def _tick_erases(scene: Scene) -> Step:
    entry = scene.public()
    scene.move(clock.now() + timedelta(days=1))
    services.withdraw(entry.pk, by=scene.town.approver, reasons="In error.")
    scene.settle_until(Entry.objects.get(pk=entry.pk).erasable_from)
    return _tick(entry, Stage.ERASED)


STEPS: dict[str, list[Callable[[Scene], Step]]] = {
    "answer": [_answer],
    "approve": [_approve],
    "approve_licences": [_approve_licences],
    "ask_repair": [_ask_repair],
    "correct": [_correct],
    "give_notice": [_give_notice],
    "grant_repair": [_grant_repair],
    "lift_stay": [_lift_stay],
    "object_to": [_object_to],
    "receive": [_receive],
    "record": [_record],
    "refuse_repair": [_refuse_repair],
    "stay": [_stay],
    "take_back_answer": [_take_back_answer],
    "tick": [_tick_publishes, _tick_lapses, _tick_erases],
    "uphold": [_uphold],
    "withdraw": [_withdraw],
}

# Services that touch no entry.
WITHOUT_ENTRIES = {"ensure_authority", "ensure_item", "open_account"}


@pytest.fixture
def scene(move: Move) -> Scene:
    return Scene(move)


def test_every_service_is_tried() -> None:
    functions = {name for name in services.__all__ if inspect.isfunction(getattr(services, name))}
    assert functions == STEPS.keys() | WITHOUT_ENTRIES


@pytest.mark.django_db
@pytest.mark.parametrize(
    "prepare",
    [each for several in STEPS.values() for each in several],
    ids=lambda function: function.__name__.strip("_"),
)
def test_no_event_of_one_entry_touches_another(
    scene: Scene, prepare: Callable[[Scene], Step]
) -> None:
    assert offences_of(prepare(scene), connection) == []


@pytest.mark.django_db
def test_an_event_handler_that_writes_a_second_entry_is_met(scene: Scene) -> None:
    entry = scene.public()

    def handle() -> str:
        services.withdraw(entry.pk, by=scene.town.approver, reasons="In error.")
        builders.a_draft(scene.other, subject=scene.subject)
        return entry.pk

    found = offences_of(handle, connection)
    assert [each for each in found if each.endswith("was made")] == [
        "register_entry: a row of another entry was made",
        "register_event: a row of another entry was made",
        "register_version: a row of another entry was made",
    ]


@pytest.mark.django_db
def test_a_signal_that_writes_a_second_entry_is_met(scene: Scene) -> None:
    entry = scene.public()

    def copy(sender: type[Entry], instance: Entry, **_: object) -> None:
        if instance.pk == entry.pk:
            builders.a_draft(scene.other, subject=scene.subject)

    post_save.connect(copy, sender=Entry)
    try:
        found = offences_of(
            lambda: services.stay(entry.pk, by=scene.town.approver, order="Order").pk, connection
        )
    finally:
        post_save.disconnect(copy, sender=Entry)
    assert "register_entry: a row of another entry was made" in found


@pytest.mark.django_db
def test_a_statement_that_reaches_other_entries_is_met_even_if_it_changes_nothing(
    scene: Scene,
) -> None:
    entry = scene.public()
    other = Entry.objects.exclude(pk=entry.pk).earliest("pk")

    def named() -> str:
        Entry.objects.filter(pk=other.pk).update(stayed=other.stayed)
        return entry.pk

    def unbound() -> str:
        Entry.objects.filter(organisation=entry.organisation, was_public=False).update(
            was_public=False
        )
        return entry.pk

    assert [each[:33] for each in offences_of(named, connection)] == [
        "a statement names another entry: "
    ]
    assert [each[:40] for each in offences_of(unbound, connection)] == [
        "a statement is not bound to the entry: U"
    ]


def test_no_program_sets_anything_off_unseen() -> None:
    assert [each for source in sources(PACKAGE) for each in signal_offences(source)] == []


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("from django.dispatch import receiver", "imports django.dispatch.receiver"),
        (
            "from django.db.models.signals import post_save",
            "imports django.db.models.signals.post_save",
        ),
        ("transaction.on_commit(tell)", "acts after a commit"),
        (
            "class Entry(models.Model):\n    def save(self):\n        pass",
            "Entry.save acts when a row is written",
        ),
    ],
)
def test_a_program_that_sets_something_off_is_met(written: str, what: str) -> None:
    found = signal_offences(Source("tabularium.register.hooks", written))
    assert [each.partition(": ")[2] for each in found] == [what]


def _receivers(signal: Signal) -> Iterator[str]:
    for _key, reference, *_ in signal.receivers or []:
        function = reference() if isinstance(reference, ReferenceType) else reference
        module = str(getattr(function, "__module__", ""))
        if module.startswith("tabularium"):
            yield f"{module} listens"


def test_nothing_of_ours_listens_to_signals() -> None:
    every = [value for value in vars(signals).values() if isinstance(value, Signal)]
    assert len(every) > 5
    assert [each for signal in every for each in _receivers(signal)] == []


def test_a_listener_of_ours_is_met() -> None:
    def listener(**_: object) -> None:
        pass

    listener.__module__ = "tabularium.register.hooks"
    signal = Signal()
    signal.connect(listener)
    assert list(_receivers(signal)) == ["tabularium.register.hooks listens"]


def test_nothing_is_sent_to_anybody() -> None:
    every = list(sources(PACKAGE))
    assert [each for source in every for each in network_offences(source, SPEAKS_OUT)] == []
    names = {source.name for source in every}
    assert {module for module, _ in SPEAKS_OUT} <= names, "let pass, but gone: take it out"


@pytest.mark.parametrize(
    "written",
    [
        "import requests",
        "from urllib.request import urlopen",
        "import httpx",
        "import smtplib",
        "from django.core.mail import send_mail",
        "import aiohttp.client",
        "importlib.import_module('requests')",
    ],
)
def test_a_program_that_speaks_to_others_is_met(written: str) -> None:
    source = Source("tabularium.register.services.ticking", written)
    assert len(network_offences(source, SPEAKS_OUT)) == 1


def test_only_the_register_writes_its_tables() -> None:
    outside = (each for each in sources(PACKAGE) if not each.name.startswith("tabularium.register"))
    assert [each for source in outside for each in writing_offences(source)] == []


def test_a_write_from_outside_is_met() -> None:
    written = "def page(entry):\n    Entry.objects.filter(pk=entry.pk).update(stayed=True)\n"
    assert writing_offences(Source("tabularium.public.views.subjects", written)) == [
        "tabularium.public.views.subjects:2 in page: .update() on Entry.objects.filter(pk=entry.pk)"
    ]


def test_no_entry_points_at_another_and_each_has_one_authority() -> None:
    assert link_offences(apps.get_models(include_auto_created=True)) == []


@isolate_apps("tabularium.register")
def test_a_link_between_entries_and_a_second_authority_are_met() -> None:
    class Authority(models.Model):
        class Meta:
            app_label = "register"

    class Entry(models.Model):
        authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
        closes_tenders_of = models.ForeignKey(Authority, models.PROTECT, related_name="+")
        also = models.ManyToManyField(Authority, related_name="+")
        because_of = models.ForeignKey("self", models.PROTECT)

        class Meta:
            app_label = "register"

    class Follow(models.Model):
        first = models.ForeignKey(Entry, models.PROTECT, related_name="+")
        second = models.ForeignKey(Entry, models.CASCADE, related_name="+")
        webhook = models.URLField()

        class Meta:
            app_label = "register"

    found = link_offences([Authority, Entry, Follow])
    assert "register.Entry.because_of: one entry points at another" in found
    assert "register.Entry.also: an entry reaches several of authority" in found
    assert "register.Entry: names several authorities by authority and closes_tenders_of" in found
    assert "register.Follow: joins two entries by first and second" in found
    assert "register.Follow.second: what becomes of one row changes another" in found
    assert "register.Follow.webhook: 'webhook' says webhook" in found


@pytest.mark.django_db
def test_the_database_itself_acts_on_nothing() -> None:
    assert tables.trigger_offences(connection) == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the offence is written for SQLite")
def test_a_trigger_that_writes_is_met() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER spreads AFTER INSERT ON register_event BEGIN"
            " UPDATE register_entry SET stayed = 1; END"
        )
    assert tables.trigger_offences(connection) == ["trigger spreads on register_event writes"]


def test_an_exclusion_names_one_authority_in_the_api() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    entry = document["components"]["schemas"]["Entry"]["properties"]
    assert entry["authority"].get("type") != "array"
    assert not [name for name in entry if name.startswith("authorit") and name != "authority"]
    assert openapi.writing_offences(document) == []


def test_an_entry_of_several_authorities_and_a_writing_operation_are_met() -> None:
    class Entry(Schema):
        authority: list[str]

    api = NinjaAPI(urls_namespace="bites-too")

    @api.post("/entries", response=Entry)
    def entries(request: HttpRequest) -> Entry:
        return Entry(authority=[request.path])

    document = api.get_openapi_schema(path_prefix="")
    assert openapi.document_offences(document) == ["Entry.authority: an entry of several authorities"]
    assert openapi.writing_offences(document) == ["post /entries"]


@pytest.mark.django_db
def test_an_entry_of_one_authority_is_out_of_reach_of_another(scene: Scene) -> None:
    entry = scene.public()
    with pytest.raises(PermissionError):
        services.withdraw(entry.pk, by=scene.other.approver, reasons="Not ours to say.")
    assert Entry.objects.get(pk=entry.pk).stage == Stage.PUBLISHED
