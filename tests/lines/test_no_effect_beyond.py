"""Line 3: an entry has no effect beyond its authority, and one entry never brings about another."""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

import inspect
from collections.abc import Callable, Iterator
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
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.visibility import public_entries
from tests import builders
from tests.kept import Kept, kept
from tests.lines.scenes import STEPS, WITHOUT_ENTRIES, Move, Scene, Step
from tests.lines.walkers import openapi, tables
from tests.lines.walkers.effects import offences_of
from tests.lines.walkers.models import link_offences
from tests.lines.walkers.modules import PACKAGE, Source, sources
from tests.lines.walkers.reaching import hook_offences, network_offences, writing_offences
from tests.lines.walkers.telling import untold_by

# What may speak to another program, and why. Notices go to the organisation that an entry is about, at the
# address for service that the deciding authority keeps of it; nothing that tells an enforcing body is here.
# Witnesses of the log, which the register's keeper names, see that it grows and cannot see what of.
SPEAKS_OUT = {
    (
        "tabularium.notices.relay",
        "smtplib",
    ): "sends notices by mail, through the register's own relay",
    ("tabularium.notices.relay", "ssl"): "verifies the relay's certificate",
    ("tabularium.notices.mailbox", "http.client"): "calls the mailbox of the organisation itself",
    (
        "tabularium.notices.mailbox",
        "socket",
    ): "connects to the number that was judged, and no other",
    ("tabularium.notices.mailbox", "ssl"): "verifies the mailbox's certificate",
    (
        "tabularium.notices.reaching",
        "socket",
    ): "looks up where a mailbox is, to refuse inner machines",
    (
        "tabularium.log.witnesses",
        "http.client",
    ): "asks witnesses to sign the log; they get its size, its root and hashes, and nothing of an entry",
    ("tabularium.log.witnesses", "socket"): "cuts a call off that takes too long",
    ("tabularium.log.witnesses", "ssl"): "verifies the witness's certificate",
    (
        "tabularium.mirroring.fetching",
        "urllib.request",
    ): "reads the feed of a register, as any reader does, and sends nothing",
    (
        "tabularium.intake.readers.apart",
        "subprocess",
    ): "starts our own program that parses workbooks",
    (
        "tabularium.intake.readers.apart",
        "socket",
    ): "a nameless pair, to that program and no further",
    ("tabularium.intake.readers.parsing", "socket"): "the other end of that pair",
    ("tabularium.cli.serving", "socket"): "asks whether its own loopback port is free",
    (
        "tabularium.intake.attached.texts",
        "subprocess",
    ): "reads a document that somebody attached in a process of our own with limits, and sends nothing",
}

_DESK, _REPLY = "post /api/v1/desk/{code}/", "post /api/v1/reply/{id}/entries/{entry}/"

# What may be written through the API, by what it asks for. A token of an authority stands for a program and
# sends drafts, which people approve or not. A key stands for the member who made it, and does by the same
# services what that member may do at that moment: but not approve what speaks against an organisation.
WRITING_OPERATIONS = {
    "AuthorityToken": ["post /api/v1/submissions"],
    "MemberKey": [
        *(
            f"{_DESK}{each}"
            for each in (
                "submissions",
                "approvals",
                "entries/{id}/withdrawal",
                "entries/{id}/objection-decision",
                "entries/{id}/stay",
                "entries/{id}/stay-lifted",
                "entries/{id}/repair-decision",
                "entries/{id}/notes",
                "entries/{id}/promise-answer",
            )
        ),
        *(
            f"{_REPLY}{each}"
            for each in ("answer", "answer/take-back", "objection", "correction", "repair")
        ),
    ],
}


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> Iterator[Kept[Scene]]:
    with kept(request, Scene) as made:
        yield made


@pytest.fixture
def scene(made: Kept[Scene], db: None, move: Move) -> Scene:  # noqa: ARG001 - what a test does is taken back
    return made.for_a_test(move)


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
    step, offences = prepare(scene), list[str]()

    def watched() -> None:
        offences.extend(offences_of(step, connection))

    assert untold_by(watched) == [], (
        "copies of a record, and files made of the last ones, rely on it"
    )
    assert offences == []


@pytest.mark.django_db
def test_a_step_that_changes_a_record_without_the_feed_is_met(
    scene: Scene,
) -> None:
    organisation = scene.public().organisation
    assert organisation
    of_it = public_entries(clock.now()).filter(organisation=organisation)
    found = untold_by(lambda: organisation.identifiers.create(scheme="GB-COH", value="7"))
    assert found == sorted(of_it.values_list("pk", flat=True))
    assert len(found) > 1


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

    def copy(instance: Entry, **_: object) -> None:
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
    assert [each for source in sources(PACKAGE) for each in hook_offences(source)] == []


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
    found = hook_offences(Source("tabularium.register.hooks", written))
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
    assert (
        "register.Entry: names two authorities by authority and closes_tenders_of and also" in found
    )
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
    allowed = [each for every in WRITING_OPERATIONS.values() for each in every]
    assert sorted(openapi.writing_offences(document)) == sorted(allowed)


@pytest.mark.django_db
def test_what_writes_through_the_api_asks_for_a_token_or_a_key() -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    for scheme, operations in WRITING_OPERATIONS.items():
        for each in operations:
            method, path = each.split(" ")
            assert paths[path][method]["security"] == [{scheme: []}]
            # Nobody gets as far as what is named there.
            answer = getattr(Client(), method)(path.replace("{", "").replace("}", ""))
            assert answer.status_code in {401, 429}


@pytest.mark.django_db
def test_a_token_of_an_authority_does_nothing_that_a_key_does(scene: Scene) -> None:
    entry = scene.public()
    token = services.new_token(scene.town.authority, label="program", days=1).text
    address = f"/api/v1/desk/{scene.town.code}/entries/{entry.pk}/withdrawal"
    answer = Client().post(
        address,
        {"reasons": "So."},
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 401
    assert Entry.objects.get(pk=entry.pk).stage == Stage.PUBLISHED


def test_an_entry_of_several_authorities_and_a_writing_operation_are_met() -> None:
    class Entry(Schema):
        authority: list[str]

    api = NinjaAPI(urls_namespace="bites-too")

    @api.post("/entries", response=Entry)
    def entries(request: HttpRequest) -> Entry:
        return Entry(authority=[request.path])

    document = api.get_openapi_schema(path_prefix="")
    assert openapi.document_offences(document) == [
        "Entry.authority: an entry of several authorities"
    ]
    assert openapi.writing_offences(document) == ["post /entries"]


@pytest.mark.django_db
def test_an_entry_of_one_authority_is_out_of_reach_of_another(scene: Scene) -> None:
    entry = scene.public()
    with pytest.raises(PermissionError):
        services.withdraw(entry.pk, by=scene.other.approver, reasons="Not ours to say.")
    assert Entry.objects.get(pk=entry.pk).stage == Stage.PUBLISHED
