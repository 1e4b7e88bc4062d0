"""References that PostgreSQL checks by the statement and not by the row.

PostgreSQL looks up every foreign key of every row by itself, which makes up most of the time of a load
of millions of rows whose item, authority and account are the same throughout. For the three tables that a
submission fills, triggers hold the same rule for all rows of a statement at once: what is referred to is
there, is locked against removal until the transaction ends, and is not removed while something refers to
it. SQLite keeps its foreign keys, which are cheap there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a table that names a row of another.

    Attributes:
        table, column: where it stands.
        parent, key: what it names.
        removable: whether rows of `parent` are ever removed; then they are locked.
    """

    table: str
    column: str
    parent: str
    key: str
    removable: bool = True

    @property
    def name(self) -> str:
        """Name of its trigger and function."""
        return f"{self.table}_{self.column}"


# Triggers refuse the removal of versions and entries, so nothing of them needs locking.
REFERENCES = (
    Reference("register_entry", "item_id", "register_catalogueitem", "id"),
    Reference("register_entry", "authority_id", "register_authority", "code"),
    Reference("register_entry", "organisation_id", "register_organisation", "id"),
    Reference("register_entry", "submission_id", "register_submission", "id"),
    Reference("register_entry", "recorded_by_id", "register_user", "id"),
    Reference("register_version", "entry_id", "register_entry", "id", removable=False),
    Reference("register_version", "recorded_by_id", "register_user", "id"),
    Reference("register_event", "entry_id", "register_entry", "id", removable=False),
    Reference("register_event", "version_id", "register_version", "id", removable=False),
    Reference("register_event", "actor_id", "register_user", "id"),
    Reference("register_finding", "submission_id", "register_submission", "id"),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in the place of the foreign keys; nothing where the database is SQLite."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for reference in REFERENCES:
            _drop_foreign_key(connection, cursor, reference)
            _check_new(cursor, reference)
            _check_changed(cursor, reference)
        for parent, key, removable in sorted(
            {(each.parent, each.key, each.removable) for each in REFERENCES}
        ):
            _keep_parents(cursor, parent, key, removable=removable)


def _drop_foreign_key(
    connection: BaseDatabaseWrapper, cursor: CursorWrapper, reference: Reference
) -> None:
    constraints = connection.introspection.get_constraints(cursor, reference.table)
    for name, constraint in constraints.items():
        if constraint["foreign_key"] and constraint["columns"] == [reference.column]:
            cursor.execute(f'ALTER TABLE {reference.table} DROP CONSTRAINT "{name}"')


def _refuse(text: str) -> str:
    return f"RAISE EXCEPTION '{text}' USING ERRCODE = 'foreign_key_violation';"


def _check_new(cursor: CursorWrapper, reference: Reference) -> None:
    lock = " FOR KEY SHARE" if reference.removable else ""
    absent = _refuse(f"{reference.name}: what is referred to is not there")
    cursor.execute(
        f"CREATE FUNCTION {reference.name}_new() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF (SELECT count(DISTINCT {reference.column}) FROM fresh) <> (SELECT count(*) FROM ("
        f"SELECT 1 FROM {reference.parent} WHERE {reference.key} IN"
        f" (SELECT {reference.column} FROM fresh){lock}) there) "
        f"THEN {absent} END IF; RETURN NULL; END $$;"
        f"CREATE TRIGGER {reference.name}_new AFTER INSERT ON {reference.table}"
        f" REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION {reference.name}_new()"
    )


def _check_changed(cursor: CursorWrapper, reference: Reference) -> None:
    column, lock = reference.column, " FOR KEY SHARE" if reference.removable else ""
    absent = _refuse(f"{reference.name}: what is referred to is not there")
    cursor.execute(
        f"CREATE FUNCTION {reference.name}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM {reference.parent} WHERE {reference.key} = NEW.{column}{lock}; "
        f"IF NOT FOUND THEN {absent} END IF; RETURN NEW; END $$;"
        f"CREATE TRIGGER {reference.name}_changed BEFORE UPDATE ON {reference.table} FOR EACH ROW"
        f" WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        f" EXECUTE FUNCTION {reference.name}_changed()"
    )


def _keep_parents(cursor: CursorWrapper, parent: str, key: str, *, removable: bool) -> None:
    """Refuse that a key changes, and that a row goes to which something refers."""
    changed = _refuse(f"{parent}: its key is referred to and never changed")
    cursor.execute(
        f"CREATE FUNCTION {parent}_key() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {changed} END $$;"
        f"CREATE TRIGGER {parent}_key BEFORE UPDATE ON {parent} FOR EACH ROW"
        f" WHEN (NEW.{key} IS DISTINCT FROM OLD.{key}) EXECUTE FUNCTION {parent}_key()"
    )
    if not removable:
        return
    children = " OR ".join(
        f"EXISTS (SELECT 1 FROM {each.table} WHERE {each.column} = OLD.{key})"
        for each in REFERENCES
        if each.parent == parent
    )
    held = _refuse(f"{parent}: something refers to it")
    cursor.execute(
        f"CREATE FUNCTION {parent}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {children} THEN {held} END IF; RETURN OLD; END $$;"
        f"CREATE TRIGGER {parent}_kept BEFORE DELETE ON {parent} FOR EACH ROW"
        f" EXECUTE FUNCTION {parent}_kept()"
    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, when the migration that made them is taken back."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for name in sorted(_functions()):
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there and are not; none where the database is SQLite."""
    if connection.vendor == "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        return set(_functions()) - {name for (name,) in cursor.fetchall()}


def _functions() -> Iterator[str]:
    for each in REFERENCES:
        yield f"{each.name}_new"
        yield f"{each.name}_changed"
        yield f"{each.parent}_key"
        if each.removable:
            yield f"{each.parent}_kept"
