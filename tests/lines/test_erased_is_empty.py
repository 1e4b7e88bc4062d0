"""Line 6: of what was erased nothing is left in any table, whatever a column is for.

Every text column of every table that leads to an entry is filled with a mark of its own, and after erasure
the marks are looked for everywhere. A model that is new, and that nobody thought of, fails.
"""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from tabularium import clock
from tabularium.core.content import Draft
from tabularium.core.kinds import Kind
from tabularium.core.life_events import EventType
from tabularium.register import services, triggers
from tabularium.register.consistency import check
from tabularium.register.erasable import PART_OF, PARTS, Part
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    CorrectionRequest,
    Delivery,
    Entry,
    Event,
    Invitation,
    Leaf,
    Membership,
    Notice,
    Organisation,
    OrganisationName,
    ServiceAddress,
    Sighting,
    Statement,
    Submission,
    User,
    Version,
)
from tabularium.register.services.offers import Change, Standing
from tests import builders
from tests.builders import Town
from tests.lines.hidden import Move
from tests.lines.scenes import Scene, _later

pytestmark = pytest.mark.django_db

TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)

# Text columns of rows that stay as they are, and why no content comes there.
WITHOUT_CONTENT = {
    "register.Event.facts": "instants that the rules fix; nobody can change an event",
    "register.Notice.list_code": "which posting list a letter stood on: a date and a number",
    "register.Erasure.rules_of": "a jurisdiction; a constraint takes no more than two characters",
}

# Text columns of rows that are emptied, and why what stands there is no content either.
OF_THE_LOG = {
    "register.Leaf.commitment": "32 bytes, which say nothing once the salts behind them are gone",
    "register.Leaf.told": "of an erasure alone, which names no subject; a constraint holds it",
}


# ---- which models lead to an entry


def leading_to(target: str, every: Iterable[type[models.Model]]) -> set[type[models.Model]]:
    """Models whose rows belong to a row of a model, over any number of references."""
    every = list(every)
    found = {model for model in every if model._meta.model_name == target}
    while True:
        more = {
            model
            for model in every
            for field in model._meta.concrete_fields
            if field.related_model in found and model not in found
        }
        if not more:
            return found
        found |= more


def forgotten_models(every: Iterable[type[models.Model]]) -> list[str]:
    """Models that lead to an entry or an organisation and of which nothing says what erasure does."""
    every = list(every)
    of_an_entry = leading_to("entry", every)
    of_an_organisation = {
        model
        for model in every
        for field in model._meta.concrete_fields
        if getattr(field.related_model, "__name__", "") == "Organisation"
    }
    return sorted(
        model._meta.label for model in (of_an_entry | of_an_organisation) - PART_OF.keys()
    )


def test_of_every_model_that_leads_to_an_entry_it_is_said_what_erasure_does() -> None:
    assert len(leading_to("entry", apps.get_models())) > 10
    assert forgotten_models(apps.get_models(include_auto_created=True)) == []


@isolate_apps("tabularium.register")
def test_a_model_that_nobody_thought_of_is_met() -> None:
    class Remark(models.Model):
        entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")

        class Meta:
            app_label = "register"

    class Footnote(models.Model):
        remark = models.ForeignKey(Remark, models.PROTECT, related_name="+")

        class Meta:
            app_label = "register"

    class Emblem(models.Model):
        organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

        class Meta:
            app_label = "register"

    every = [*apps.get_models(), Entry, Organisation, Remark, Footnote, Emblem]
    assert forgotten_models(every) == ["register.Emblem", "register.Footnote", "register.Remark"]


STAYING = {
    Entry: {
        *("id", "item_id", "authority_id", "kind", "recorded_by_id", "approved_by_id"),
        *("current_version_id", "stage", "last_event_number", "last_event_at", "was_public"),
    },
    Version: {"id", "entry_id", "number", "kind", "recorded_at", "recorded_by_id", "erased_at"},
    Statement: {"id", "event_id", "entry_id", "erased_at"},
    Event: {"id", "entry_id", "version_id", "number", "type", "at", "role", "facts"},
    Leaf: {"event_id", "entry_id", "change", "index", "commitment", "told"},
}
"""Columns that stay as they are in rows that are emptied: whose it was, when and in which role."""


def test_every_column_of_what_is_emptied_is_emptied_or_said_to_stay() -> None:
    emptied = [part for part in PARTS if part.emptied]
    assert {part.model for part in emptied} == STAYING.keys()
    for part in emptied:
        columns = {field.attname for field in part.model._meta.concrete_fields}
        assert columns - part.emptied.keys() == STAYING[part.model]


