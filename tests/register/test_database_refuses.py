"""What the databases themselves refuse, whatever the code does: asked in SQL, past models and services.

Each constraint and each trigger by its name; a test sees to it that none is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from tabularium import clock
from tabularium.core.content import Draft, Subject
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_events import NOT_BY_THE_RECORDER, EventType
from tabularium.register import services, triggers
from tabularium.register.models import Document, Entry, Event, Notice, Version
from tabularium.register.services.log_places import give_places, keep_checkpoint
from tabularium.register.services.notice_codes import new_code
from tabularium.register.services.offers import Change, Standing, open_offers
from tabularium.register.services.uploads import Options, enter_upload
from tabularium_verify.checkpoints import Checkpoint
from tests.builders import (
    ZONE,
    Town,
    a_draft,
    a_replier,
    an_identifier,
    content,
    objected,
    promised,
    published,
)
from tests.kept import Kept, kept
from tests.register.conftest import Move

Row = dict[str, Any]


def execute(sql: str, values: Sequence[Any] = ()) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.rowcount


def row_of(table: str, where: str, *values: Any) -> Row:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {where} LIMIT 1", values)  # noqa: S608 - written here
        row = cursor.fetchone()
        assert row is not None, f"no row of {table} where {where}"
        return dict(zip([each[0] for each in cursor.description], row, strict=True))


def insert(table: str, row: Row) -> None:
    if isinstance(row.get("id"), int):
        row = {name: value for name, value in row.items() if name != "id"}
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(["%s"] * len(row))
    execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))  # noqa: S608 - written here


@dataclass(frozen=True)
class Another:
    """In the place of a value: the key of another row, which is there."""

    table: str
    key: str = "id"

    def in_place_of(self, column: str) -> str:
        return (
            f"(SELECT min({self.key}) FROM {self.table} there WHERE there.{self.key} <> {column})"  # noqa: S608 - written here
        )


def update(table: str, where: str, /, **changes: Any) -> None:
    setting = ", ".join(
        f'"{name}" = '
        + (value.in_place_of(f"{table}.{name}") if isinstance(value, Another) else "%s")
        for name, value in changes.items()
    )
    values = [value for value in changes.values() if not isinstance(value, Another)]
    changed = execute(f"UPDATE {table} SET {setting} WHERE {where}", values)  # noqa: S608 - written here
    assert changed, f"no row of {table} where {where}"


@dataclass(frozen=True)
class Called:
    """In the place of a version's identity: that of its entry with what follows."""

    point_and_number: str


@dataclass(frozen=True)
class Attempt:
    """A row as it is, with changes: put beside it where `beside` is set, else written over it."""

    refused_by: str
    table: str
    where: str
    changes: Row
    beside: bool = False

    def make(self) -> None:
        if self.beside:
            row = row_of(self.table, self.where)
            changed = {
                name: row["entry_id"] + value.point_and_number
                if isinstance(value, Called)
                else value
                for name, value in self.changes.items()
            }
            insert(self.table, row | changed)
        else:
            update(self.table, self.where, **self.changes)


LATER = "2030-01-01 00:00:00+00:00"
ENTRY, VERSION, EVENT = "register_entry", "register_version", "register_event"
SALTS, ERASED_FIELD = "register_versionsalts", "register_erasedfield"
PENALTY = "kind = 'penalty' AND stage = 'published'"
LICENCE = "kind = 'licence' AND stage = 'published'"
PROMISE = "kind = 'promise' AND stage = 'published'"
PROMISED = "kind = 'promise' AND erased_at IS NULL"
ALIVE = "kind = 'penalty' AND erased_at IS NULL"
ANOTHER = {"id": Called(".2"), "number": 2}


def again(name: str, table: str, where: str = "1 = 1", /, **changes: Any) -> Attempt:
    return Attempt(name, table, where, changes, beside=True)


def instead(name: str, table: str, where: str, /, **changes: Any) -> Attempt:
    return Attempt(name, table, where, changes)


ITEM, AUTHORITY = "register_catalogueitem", "register_authority"
NEW_ENTRY = {"id": "another", "decision_key": "another", "current_version_id": "another.1"}
OFFER, DISMISSED = "register_offeredcorrection", "outcome = 'dismissed'"
DELIVERY, SERVED_AT = "register_delivery", "register_serviceaddress"
INVITATION, REQUEST = "register_invitation", "register_correctionrequest"
UPLOAD, STATEMENT = "register_upload", "register_statement"
EMPTIED: Row = {
    "changed": "[]",
    "digest": "",
    "reasons": "",
    "row": None,
    "submission_id": None,
    "erased_at": LATER,
}

