"""References that PostgreSQL checks by the statement and not by the row.

PostgreSQL looks up every foreign key of every row by itself, which makes up most of the time of a load
of millions of rows whose item, authority and account are the same throughout. For the tables that a
submission fills, triggers hold the same rule for all rows of a statement at once: what is referred to is
there, is not removed until the transaction ends, and is not removed while something refers to it. SQLite
keeps its foreign keys, which are cheap there.

What a load names row for row, organisations, is not locked row for row: who refers to one holds a shared
lock on all of them, and a removal waits until nobody does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a table that names a row of another.

    Attributes:
        table, column: where it stands.
        parent, key: what it names.
        removable: whether rows of `parent` are ever removed; then they are locked.
        guarded: whether they are locked all together, and not one by one.
        is_same_in_a_load: whether all rows that a load writes at once name the same one.
        to_a_page: at least so many rows of `parent` are in 8 KiB, as a rule.
        also: what else has to be right with what is there, as " AND ..." in SQL; not by "=", which would
            be looked for together with the key.
        or_else: the same as a part of the message.
    """

    table: str
    column: str
    parent: str
    key: str
    removable: bool = True
    guarded: bool = False
    is_same_in_a_load: bool = False
    to_a_page: int = 25
    also: str = ""
    or_else: str = ""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.table}_{self.column}"


def _same(table: str, column: str, parent: str, key: str = "id") -> Reference:
    return Reference(table, column, parent, key, is_same_in_a_load=True)


def _of_organisation(table: str) -> Reference:
    return Reference(table, "organisation_id", "register_organisation", "id", guarded=True)


# Triggers refuse the removal of versions and entries, so nothing of them needs locking.
REFERENCES = (
    _same("register_entry", "item_id", "register_catalogueitem"),
    _same("register_entry", "authority_id", "register_authority", "code"),
    _same("register_entry", "submission_id", "register_submission"),
    _same("register_entry", "recorded_by_id", "register_user"),
    _of_organisation("register_entry"),
    _same("register_version", "recorded_by_id", "register_user"),
    Reference(
        "register_version",
        "entry_id",
        "register_entry",
        "id",
        removable=False,
        also=" AND parent.kind IS NOT DISTINCT FROM fresh.kind",
        or_else=", or a version has the kind of its entry",
    ),
    _same("register_event", "actor_id", "register_user"),
    # A constraint says that the version is of the event's entry, which then is there as the version's is.
    Reference(
        "register_event", "version_id", "register_version", "id", removable=False, to_a_page=5
    ),
    _same("register_finding", "submission_id", "register_submission"),
    _of_organisation("register_registeredidentifier"),
)

