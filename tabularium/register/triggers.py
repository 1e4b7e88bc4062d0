"""What the databases themselves refuse: changing or removing an event, a version, or who may act.

The same rules for SQLite and PostgreSQL. `install` and `remove` take any Django connection.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from tabularium.core.life_events import NOT_BY_THE_RECORDER

_DECIDING = ", ".join(f"'{each}'" for each in sorted(NOT_BY_THE_RECORDER))

# A version's identity is its entry's, a point and its number.
_NOT_ITS_VERSION = "substr(NEW.current_version_id, 1, length(NEW.id) + 1) <> NEW.id || '.'"

# name, when, table, condition under which the database refuses, message
_RULES = (
    ("event_no_update", "BEFORE UPDATE", "register_event", "", "events cannot be changed"),
    ("event_no_delete", "BEFORE DELETE", "register_event", "", "events cannot be removed"),
    ("version_no_delete", "BEFORE DELETE", "register_version", "", "versions cannot be removed"),
    ("entry_no_delete", "BEFORE DELETE", "register_entry", "", "entries cannot be removed"),
    (
        "version_only_erased",
        "BEFORE UPDATE",
        "register_version",
        "NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL",
        "a version is never changed, only erased",
    ),
    (
        "version_kind_of_entry",
        "BEFORE INSERT",
        "register_version",
        "NEW.kind <> (SELECT kind FROM register_entry WHERE id = NEW.entry_id)",
        "a version has the kind of its entry",
    ),
    (
        "entry_kind_of_versions",
        "BEFORE INSERT",
        "register_entry",
        "EXISTS (SELECT 1 FROM register_version WHERE entry_id = NEW.id AND kind <> NEW.kind)",
        "an entry has the kind of its versions",
    ),
    (
        "entry_same_subject",
        "BEFORE UPDATE",
        "register_entry",
        (
            "NEW.kind <> OLD.kind OR NEW.organisation_id <> OLD.organisation_id"
            " OR NEW.authority_id <> OLD.authority_id OR NEW.item_id <> OLD.item_id"
        ),
        "kind, subject, authority and item of an entry are never changed",
    ),
    (
        "entry_stays_over",
        "BEFORE UPDATE",
        "register_entry",
        (
            "(OLD.stage = 'withdrawn' AND NEW.stage NOT IN ('withdrawn', 'erased'))"
            " OR (OLD.stage = 'erased' AND NEW.stage <> 'erased')"
        ),
        "what was withdrawn or erased never comes back",
    ),
    (
        "entry_starts_with_its_version",
        "BEFORE INSERT",
        "register_entry",
        _NOT_ITS_VERSION,
        "the current version of an entry is one of its own",
    ),
    (
        "entry_keeps_to_its_versions",
        "BEFORE UPDATE",
        "register_entry",
        _NOT_ITS_VERSION,
        "the current version of an entry is one of its own",
    ),
    (
        "event_not_by_recorder",
        "BEFORE INSERT",
        "register_event",
        (
            f"NEW.type IN ({_DECIDING}) AND NEW.actor_id = ("
            "SELECT recorded_by_id FROM register_version WHERE entry_id = NEW.entry_id"
            " AND number = (SELECT number FROM register_version WHERE id = NEW.version_id)"
            " - CASE WHEN NEW.type = 'corrected' THEN 1 ELSE 0 END)"
        ),
        "the recorder neither approves nor decides",
    ),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    with connection.cursor() as cursor:
        for name, when, table, condition, message in _RULES:
            if connection.vendor == "sqlite":
                clause = f" WHEN {condition}" if condition else ""
                cursor.execute(
                    f"CREATE TRIGGER register_{name} {when} ON {table} FOR EACH ROW{clause} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )
            else:
                _install_postgresql(cursor, name, when, table, condition, message)


def _install_postgresql(
    cursor: object, name: str, when: str, table: str, condition: str, message: str
) -> None:
    refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"IF {condition} THEN {refuse} END IF; RETURN NEW;" if condition else refuse
    cursor.execute(  # type: ignore[attr-defined] # any cursor of the database interface
        f"CREATE FUNCTION register_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} END $$;"
        f"CREATE TRIGGER register_{name} {when} ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION register_{name}()"
    )
    if when == "BEFORE DELETE":
        # PostgreSQL can empty a table without removing a row; the function serves for that too.
        cursor.execute(  # type: ignore[attr-defined] # as above
            f"CREATE TRIGGER register_{name}_at_once BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION register_{name}()"
        )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: when the migration that made them is taken back, and between tests."""
    with connection.cursor() as cursor:
        for name, *_ in _RULES:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS register_{name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS register_{name}() CASCADE")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should be there and are not."""
    listing = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(listing)
        there = {name for (name,) in cursor.fetchall()}
    return {f"register_{rule[0]}" for rule in _RULES} - there