ERASURE = "register_erasure"

MEMBER_KEY = "register_memberkey"
ACCOUNT_EVENT = "register_accountevent"
_ABOUT_A_ROLE = "account_event_names_a_role_where_it_is_about_one"

CHANGE, FEED = "register_publicchange", "register_changefeed"
PLACED = "position IS NOT NULL"
_APPEARS = "public_change_appears_before_it_changes"

LEAF, CHECKPOINT = "register_leaf", "register_signedcheckpoint"
_SALTS_OF_A_LEAF = "leaf_has_both_salts_or_none"
NEW_LEAF = {"event_id": 10**9, "index": None}
LIVING = "change = 'published' AND length(salt) > 0"

CHECKS = [
    again("leaf_change_is_known", LEAF, **NEW_LEAF, change="ranked"),
    again("leaf_is_a_commitment", LEAF, **NEW_LEAF, commitment=bytes(31)),
    again("leaf_tells_of_erasures_alone", LEAF, LIVING, **NEW_LEAF, told='{"rule": {}}'),
    again(_SALTS_OF_A_LEAF, LEAF, LIVING, **NEW_LEAF, salt=b""),
    again(_SALTS_OF_A_LEAF, LEAF, LIVING, **NEW_LEAF, fact_salts=b""),
    again("checkpoint_has_a_root", CHECKPOINT, size=10**6, root=bytes(31)),
    instead("change_feed_is_one", FEED, "1 = 1", id=2),
    instead(_APPEARS, CHANGE, PLACED, appeared=None),
    instead(_APPEARS, CHANGE, PLACED, appeared=10**6),
    again(_ABOUT_A_ROLE, ACCOUNT_EVENT, "what = 'opened'", role="clerk"),
    again(_ABOUT_A_ROLE, ACCOUNT_EVENT, "what = 'role-given'", role=""),
    again("erased_field_is_erasable", ERASED_FIELD, field="measure"),
    again("erased_field_rule_is_known", ERASED_FIELD, field="details", rule="on request"),
    again("erasure_names_a_jurisdiction_alone", ERASURE, rules_of="cn food"),
    again("item_kind_is_known", ITEM, code="new", kind="rating"),
    again("item_field_is_economic", ITEM, code="new", field="religion"),
    again("item_ends_not_before_it_begins", ITEM, code="new", effective_until=date(2019, 12, 31)),
    again("entry_kind_is_known", ENTRY, PENALTY, **NEW_ENTRY, kind="rating"),
    instead("entry_stage_is_known", ENTRY, PENALTY, stage="frozen"),
    instead("entry_beyond_draft_is_approved", ENTRY, PENALTY, approved_by_id=None),
    instead("entry_public_has_a_beginning", ENTRY, LICENCE, was_public=False),
    instead("entry_public_has_a_beginning", ENTRY, LICENCE, public_from=None),
    instead("entry_adverse_public_after_notice_and_window", ENTRY, PENALTY, noticed_at=None),
    instead("entry_adverse_public_after_notice_and_window", ENTRY, PENALTY, window_closes_at=None),
    instead("entry_adverse_public_after_notice_and_window", ENTRY, PENALTY, window_closes_at=LATER),
    instead("entry_adverse_public_after_notice_and_window", ENTRY, PENALTY, noticed_at=LATER),
    instead("entry_adverse_has_an_end", ENTRY, PENALTY, public_until=None),
    instead("entry_has_a_subject_until_erased", ENTRY, PENALTY, organisation_id=None),
    instead("entry_has_a_subject_until_erased", ENTRY, PENALTY, stage="erased"),
    instead("entry_has_a_subject_until_erased", ENTRY, "stage = 'erased'", decision_key="kept"),
    instead("entry_suspended_by_an_open_objection", ENTRY, PENALTY, suspended=True),
    instead("entry_suspended_by_an_open_objection", ENTRY, "suspended", objection_open=False),
    instead("entry_suspended_by_an_open_objection", ENTRY, "suspended", lapses_at=None),
    instead("entry_suspended_by_an_open_objection", ENTRY, "suspended", decide_by=None),
    *(
        again("version_adverse_is_complete", VERSION, ALIVE, **ANOTHER, **lacking)
        for lacking in (
            {"legal_basis": ""},
            {"objection_route": ""},
            {"notice_channel": ""},
            {"term_begins": None},
            {"term_ends": None},
        )
    ),
    *(
        again("version_says_what_was_decided", VERSION, "kind = 'licence'", **ANOTHER, **lacking)
        for lacking in ({"decision_number": ""}, {"measure": ""}, {"decided_on": None})
    ),
    instead("entry_promise_is_due", ENTRY, PROMISE, due_at=None),
    instead("entry_promise_is_due", ENTRY, PROMISE, unanswered_from=None),
    instead("entry_promise_is_due", ENTRY, PROMISE, unanswered_from="2020-01-01 00:00:00+00:00"),
    instead("entry_promise_is_due", ENTRY, PROMISE, outcome=""),
    instead("entry_promise_is_due", ENTRY, PROMISE, outcome="unanswered"),
    instead("entry_promise_is_due", ENTRY, PENALTY, due_at=LATER),
    instead("entry_promise_is_due", ENTRY, PENALTY, outcome="open"),
    instead("entry_promise_is_due", ENTRY, "stage = 'erased'", outcome="kept"),
    *(
        again("version_promise_says_to_whom_and_by_when", VERSION, PROMISED, **ANOTHER, **lacking)
        for lacking in ({"promised_to": ""}, {"due_on": None})
    ),
    *(
        again("version_promise_says_to_whom_and_by_when", VERSION, ALIVE, **ANOTHER, **given)
        for given in ({"promised_to": "Suppliers"}, {"due_on": date(2030, 1, 1)})
    ),
    again(
        "version_promise_is_due_after_it_is_made",
        VERSION,
        PROMISED,
        **ANOTHER,
        due_on=date(2020, 1, 1),
    ),
    again(
        "version_term_ends_after_it_begins",
        VERSION,
        ALIVE,
        **ANOTHER,
        term_ends=date(2020, 1, 1),
    ),
    again("version_amount_has_a_currency", VERSION, ALIVE, **ANOTHER, currency=""),
    again("version_amount_has_a_currency", VERSION, ALIVE, **ANOTHER, amount=""),
    instead("version_is_empty_when_erased", VERSION, "erased_at IS NULL", erased_at=LATER),
    again("event_role_fits", EVENT, "type = 'approved'", number=99, role="clerk"),
    again("event_role_fits", EVENT, "type = 'objected'", number=99, role="approver"),
    again("event_role_fits", EVENT, "type = 'approved'", number=99, type="scored"),
    *(
        again("event_role_fits", EVENT, "type = 'approved'", number=99, type=type_, role="clerk")
        for type_ in ("annotated", "promise-kept", "promise-not-kept")
    ),
    again(
        "event_has_an_actor_unless_the_system_acts",
        EVENT,
        "type = 'approved'",
        number=99,
        actor_id=None,
    ),
    instead("statement_is_empty_when_erased", "register_statement", "shown", erased_at=LATER),
    again(
        "membership_of_an_authority_or_an_organisation",
        "register_membership",
        "role = 'clerk'",
        role="replier",
    ),
    again(
        "membership_of_an_authority_or_an_organisation",
        "register_membership",
        "role = 'replier'",
        role="approver",
    ),
    again(
        "membership_of_an_authority_or_an_organisation",
        "register_membership",
        "role = 'clerk'",
        authority_id=None,
    ),
    instead("notice_is_given_on_a_fact", "register_notice", "given_at IS NOT NULL", fact=""),
    instead("notice_is_given_on_a_fact", "register_notice", "given_at IS NOT NULL", fact="hoped"),
    instead("notice_is_given_on_a_fact", "register_notice", "fact = 'posted'", given_at=None),
    instead("notice_is_given_when_it_says_so", "register_notice", "state = 'given'", state="moot"),
    instead(
        "notice_is_given_when_it_says_so", "register_notice", "state = 'sending'", state="given"
    ),
    instead("delivery_ends_with_an_outcome", DELIVERY, "outcome = ''", outcome="accepted"),
    instead("delivery_ends_with_an_outcome", DELIVERY, "outcome = ''", ended_at=LATER),
    instead("delivery_ends_with_an_outcome", DELIVERY, "outcome = 'posted'", ended_at="2020-01-01"),
    instead("service_address_is_given", SERVED_AT, "1 = 1", text=""),
    instead("service_address_of_a_mailbox_has_a_key", SERVED_AT, "key_name <> ''", key_name=""),
    instead("service_address_of_a_mailbox_has_a_key", SERVED_AT, "key_name = ''", key_name="k"),
    instead("entry_keeps_to_its_versions", ENTRY, PENALTY, current_version_id=Another(VERSION)),
    again("entry_keeps_to_its_versions", ENTRY, PENALTY, id="another"),
    again("entry_keeps_to_its_versions", ENTRY, PENALTY, **NEW_ENTRY | {"id": "another.1"}),
    again("entry_keeps_to_its_versions", ENTRY, PENALTY, **NEW_ENTRY | {"id": "anothe"}),
    again("version_is_called_by_its_entry", VERSION, ALIVE, id="another.2", number=2),
    again("event_of_its_entry", EVENT, "type = 'approved'", number=99, version_id="another.1"),
    instead("organisation_has_a_name", "register_organisation", "1 = 1", name=""),
    instead(
        "identifier_of_no_sole_trader",
        "register_registeredidentifier",
        "scheme = 'CN-USCC'",
        value="92999900000000001X",
    ),
    instead("submission_loses_no_row", "register_submission", "1 = 1", rows_read=99),
    instead("offer_is_empty_unless_open", OFFER, "outcome = 'open'", content="{}"),
    instead("offer_is_empty_unless_open", OFFER, DISMISSED, content='{"measure": "Fine"}'),
    instead("offer_is_decided_by_somebody", OFFER, DISMISSED, decided_by_id=None),
    instead("offer_is_decided_by_somebody", OFFER, DISMISSED, outcome="moot"),
    instead("offer_is_decided_by_somebody", OFFER, DISMISSED, outcome="hoped"),
    instead("offer_is_over_at_an_instant", OFFER, DISMISSED, decided_at=None),
    instead("offer_is_over_at_an_instant", OFFER, "outcome = 'open'", decided_at=LATER),
    instead("offer_is_empty_when_erased", OFFER, "outcome = 'open'", erased_at=LATER),
    *(
        instead("offer_is_empty_when_erased", OFFER, DISMISSED, **(EMPTIED | kept))
        for kept in (
            {"changed": '["measure"]'},
            {"digest": "0" * 64},
            {"reasons": "It stands."},
            {"row": 2},
        )
    ),
    instead("token_ends_after_it_begins", "register_token", "1 = 1", expires_at="2020-01-01"),
    instead("member_key_ends_after_it_begins", MEMBER_KEY, "1 = 1", expires_at="2020-01-01"),
    instead("notice_code_has_a_generation", "register_noticecode", "1 = 1", generation=0),
    instead("invitation_ends_after_it_begins", INVITATION, "1 = 1", expires_at="2020-01-01"),
    instead("document_has_a_purpose", "register_document", "1 = 1", purpose="published"),
    *(
        instead("correction_request_is_settled_with_reasons", REQUEST, "1 = 1", **wrong)
        for wrong in (
            {"settled_at": LATER},
            {"outcome": "done"},
            {"settled_at": LATER, "outcome": "done"},
            {"settled_at": LATER, "outcome": "hoped", "reasons": "So."},
        )
    ),
    instead("upload_is_finished_at_its_end", UPLOAD, "1 = 1", state="done"),
    instead("upload_is_finished_at_its_end", UPLOAD, "1 = 1", finished_at=LATER),
    instead(
        "upload_that_failed_recorded_nothing", UPLOAD, "1 = 1", state="failed", finished_at=LATER
    ),
    *(
        instead(
            "statement_is_empty_when_erased",
            STATEMENT,
            "shown",
            **{"text": "", "shown": False, "erased_at": LATER} | kept,
        )
        for kept in ({"dated_on": "2026-01-01"}, {"ordered_by": "A court"}, {"file_number": "7"})
    ),
]