# ---- marks in every column


def text_columns(model: type[models.Model]) -> Iterator[models.Field]:
    """Columns in which anything could stand: no references, identities, choices."""
    for field in model._meta.concrete_fields:
        if field.is_relation or field.primary_key or field.choices or not isinstance(field, TEXTS):
            continue
        yield field


def test_what_stays_as_it_is_has_no_place_for_content() -> None:
    free = {
        f"{part.model._meta.label}.{field.name}"
        for part in PARTS
        if part.of == "entry" and part.why_it_stays
        for field in text_columns(part.model)
    }
    assert free == WITHOUT_CONTENT.keys()


def mark(number: int, field: models.Field) -> tuple[Any, str]:
    """A value that stands nowhere else, and what it is recognised by."""
    # Two or three characters, because some columns take no more; no text of ours has the first.
    short = field.max_length is not None and field.max_length < 3
    text = f"Ꙫ{chr(0x2460 + number)}" if short else f"Ꙭ{chr(0x2460 + number)}."
    if isinstance(field, models.BinaryField):
        # As long as a salt, which the database insists on.
        return text.encode().ljust(32, b"."), repr(text.encode())[2:-1]
    if isinstance(field, models.JSONField):
        return {"said": f"json-mark-{number}"}, f"json-mark-{number}"
    return text, text


def plant(entry: Entry, parts: Iterable[Part], owner: object) -> dict[str, str]:
    """Fill every text column of every row that belongs to an entry or an organisation with a mark.

    But for what the database keeps empty where it is no promise: `promised_to`.
    """
    planted = {}
    triggers.remove(connection)
    try:
        for part in parts:
            rows = part.model._base_manager.filter(**{part.path or "pk": owner})
            assert rows.exists(), f"{part.model._meta.label}: no row of {entry} to put a mark in"
            for field in text_columns(part.model):
                name = f"{part.model._meta.label}.{field.name}"
                kept_empty = field.name == "promised_to" and entry.kind != Kind.PROMISE
                if kept_empty or name in OF_THE_LOG:
                    continue
                value, known_by = mark(len(planted), field)
                rows.update(**{field.attname: value})
                planted[name] = known_by
    finally:
        triggers.install(connection)
    return planted


