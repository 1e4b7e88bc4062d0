"""What refers to something refers to what is there, whether a foreign key or a trigger holds it."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey

from tabularium.register import references, services
from tabularium.register.models import Entry, Version
from tabularium.register.references import REFERENCES, Reference
from tests.builders import Town, a_draft
from tests.register.test_database_refuses import Row, execute, insert, row_of

NAMES = [each.name for each in REFERENCES]
POSTGRESQL = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="On SQLite they are foreign keys."
)


@pytest.fixture
def filled(town: Town) -> Entry:
    """One draft that a file with a finding brought."""
    draft = a_draft(town)
    found = services.FoundInRow(1, "Name", "missing-value", "error", primary=True, parameters={})
    services.receive(
        [],
        item=town.item(),
        submitted_by=town.clerk,
        file_name="decisions.csv",
        file_sha256="0" * 64,
        rows_read=1,
        findings=[found],
    )
    return draft


def absent(reference: Reference) -> int | str:
    """A key of which there is no row."""
    if reference.parent in {"register_entry", "register_version", "register_organisation"}:
        return "0000nowhere0"
    return "nowhere" if reference.key == "code" else 987654


@pytest.mark.parametrize("reference", REFERENCES, ids=NAMES)
@pytest.mark.usefixtures("filled")
def test_nothing_refers_to_what_is_not_there(reference: Reference) -> None:
    row = row_of(reference.table, "1 = 1") | {reference.column: absent(reference)}
    if reference.table == "register_entry":
        row |= {"id": "another", "decision_key": "x", "current_version_id": "another.1"}
    elif reference.table == "register_version":
        row |= {"id": f"{row['entry_id']}.2", "number": 2}
    elif reference.table == "register_registeredidentifier":
        row |= {"value": "another"}
    elif reference.column == "version_id":
        row |= {"version_id": f"{row['entry_id']}.9", "number": 9}
    else:
        row |= {"number": 9} if "number" in row else {"row": 9}
    with pytest.raises(IntegrityError):
        _insert_and_check(reference.table, row)


def _insert_and_check(table: str, row: Row) -> None:
    with transaction.atomic():
        insert(table, row)
        connection.check_constraints()


@POSTGRESQL
@pytest.mark.parametrize(
    "reference", [each for each in REFERENCES if each.removable], ids=lambda each: each.name
)
@pytest.mark.usefixtures("filled")
def test_what_is_referred_to_is_not_removed(reference: Reference) -> None:
    child = row_of(reference.table, f"{reference.column} IS NOT NULL") if _held(reference) else None
    if child is None:
        pytest.skip("No row of the table refers to one here.")
    with pytest.raises(IntegrityError, match="something refers to it"):
        execute(
            f"DELETE FROM {reference.parent} WHERE {reference.key} = %s",  # noqa: S608 - written here
            [child[reference.column]],
        )


def _held(reference: Reference) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {reference.table} WHERE {reference.column} IS NOT NULL"  # noqa: S608 - written here
        )
        (number,) = cursor.fetchone()
        return bool(number)


@POSTGRESQL
@pytest.mark.usefixtures("filled")
def test_a_key_that_is_referred_to_is_not_changed() -> None:
    with pytest.raises(IntegrityError, match="its key is referred to"):
        execute("UPDATE register_organisation SET id = 'another'")


def test_an_event_is_of_the_entry_of_its_version(filled: Entry, town: Town) -> None:
    other = a_draft(town)
    row = row_of("register_event", "entry_id = %s", filled.pk)
    with pytest.raises(IntegrityError, match="event_of_its_entry"):
        insert("register_event", row | {"number": 9, "entry_id": other.pk})


@POSTGRESQL
def test_a_changed_reference_is_looked_up(filled: Entry) -> None:
    with pytest.raises(IntegrityError, match="register_entry_submission_id"):
        execute("UPDATE register_entry SET submission_id = 987654 WHERE id = %s", [filled.pk])
    assert Version.objects.count() == 1


def test_no_foreign_key_of_a_table_that_a_submission_fills_is_forgotten() -> None:
    """Those not among the references are foreign keys still, which these tests do not need."""
    tables = {each.table for each in REFERENCES}
    # The current version is held by triggers of its own.
    keys = {
        (model._meta.db_table, field.column)
        for model in apps.get_app_config("register").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.db_constraint and model._meta.db_table in tables
    }
    held = {(each.table, each.column) for each in REFERENCES} | references._HELD_BY_OTHERS
    assert keys - held == {
        ("register_entry", "approved_by_id"),
    }


@pytest.mark.django_db
def test_a_reference_that_is_missing_is_named() -> None:
    references.remove(connection)
    named = references.missing(connection)
    assert ("register_event_references_new" in named) == (connection.vendor == "postgresql")


@pytest.mark.django_db
def test_the_remaining_keys_are_foreign_keys_still() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "register_entry").values()
    columns = {each["columns"][0] for each in constraints if each["foreign_key"]}
    assert "approved_by_id" in columns