UNIQUE = [
    again("item_version_once", ITEM),
    again("erased_field_once", ERASED_FIELD),
    again(
        "entry_decision_once",
        ENTRY,
        "decision_key IS NOT NULL",
        id="another",
        current_version_id="another.1",
    ),
    again("version_in_order", VERSION, "kind = 'licence'", id=Called(".01")),
    again("event_in_order", EVENT, "type = 'recorded'"),
    again("notice_once", "register_notice"),
    again("delivery_in_order", DELIVERY, "outcome = 'posted'"),
    again("delivery_one_at_a_time", DELIVERY, "outcome = ''", number=9),
    again("service_address_once", SERVED_AT),
    again("membership_at_an_authority_once", "register_membership", "role = 'clerk'"),
    again("membership_for_an_organisation_once", "register_membership", "role = 'replier'"),
    again("organisation_name_once", "register_organisationname"),
    again("identifier_is_of_one", "register_registeredidentifier"),
    again("finding_stops_a_row_once", "register_finding"),
    again("offer_open_once_an_entry", OFFER, "outcome = 'open'"),
    again("key_once", "register_idempotencykey"),
    again("looking_once_an_hour", "register_looking"),
]


def changed(entry: Entry) -> Change:
    """What a later file says otherwise of an entry."""
    subject = Subject(an_identifier(), "Another name", "gb-ltd", "gb")
    draft = Draft(2, "a key", subject, content(Kind(entry.kind)))
    return Change(entry.pk, entry.current_version_id, draft, Standing.CHANGED, ("subject_name",))


