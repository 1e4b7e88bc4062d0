"""Line 5: every adverse entry has a legal basis, a notice, a term and a way to object.

All rows here go into the tables by plain SQL, past every service: the database itself refuses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tabularium import clock
from tabularium.core.kinds import ADVERSE_KINDS, Kind
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import Entry, Event, RegisteredIdentifier
from tests import builders
from tests.builders import Town
from tests.lines.walkers.inserts import Row, accepted, insert

Move = Callable[[datetime], None]

pytestmark = pytest.mark.django_db

# What must be there, and the ways in which it can be absent.
ABSENT: dict[str, list[Row]] = {
    "no legal basis": [{"legal_basis": ""}, {"legal_basis": None}],
    "no way to object": [{"objection_route": ""}, {"objection_route": None}],
    "no notice channel": [{"notice_channel": ""}, {"notice_channel": None}],
    "no beginning of the term": [{"term_begins": None}],
    "no end of the term": [{"term_ends": None}],
    "no day of the decision": [{"decided_on": None}],
    "no number of the decision": [{"decision_number": ""}],
    "nothing decided": [{"measure": ""}],
    "a term that ends before it begins": [
        {"term_begins": "2026-03-02", "term_ends": "2026-03-01"},
    ],
}


@dataclass
class Tables:
    """Rows as they are when they are right."""

    town: Town
    kind: Kind = Kind.PENALTY

    def __post_init__(self) -> None:
        drafted = builders.a_draft(self.town)
        self.item = self.town.item(self.kind)
        self.organisation_id = drafted.organisation_id

    def entry(self, **changes: Any) -> dict[str, Any]:
        now = clock.now()
        row = {
            "id": "0rawentry000",
            "item_id": self.item.pk,
            "authority_id": self.town.authority.pk,
            "organisation_id": self.organisation_id,
            "kind": str(self.kind),
            "recorded_by_id": self.town.clerk.pk,
            "approved_by_id": None,
            "current_version_id": "0rawentry000.1",
            "stage": "draft",
            "last_event_number": 1,
            "last_event_at": now,
            "public_until": now + timedelta(days=300),
            "was_public": False,
            "objection_open": False,
            "suspended": False,
            "stayed": False,
            "repair_open": False,
            "answer_shown": False,
            "outcome": "",
        }
        return row | changes

    def published(self, **changes: Any) -> dict[str, Any]:
        now = clock.now()
        row = self.entry(
            stage="published",
            approved_by_id=self.town.approver.pk,
            noticed_at=now - timedelta(days=5),
            window_closes_at=now - timedelta(days=1),
            public_from=now,
            was_public=True,
        )
        return row | changes

    def version(self, **changes: Any) -> dict[str, Any]:
        row = {
            "id": "0rawentry000.1",
            "entry_id": "0rawentry000",
            "number": 1,
            "kind": str(self.kind),
            "recorded_by_id": self.town.clerk.pk,
            "recorded_at": clock.now(),
            "subject_name": "Made-up Company",
            "decision_number": "No. 1",
            "decided_on": "2026-03-01",
            "measure": "Fine",
            "summary": "",
            "legal_basis": "Made-up Act, article 5",
            "legal_basis_url": "",
            "amount": "",
            "currency": "",
            "term_begins": "2026-03-01",
            "term_ends": "2026-12-31",
            "objection_route": "In writing.",
            "objection_url": "",
            "notice_channel": "letter",
            "language": "en",
            "details": "{}",
            "promised_to": "",
        }
        return row | changes

    def event(self, entry: Entry, **changes: Any) -> dict[str, Any]:
        row = {
            "entry_id": entry.pk,
            "version_id": entry.current_version_id,
            "number": entry.last_event_number + 1,
            "type": "approved",
            "at": clock.now(),
            "role": "approver",
            "actor_id": self.town.approver.pk,
            "facts": "{}",
        }
        return row | changes

    def put(self, entry: Row, version: Row) -> None:
        insert(connection, "register_entry", entry)
        insert(connection, "register_version", version)


@pytest.fixture(params=sorted(ADVERSE_KINDS))
def tables(request: pytest.FixtureRequest, move: Move) -> Tables:
    assert move
    return Tables(Town("raw-office"), Kind(request.param))


@pytest.fixture
def penalty(move: Move) -> Tables:
    assert move
    return Tables(Town("raw-office"))


def _incomplete_taken(tables: Tables, into: str = "register_version") -> Iterator[str]:
    for what, ways in ABSENT.items():
        for way in ways:

            def put(way: Row = way) -> None:
                if into == "register_version":
                    insert(connection, "register_entry", tables.entry())
                insert(connection, into, tables.version(**way))

            yield from accepted(connection, put, f"an entry with {what} ({', '.join(way)})")


def test_the_database_takes_a_complete_entry(tables: Tables) -> None:
    """Without this, the refusals below would prove nothing."""
    tables.put(tables.entry(), tables.version())
    connection.check_constraints()
    assert Entry.objects.get(pk="0rawentry000").current_version.legal_basis
    assert list(accepted(connection, list, "nothing")) == ["the database takes nothing"]


def test_the_database_refuses_an_entry_that_lacks_something(tables: Tables) -> None:
    assert list(_incomplete_taken(tables)) == []


def test_a_table_that_takes_what_is_incomplete_is_met(penalty: Tables) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lax_version AS SELECT * FROM register_version WHERE 1 = 0")
    found = list(_incomplete_taken(penalty, "lax_version"))
    assert len(found) == sum(map(len, ABSENT.values()))
    assert found[0] == "the database takes an entry with no legal basis (legal_basis)"


def test_the_database_refuses_an_adverse_entry_without_an_end(tables: Tables) -> None:
    with pytest.raises(IntegrityError, match="entry_adverse_has_an_end"):
        insert(connection, "register_entry", tables.entry(public_until=None))


def test_the_database_takes_a_public_entry_that_was_noticed(tables: Tables) -> None:
    tables.put(tables.published(), tables.version())
    connection.check_constraints()
    assert Entry.objects.get(pk="0rawentry000").stage == "published"


@pytest.mark.parametrize(
    "change",
    [
        {"noticed_at": None},
        {"window_closes_at": None},
        {"noticed_at": None, "window_closes_at": None},
        {"public_from": None},
        {"public_from": "2026-03-01 00:00:00+00:00"},
        {"window_closes_at": "2026-01-01 00:00:00+00:00"},
        {"was_public": False},
        {"approved_by_id": None},
    ],
    ids=",".join,
)
def test_the_database_refuses_to_publish_without_notice_and_window(
    tables: Tables, change: Row
) -> None:
    def put() -> None:
        tables.put(tables.published(**change), tables.version())

    assert list(accepted(connection, put, "it")) == []


def test_the_database_refuses_to_publish_by_an_update_too(penalty: Tables) -> None:
    penalty.put(penalty.entry(), penalty.version())
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE register_entry SET stage = 'published', was_public = %s, approved_by_id = %s,"
            " public_from = %s WHERE id = %s",
            [True, penalty.town.approver.pk, clock.now(), "0rawentry000"],
        )


def test_the_database_refuses_the_recorder_as_approver(tables: Tables) -> None:
    with pytest.raises(IntegrityError, match="entry_recorder_does_not_approve"):
        insert(connection, "register_entry", tables.published(approved_by_id=tables.town.clerk.pk))


@pytest.mark.parametrize(
    "type_",
    ["approved", "upheld", "withdrawn", "repair-granted", "repair-refused"],
)
def test_the_database_refuses_an_event_by_which_the_recorder_decides(
    penalty: Tables, type_: str
) -> None:
    entry = builders.a_draft(penalty.town)
    right = penalty.event(entry, type=type_)
    assert list(
        accepted(connection, lambda: insert(connection, "register_event", right), type_)
    ) == [f"the database takes {type_}"]
    with pytest.raises(DatabaseError, match="the recorder neither approves nor decides"):
        insert(connection, "register_event", {**right, "actor_id": penalty.town.clerk.pk})


def test_the_database_refuses_a_version_of_another_kind(penalty: Tables) -> None:
    """An adverse entry cannot take on the lighter duties of a licence."""
    light = penalty.version(kind="licence", objection_route="", notice_channel="", term_ends=None)
    with pytest.raises(DatabaseError, match="kind of its entry"), transaction.atomic():
        penalty.put(penalty.entry(), light)


def test_the_database_refuses_to_make_an_adverse_entry_a_licence(penalty: Tables) -> None:
    penalty.put(penalty.entry(), penalty.version())
    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE register_entry SET kind = 'licence' WHERE id = '0rawentry000'")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE register_event SET at = at", "events cannot be changed"),
        ("DELETE FROM register_event", "events cannot be removed"),
        ("DELETE FROM register_version", "versions cannot be removed"),
        ("DELETE FROM register_entry", "entries cannot be removed"),
        ("UPDATE register_version SET summary = 'x'", "never changed, only erased"),
    ],
)
def test_the_database_refuses_to_rewrite_what_happened(
    penalty: Tables, sql: str, message: str
) -> None:
    before = Event.objects.count()
    assert before
    assert penalty.town
    with (
        pytest.raises(DatabaseError, match=message),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Event.objects.count() == before


def test_the_database_refuses_a_sole_trader(penalty: Tables) -> None:
    row = {
        "organisation_id": penalty.organisation_id,
        "scheme": "CN-USCC",
        "value": "92440101MA9W5K2X0T",
    }
    with pytest.raises(IntegrityError, match="identifier_of_no_sole_trader"):
        insert(connection, "register_registeredidentifier", row)


def test_the_database_takes_a_company(penalty: Tables) -> None:
    row = {
        "organisation_id": penalty.organisation_id,
        "scheme": "CN-USCC",
        "value": builders.an_identifier().value,
    }
    insert(connection, "register_registeredidentifier", row)
    assert RegisteredIdentifier.objects.filter(value=row["value"]).exists()


@pytest.mark.parametrize(
    "fact", ["legal_basis", "objection_route", "notice_channel", "term_begins", "term_ends"]
)
@pytest.mark.parametrize("kind", [Kind.PENALTY, Kind.EXCLUSION])
def test_the_services_refuse_it_before_the_database_does(move: Move, kind: Kind, fact: str) -> None:
    assert move
    town = Town("raw-office")
    empty = None if fact.startswith("term") else ""
    with pytest.raises(RefusedError):
        builders.a_draft(town, kind, **{fact: empty})
    entry = builders.published(town, move, kind)
    assert entry.stage == "published"
    content = builders.content(kind, **{fact: empty})
    with pytest.raises(RefusedError):
        services.correct(entry.pk, by=town.approver, content=content, reasons="Shorter.")


@pytest.mark.parametrize("blank", [" ", "\n\t", "\u3000"])
@pytest.mark.parametrize("fact", ["legal_basis", "objection_route"])
def test_a_blank_is_no_legal_basis_and_no_way_to_object(move: Move, fact: str, blank: str) -> None:
    assert move
    with pytest.raises(RefusedError):
        builders.a_draft(Town("raw-office"), **{fact: blank})