def standing(planted: Mapping[str, str]) -> set[str]:
    """Which marks stand in some table."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            text = str([[_plain(value) for value in row] for row in cursor.fetchall()])
            found |= {what for what, known_by in planted.items() if known_by in text}
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def an_entry_with_all_there_is(move: Move) -> Entry:
    """Public, answered, with documents, requests, offers, attempts to tell, and lookings."""
    scene = Scene(move)
    entry, replier = scene.public(), scene.replier
    document = services.NewDocument("made-up.txt", "text/plain", b"Made up.")
    services.add_document(entry.pk, by=replier, purpose=EventType.ANSWERED, document=document)
    services.answer(entry.pk, by=replier, text="Our side.", shown=True)
    request = services.ask_correction(entry.pk, by=replier, text="A mistake.")
    services.settle_correction_request(
        request.pk,
        by=scene.town.approver,
        outcome=CorrectionRequest.Outcome.DECLINED,
        reasons="It is right.",
    )
    services.note_looking(scene.town.clerk, scene.town.authority, entry)
    later = _later(scene)
    Sighting.objects.create(entry=entry, submission=later)
    draft = Draft(2, "sent", scene.subject, builders.content())
    change = Change(entry.pk, entry.current_version_id, draft, Standing.CHANGED, ("amount",))
    services.offer_corrections([change], submission=later)
    notice = Notice.objects.filter(version=entry.current_version_id).earliest("pk")
    services.new_code(notice, by=scene.town.clerk)
    if not notice.deliveries.exists():
        now = clock.now()
        Delivery.objects.create(
            notice=notice, number=1, channel="letter", begun_at=now, ended_at=now, outcome="posted"
        )
    entry.refresh_from_db()
    return entry


def test_no_mark_of_an_entry_is_left_after_its_erasure(move: Move) -> None:
    entry = an_entry_with_all_there_is(move)
    parts = [part for part in PARTS if part.of == "entry" and not part.why_it_stays]
    planted = plant(entry, parts, entry.pk)
    assert len(planted) > 30
    assert standing(planted) == planted.keys(), "a mark that is not seen before proves nothing"
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().failures == {}
    assert Entry.objects.get(pk=entry.pk).stage == "erased"
    assert standing(planted) == set()


def test_no_mark_of_a_promise_is_left_after_its_erasure(move: Move) -> None:
    town = Town()
    entry = builders.promised(town, amount="5.00", currency="CNY")
    services.withdraw(entry.pk, by=town.approver, reasons="Made in error.")
    entry.refresh_from_db()
    parts = [PART_OF[Version], PART_OF[Statement]]
    planted = plant(entry, parts, entry.pk)
    assert "register.Version.promised_to" in planted
    assert standing(planted) == planted.keys()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert standing(planted) == set()
    version = Version.objects.get(entry=entry)
    assert (version.due_on, version.decided_on) == (None, None)


# ---- no way back to the organisation


def leads_to(entry: Entry) -> set[str]:
    """Organisations that somebody with the database finds from an entry over any of its references."""
    seen: set[tuple[type[models.Model], Any]] = set()
    new: set[tuple[type[models.Model], Any]] = {(Entry, entry.pk)}
    while new:
        seen |= new
        new = {other for row in new for other in _beside(*row)} - seen
    return {key for model, key in seen if model is Organisation}


def _beside(model: type[models.Model], key: Any) -> Iterator[tuple[type[models.Model], Any]]:
    """Rows that a row names; and of those that name it, what comes with an entry or is a membership."""
    if model in {Authority, CatalogueItem, Organisation}:
        return  # whose entry it is stays, and is no subject
    for field in model._meta.get_fields():
        other = field.related_model
        if not field.is_relation or not isinstance(other, type):
            continue
        if field.concrete and not field.many_to_many:
            values = model._base_manager.filter(pk=key).values_list(field.attname, flat=True)
        elif field.auto_created and (other is Membership or model not in {User, Submission}):
            found = other._base_manager.filter(**{field.remote_field.name: key})
            values = found.values_list("pk", flat=True)
        else:
            continue
        yield from ((other, value) for value in values if value is not None)


def test_nothing_leads_from_an_erased_entry_to_its_organisation(move: Move) -> None:
    town = Town()
    entry = builders.published(town, move)
    organisation = entry.organisation
    assert organisation is not None
    replier = builders.a_replier(organisation)
    services.answer(entry.pk, by=replier, text="Our side.", shown=True)
    other = builders.published(town, move, subject=builders.a_subject())
    services.withdraw(other.pk, by=town.approver, reasons="In error.")
    assert leads_to(entry) == {organisation.pk}
    actors = list(Event.objects.filter(entry=entry).order_by("number").values_list("actor", "role"))
    assert (replier.pk, "organisation") in actors
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().failures == {}
    # It is kept for its member, and its member is not known by what was erased.
    assert Organisation.objects.filter(pk=organisation.pk).exists()
    assert leads_to(entry) == set()
    after = list(Event.objects.filter(entry=entry).order_by("number").values_list("actor", "role"))
    assert after[:-1] == [(None if role == "organisation" else who, role) for who, role in actors]
    assert check().problems == []


def test_an_actor_that_stays_is_found(move: Move) -> None:
    """As it was before: the account of the organisation in the events of what was erased."""
    entry = builders.published(Town(), move)
    organisation = entry.organisation
    assert organisation is not None
    replier = builders.a_replier(organisation)
    services.answer(entry.pk, by=replier, text="Our side.", shown=True)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    triggers.remove(connection)
    Event.objects.filter(entry=entry, role="organisation").update(actor=replier)
    triggers.install(connection)
    assert leads_to(entry) == {organisation.pk}
    problem = "it is erased, but who acted for its organisation is not"
    assert [each.what for each in check().problems] == [problem]


def test_no_mark_of_an_organisation_is_left_after_its_last_entry(move: Move) -> None:
    town = Town()
    entry = builders.published(town, move)
    organisation = entry.organisation
    assert organisation is not None
    now = clock.now()
    OrganisationName.objects.create(
        organisation=organisation, name="x", language="en", sort="former"
    )
    Invitation.objects.create(
        organisation=organisation, created_at=now, expires_at=now + timedelta(days=900)
    )
    ServiceAddress.objects.create(
        authority=town.authority,
        organisation=organisation,
        channel="mailbox",
        text="x",
        key_name="x",
        set_at=now,
    )
    parts = [part for part in PARTS if part.of == "organisation" and not part.why_it_stays]
    planted = plant(entry, parts, organisation.pk)
    assert standing(planted) == planted.keys()
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    assert standing(planted) == set()
    assert not Organisation.objects.filter(pk=organisation.pk).exists()