def _erase_a_field(town: Town, move: Move) -> None:
    """Of one entry; of another the same field stays."""
    services.erase_field(
        published(town, move, summary="Said of somebody.").pk,
        by=town.account("a-registrar", "registrar"),
        field=ErasableField.SUMMARY,
        rule=FieldErasureRule.PERSONAL_DATA,
    )
    published(town, move, summary="Said of nobody.")


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> Iterator[Kept[Town]]:
    with kept(request, _a_full_register) as made:
        yield made


@pytest.fixture
def full(made: Kept[Town], db: None, move: Move) -> Town:  # noqa: ARG001 - what a test does is taken back
    """A register with at least one row of everything, and a second authority."""
    return made.for_a_test(move)


def _a_full_register(move: Move) -> Town:
    town = Town()
    Town("other-office")
    submission = services.receive(
        [],
        item=town.item(),
        submitted_by=town.clerk,
        file_name="decisions.csv",
        file_sha256="0" * 64,
        rows_read=1,
        findings=[
            services.FoundInRow(1, "Name", "missing-value", "error", primary=True, parameters={})
        ],
    ).submission
    over = published(town, move)
    services.answer(over.pk, by=a_replier(over.organisation), text="Said.", shown=False)
    assert over.erasable_from is not None
    move(over.erasable_from)
    services.tick()
    a_draft(town)
    objected(town, move)
    shown = published(town, move)
    services.answer(shown.pk, by=a_replier(shown.organisation), text="Said.", shown=True)
    licence = published(town, move, Kind.LICENCE)
    for entry in (shown, licence):
        services.offer_corrections([changed(entry)], submission=submission)
    offer = open_offers().get(entry=licence)
    services.dismiss_correction(offer.pk, by=town.approver, reasons="It stands.")
    services.see([shown.pk], submission=submission)
    services.new_token(town.authority, label="A program", days=1)
    services.new_member_key(town.approver, label="A program", days=1)
    promised(town)
    _erase_a_field(town, move)
    services.claim(town.authority, "a key", "0" * 64)
    services.withdraw(published(town, move).pk, by=town.approver, reasons="It was wrong.")
    services.place_changes()
    _log()
    _notices(town)
    _around(town, shown)
    return town