_HELD_BY_OTHERS = {("register_event", "entry_id")}
"""Columns that need no trigger of their own: what another column says of them, held by a constraint."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in the place of the foreign keys; nothing where the database is SQLite."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        _drop_foreign_keys(connection, cursor)
        for table, references in groupby(REFERENCES, attrgetter("table")):
            _check_new(cursor, table, list(references))
        for reference in REFERENCES:
            _check_changed(cursor, reference)
        for parent, key, removable in sorted(
            {(each.parent, each.key, each.removable) for each in REFERENCES}
        ):
            _keep_parents(cursor, parent, key, removable=removable)


def _drop_foreign_keys(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> None:
    for table, column in sorted(
        {(each.table, each.column) for each in REFERENCES} | _HELD_BY_OTHERS
    ):
        constraints = connection.introspection.get_constraints(cursor, table)
        for name, constraint in constraints.items():
            if constraint["foreign_key"] and constraint["columns"] == [column]:
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def _refuse(text: str) -> str:
    return f"RAISE EXCEPTION '{text}' USING ERRCODE = 'foreign_key_violation';"


def _check_new(cursor: CursorWrapper, table: str, references: Sequence[Reference]) -> None:
    """One trigger for all references of a table: what is the same in all rows is looked up once."""
    same = [each for each in references if each.is_same_in_a_load]
    checks = "".join(_check_each(each) for each in references if not each.is_same_in_a_load)
    cursor.execute(
        # Compiling a query takes longer than a load's queries do.
        f"CREATE FUNCTION {table}_references_new() RETURNS trigger LANGUAGE plpgsql SET jit = off"
        f" AS $$ {_check_same(table, same)} {checks} RETURN NULL; END $$;"
        f"CREATE TRIGGER {table}_references_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_references_new()"
    )


def _check_same(table: str, references: Sequence[Reference]) -> str:
    """Look up the one value of each that all rows have, or every value where they have several."""
    if not references:
        return f"DECLARE {_VARIABLES} BEGIN {_COUNTED}"
    declared = " ".join(f"a_{each.column} {table}.{each.column}%TYPE;" for each in references)
    columns = ", ".join(each.column for each in references)
    variables = ", ".join(f"a_{each.column}" for each in references)
    differs = " OR ".join(f"{each.column} IS DISTINCT FROM a_{each.column}" for each in references)
    one = " ".join(
        f"IF a_{each.column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {each.parent}"
        f" WHERE {each.key} = a_{each.column} FOR KEY SHARE) THEN {_absent(each)} END IF;"
        for each in references
    )
    every = "".join(map(_check_each, references))
    return (
        f"DECLARE {_VARIABLES} {declared} BEGIN {_COUNTED}"
        f" SELECT {columns} INTO {variables} FROM fresh LIMIT 1;"
        f" IF EXISTS (SELECT 1 FROM fresh WHERE {differs}) THEN {every} ELSE {one} END IF;"
    )


def _check_each(reference: Reference) -> str:
    """Look up every value that the rows have."""
    column, parent, key = reference.column, reference.parent, reference.key
    if reference.removable and not reference.guarded:
        there = f"SELECT 1 FROM {parent} WHERE {key} IN (SELECT {column} FROM fresh) FOR KEY SHARE"
        absent = f"(SELECT count(DISTINCT {column}) FROM fresh) <> (SELECT count(*) FROM ({there}) there)"
        return f"IF {absent} THEN {_absent(reference)} END IF; "
    # What is referred to was written just before, as a rule, and is at the table's end: there it is looked
    # for first, which takes no index. Planned anew each time, for the tables grow while a load runs.
    right = f"parent.{key} = fresh.{column}{reference.also}"
    at_the_end = (
        f"SELECT count(*) FROM fresh JOIN {parent} parent ON {right} WHERE parent.ctid >= $1"
    )
    anywhere = (
        f"SELECT count(*) FROM fresh WHERE fresh.{column} IS NULL"
        f" OR EXISTS (SELECT 1 FROM {parent} parent WHERE {right})"
    )
    return (
        f"{_guard(reference)} page := greatest(0, pg_relation_size('{parent}') / 8192"
        f" - number / {reference.to_a_page} - 1);"
        f" EXECUTE '{at_the_end}' INTO there USING format('(%s,0)', page)::tid;"
        f" IF there < number THEN EXECUTE '{anywhere}' INTO there; END IF;"
        f" IF there < number THEN {_absent(reference)} END IF; "
    )


_VARIABLES = "number bigint; page bigint; there bigint;"
_COUNTED = "SELECT count(*) INTO number FROM fresh;"


def _guard(reference: Reference) -> str:
    """See to it that nothing of what is referred to is removed before the transaction ends."""
    return f"PERFORM {_lock(reference.parent, shared=True)}; " if reference.guarded else ""


def _lock(parent: str, *, shared: bool) -> str:
    kind = "_shared" if shared else ""
    return f"pg_advisory_xact_lock{kind}(hashtext('{parent}_kept'))"


def _absent(reference: Reference) -> str:
    return _refuse(f"{reference.name}: what is referred to is not there{reference.or_else}")


def _check_changed(cursor: CursorWrapper, reference: Reference) -> None:
    column, absent = reference.column, _absent(reference)
    lock = " FOR KEY SHARE" if reference.removable and not reference.guarded else ""
    cursor.execute(
        f"CREATE FUNCTION {reference.name}_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_guard(reference)}"
        f"IF NOT EXISTS (SELECT 1 FROM {reference.parent} WHERE {reference.key} = NEW.{column}{lock})"
        f" THEN {absent} END IF; RETURN NEW; END $$;"
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
    guarded = any(each.guarded for each in REFERENCES if each.parent == parent)
    # Whoever refers to one now is waited for, and then seen.
    wait = f"PERFORM {_lock(parent, shared=False)}; " if guarded else ""
    cursor.execute(
        f"CREATE FUNCTION {parent}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {wait}IF {children} THEN {held} END IF; RETURN OLD; END $$;"
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
        yield f"{each.table}_references_new"
        yield f"{each.name}_changed"
        yield f"{each.parent}_key"
        if each.removable:
            yield f"{each.parent}_kept"