def _log() -> None:
    """A log in which all but the leaves of this instant have their places."""
    size = give_places(clock.now() - timedelta(seconds=1))
    root = bytes(range(32))
    keep_checkpoint(Checkpoint("register.example/log", size, root), b"a note")


def _around(town: Town, shown: Entry) -> None:
    """What lies around an entry and is none of its events."""
    replier = a_replier(shown.organisation)
    assert shown.organisation is not None
    services.note_looking(town.clerk, town.authority, shown)
    services.invite(shown.organisation, by=replier)
    services.ask_correction(shown.pk, by=replier, text="A slip.")
    new_code(Notice.objects.filter(version=shown.current_version_id).latest("pk"), by=town.clerk)
    # How it is attached is tried elsewhere.
    Document.objects.create(
        entry=shown,
        purpose=EventType.ANSWERED,
        name="proof.txt",
        media_type="text/plain",
        size=1,
        content=b"x",
        added_at=clock.now(),
    )
    enter_upload(
        town.item(),
        by=town.clerk,
        file_name="decisions.csv",
        stored_as="a-folder",
        size=1,
        options=Options(),
    )


def _notices(town: Town) -> None:
    """A letter that was posted, and a call to a mailbox that is being made."""
    for channel, where in (("letter", "1 Made-up Street"), ("mailbox", "https://firm.example/")):
        entry = a_draft(town, notice_channel=channel)
        services.approve(entry.pk, approver=town.approver)
        assert entry.organisation is not None
        services.set_service_address(
            town.authority, entry.organisation, NoticeChannel(channel), where, by=town.clerk
        )
        notice = Notice.objects.get(version=entry.current_version_id)
        if channel == "mailbox":
            assert services.claim_notice(notice.pk)
            continue
        assert services.put_letter_on_list(notice.pk, "a list")
        assert services.letter_printed(notice.pk)
        services.letter_posted(notice.pk, on=clock.today(ZoneInfo(ZONE)), by=town.clerk)


def ids(attempts: list[Attempt]) -> list[str]:
    return [f"{each.refused_by}-{'-'.join(each.changes)}" for each in attempts]


@pytest.mark.parametrize("attempt", CHECKS, ids=ids(CHECKS))
@pytest.mark.usefixtures("full")
def test_a_check_refuses(attempt: Attempt) -> None:
    with pytest.raises(IntegrityError, match=attempt.refused_by):
        attempt.make()


@pytest.mark.parametrize("attempt", UNIQUE, ids=ids(UNIQUE))
@pytest.mark.usefixtures("full")
def test_what_is_there_is_not_there_twice(attempt: Attempt) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        attempt.make()


def test_what_was_seen_last_stands_once_for_an_entry(full: Town) -> None:
    sighting = row_of("register_sighting", "1 = 1")
    assert full.code
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        insert("register_sighting", sighting)


def test_a_submission_is_what_one_key_brought(full: Town) -> None:
    key = row_of("register_idempotencykey", "1 = 1")
    submission = row_of("register_submission", "1 = 1")["id"]
    update("register_idempotencykey", "1 = 1", submission_id=submission)
    another = {"key_sha256": "1" * 64, "submission_id": submission}
    assert full.code
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        insert("register_idempotencykey", key | another)
    insert("register_idempotencykey", key | another | {"submission_id": None})


def test_the_recorder_is_not_the_approver(full: Town) -> None:
    with pytest.raises(IntegrityError, match="entry_recorder_does_not_approve"):
        update(ENTRY, PENALTY, approved_by_id=full.clerk.pk)


def test_what_is_whole_is_taken(full: Town) -> None:
    """The attempts above fail for what they change, and for nothing else."""
    row = row_of(VERSION, "kind = 'penalty' AND erased_at IS NULL")
    second = f"{row['entry_id']}.2"
    insert(VERSION, row | {"id": second, "number": 2})
    assert Version.objects.filter(pk=second).exists()
    event = row_of(EVENT, "type = 'approved'")
    insert(EVENT, event | {"number": 99})
    update(ENTRY, PENALTY, approved_by_id=full.second_approver.pk)
    insert(ITEM, row_of(ITEM, "1 = 1") | {"code": "new", "effective_until": date(2020, 1, 1)})
    update(OFFER, DISMISSED, **EMPTIED)


def test_no_constraint_is_left_out() -> None:
    tried = {each.refused_by for each in (*CHECKS, *UNIQUE)} | {"entry_recorder_does_not_approve"}
    constraints = {
        constraint.name
        for model in apps.get_app_config("register").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
    }
    assert tried == constraints


# ---- triggers

UNTOLD = (
    "type = 'approved' AND version_id NOT IN"
    " (SELECT version_id FROM register_notice WHERE given_at IS NOT NULL)"
)
NOTIFIED: Row = {"number": 99, "type": "notified", "role": "system", "actor_id": None}

OF_ORGANISATION = (
    "role = 'organisation' AND entry_id NOT IN"
    " (SELECT id FROM register_entry WHERE stage = 'erased')"
)
OF_ORGANISATION_ERASED = (
    "role = 'organisation' AND entry_id IN (SELECT id FROM register_entry WHERE stage = 'erased')"
)

ITS_VERSION = "id IN (SELECT version_id FROM register_erasedfield)"
WITH_AN_ERASED_FIELD = "version_id IN (SELECT version_id FROM register_erasedfield)"

TRIGGERS = [
    instead("account_event_no_update", ACCOUNT_EVENT, "what = 'opened'", at=LATER),
    instead("event_no_update", EVENT, "type = 'published'", at=LATER),
    instead("event_no_update", EVENT, "type = 'recorded'", facts="{}"),
    instead("event_no_update", EVENT, OF_ORGANISATION, actor_id=None),
    instead("event_no_update", EVENT, OF_ORGANISATION_ERASED, actor_id=None, at=LATER),
    instead("event_no_update", EVENT, OF_ORGANISATION_ERASED, actor_id=None, number=77),
    again("event_with_its_actor", EVENT, OF_ORGANISATION, number=99, actor_id=None),
    instead("version_erased_whole_or_by_field", VERSION, "erased_at IS NULL", measure="Nothing"),
    instead(
        "version_erased_whole_or_by_field", VERSION, "erased_at IS NULL", entry_id=Another(ENTRY)
    ),
    instead("salts_only_destroyed", SALTS, "1 = 1", fields=b"0"),
    instead("salts_only_destroyed", SALTS, WITH_AN_ERASED_FIELD, fields=b"0" * 32 * 17),
    instead("salts_only_destroyed", SALTS, "1 = 1", identifier="CN-USCC 1"),
    instead("version_erased_whole_or_by_field", VERSION, "summary <> ''", summary=""),
    instead("version_erased_whole_or_by_field", VERSION, "summary <> ''", summary="It was so."),
    instead("version_erased_whole_or_by_field", VERSION, ITS_VERSION, summary="It was so."),
    instead("version_erased_whole_or_by_field", VERSION, ITS_VERSION, details='{"a": "b"}'),
    instead("version_erased_whole_or_by_field", VERSION, ITS_VERSION, decided_on=None),
    instead("erased_field_only_cleared", ERASED_FIELD, "1 = 1", rule="court-order"),
    instead("erased_field_only_cleared", ERASED_FIELD, "1 = 1", field="details"),
    instead("erased_field_only_cleared", ERASED_FIELD, "1 = 1", at=LATER),
    instead("erased_field_only_cleared", ERASED_FIELD, "1 = 1", version_id=Another(VERSION)),
    instead("version_erased_whole_or_by_field", VERSION, "erased_at IS NOT NULL", erased_at=None),
    instead("version_erased_whole_or_by_field", VERSION, "erased_at IS NOT NULL", erased_at=LATER),
    instead(
        "version_erased_whole_or_by_field", VERSION, "erased_at IS NOT NULL", summary="It was so."
    ),
    again("version_kind_of_entry", VERSION, ALIVE, **ANOTHER, kind="licence"),
    instead("entry_same_subject", ENTRY, PENALTY, kind="licence"),
    instead("entry_same_subject", ENTRY, PENALTY, organisation_id=Another("register_organisation")),
    instead("entry_same_subject", ENTRY, PENALTY, authority_id=Another(AUTHORITY, "code")),
    instead("entry_same_subject", ENTRY, PENALTY, item_id=Another(ITEM)),
    again("event_notified_on_a_fact", EVENT, UNTOLD, **NOTIFIED),
    instead("entry_stays_over", ENTRY, "stage = 'withdrawn'", stage="published"),
    instead("entry_stays_over", ENTRY, "stage = 'withdrawn'", stage="draft"),
    instead("entry_stays_over", ENTRY, "stage = 'erased'", stage="withdrawn"),
    again("erasure_of_what_is_erased", ERASURE, entry_id="of another", leaf=None),
    instead("erasure_only_completed", ERASURE, "1 = 1", erased_at=LATER),
    instead("erasure_only_completed", ERASURE, "1 = 1", event_number=99),
    instead("erasure_only_completed", ERASURE, "1 = 1", rules_of="gb"),
    instead("erasure_only_completed", ERASURE, "1 = 1", rules_version=9),
    instead("erasure_only_completed", ERASURE, "1 = 1", rules_version=None),
    instead("erasure_only_completed", ERASURE, "1 = 1", retention_days=1),
    instead("leaf_no_update", LEAF, "1 = 1", commitment=bytes(32)),
    instead("leaf_no_update", LEAF, "change = 'withdrawn'", change="published"),
    instead("leaf_no_update", LEAF, "1 = 1", entry_id=Another(ENTRY)),
    instead("leaf_no_update", LEAF, "change = 'erased'", told='{"rule": {}}'),
    instead("leaf_no_update", LEAF, '"index" = 0', index=None),
    instead("leaf_no_update", LEAF, '"index" = 0', index=10**6),
    instead("leaf_salts_only_erased", LEAF, LIVING, salt=bytes(32)),
    instead("leaf_salts_only_erased", LEAF, LIVING, fact_salts=bytes(32)),
    instead("leaf_salts_only_erased", LEAF, LIVING, salt=b"", fact_salts=b""),
    instead("checkpoint_no_update", CHECKPOINT, "1 = 1", size=10**6),
    again("checkpoint_never_smaller", CHECKPOINT, size=1),
    again("checkpoint_never_smaller", CHECKPOINT, root=bytes(32)),
]
REMOVALS = {
    "account_event_no_delete": ACCOUNT_EVENT,
    "erasure_no_delete": ERASURE,
    "leaf_no_delete": LEAF,
    "checkpoint_no_delete": CHECKPOINT,
    "salts_no_delete": SALTS,
    "erased_field_no_delete": ERASED_FIELD,
    "event_no_delete": EVENT,
    "version_no_delete": VERSION,
    "entry_no_delete": ENTRY,
}
MESSAGES = {rule.name: rule.message for rule in triggers.RULES}


@pytest.mark.parametrize("attempt", TRIGGERS, ids=ids(TRIGGERS))
@pytest.mark.usefixtures("full")
def test_a_trigger_refuses(attempt: Attempt) -> None:
    with pytest.raises(IntegrityError, match=MESSAGES[attempt.refused_by]):
        attempt.make()


@pytest.mark.parametrize(("name", "table"), REMOVALS.items())
@pytest.mark.usefixtures("full")
def test_nothing_is_removed(name: str, table: str) -> None:
    with pytest.raises(IntegrityError, match=MESSAGES[name]):
        execute(f"DELETE FROM {table}")  # noqa: S608 - written above


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE.")
@pytest.mark.parametrize(("name", "table"), REMOVALS.items())
@pytest.mark.usefixtures("full")
def test_nothing_is_removed_at_once(name: str, table: str) -> None:
    # What is left to the end of the transaction would refuse first.
    connection.check_constraints()
    with pytest.raises(IntegrityError, match=MESSAGES[name]):
        execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("type_", sorted(NOT_BY_THE_RECORDER))
def test_no_event_by_which_the_recorder_decides(full: Town, type_: str) -> None:
    penalty = Entry.objects.get(
        kind=Kind.PENALTY,
        stage="published",
        suspended=False,
        current_version__summary__startswith="First",
    )
    version = penalty.current_version
    changes: Row = {"number": 99, "type": type_, "actor_id": full.clerk.pk}
    if type_ == "corrected":
        copied = row_of(VERSION, "id = %s", version.pk)
        insert(VERSION, copied | {"id": f"{penalty.pk}.2", "number": 2})
        changes["version_id"] = f"{penalty.pk}.2"
    event = row_of(EVENT, "entry_id = %s AND type = 'approved'", penalty.pk)
    with pytest.raises(IntegrityError, match=MESSAGES["event_not_by_recorder"]):
        insert(EVENT, event | changes)
    insert(EVENT, event | changes | {"actor_id": full.approver.pk})


def test_a_version_that_comes_before_its_entry_has_its_kind_too(full: Town) -> None:
    """SQLite checks keys at the end of a transaction, and so would let either be first."""
    assert full.code
    version = row_of(VERSION, "kind = 'licence'") | {"id": "another.1", "entry_id": "another"}
    entry = row_of(ENTRY, PENALTY) | NEW_ENTRY
    with transaction.atomic():
        message = (
            "entry_id: what is referred to is not there"
            if connection.vendor == "postgresql"
            else MESSAGES["version_kind_of_entry"]
        )
        with pytest.raises(IntegrityError, match=message), transaction.atomic():
            insert(VERSION, version)
        insert(ENTRY, entry)
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(VERSION, version)
        transaction.set_rollback(True)


def test_a_version_that_is_not_there_is_no_current_one(full: Town) -> None:
    assert full.code
    entry = row_of(ENTRY, PENALTY)
    with pytest.raises(IntegrityError, match=MESSAGES["entry_version_is_there"]):
        update(ENTRY, f"id = '{entry['id']}'", current_version_id=f"{entry['id']}.9")


def test_the_number_of_a_leaf_is_entered_once(full: Town) -> None:
    assert full.code
    entered = row_of(LEAF, "change = 'erased'")["index"]
    assert row_of(ERASURE, "1 = 1")["leaf"] == entered is not None
    update(ERASURE, "1 = 1", leaf=entered, cleared_at=LATER)
    for leaf in (8, None):
        with pytest.raises(IntegrityError, match=MESSAGES["erasure_only_completed"]):
            update(ERASURE, "1 = 1", leaf=leaf)


def test_no_trigger_is_left_out() -> None:
    tried = {each.refused_by for each in TRIGGERS} | set(REMOVALS)
    tried |= {"event_not_by_recorder", "entry_version_is_there"}
    assert tried == {rule.name for rule in triggers.RULES}


@pytest.mark.usefixtures("full")
def test_a_trigger_that_is_missing_is_named() -> None:
    assert triggers.missing(connection) == set()
    triggers.remove(connection)
    names = {rule.name for rule in triggers._rules_of(connection)}
    assert triggers.missing(connection) == {f"register_{name}" for name in names}
    triggers.install(connection)
    assert triggers.missing(connection) == set()


def test_models_are_refused_too(full: Town) -> None:
    """The way somebody would try it by mistake."""
    assert full.code
    for change in (
        lambda: Event.objects.update(at=clock.now() + timedelta(days=1)),
        lambda: Version.objects.filter(erased_at=None).update(measure="Nothing"),
        lambda: Event.objects.all()._raw_delete("default"),
        lambda: Entry.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
