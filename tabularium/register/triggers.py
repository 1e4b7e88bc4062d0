"""What the databases themselves refuse: changing or removing an event, a version, or who may act.

The same rules for SQLite and PostgreSQL. `install` and `remove` take any Django connection.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from tabularium.core.life_events import NOT_BY_THE_RECORDER
from tabularium.register.erased_field_rules import (
    SALTS_OTHERWISE_THE_SAME,
    VERSION_OTHERWISE_THE_SAME,
)

_DECIDING = ", ".join(f"'{each}'" for each in sorted(NOT_BY_THE_RECORDER))

# An account that answers for an organisation leads to it, and so goes from its events at their erasure.
_SEVERED = "NEW.actor_id IS NULL AND OLD.role = 'organisation' AND " + " AND ".join(
    f"NEW.{each} = OLD.{each}"
    for each in ("id", "entry_id", "version_id", "number", "type", "at", "role", "facts")
)
_OF_WHAT_IS_ERASED = (
    "EXISTS (SELECT 1 FROM register_entry WHERE id = NEW.entry_id AND stage = 'erased')"
)
_EMPTIED = "length(NEW.salt) = 0 AND length(NEW.fact_salts) = 0"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the database refuses.

    Attributes:
        name: of the trigger, after "register_".
        when: "AFTER INSERT" and the like.
        table: whose rows.
        message: what is said.
        only: under which condition on NEW and OLD alone; "" means always.
        condition: and under which condition that has to look at other rows; "" means none.
        on_sqlite_alone: whether on PostgreSQL `references` holds it already.
        needs: another table that the condition looks at; before it is there, there is nothing to refuse.
    """

    name: str
    when: str
    table: str
    message: str
    only: str = ""
    condition: str = ""
    on_sqlite_alone: bool = False
    needs: str = ""


RULES = (
    Rule(
        "event_no_update",
        "BEFORE UPDATE",
        "register_event",
        "events cannot be changed",
        condition=f"NOT ({_SEVERED} AND {_OF_WHAT_IS_ERASED})",
    ),
    Rule(
        "event_with_its_actor",
        "AFTER INSERT",
        "register_event",
        "what an organisation does has an actor until it is erased",
        only="NEW.role = 'organisation' AND NEW.actor_id IS NULL",
        condition=f"NOT {_OF_WHAT_IS_ERASED}",
    ),
    Rule("event_no_delete", "BEFORE DELETE", "register_event", "events cannot be removed"),
    Rule(
        "account_event_no_update",
        "BEFORE UPDATE",
        "register_accountevent",
        "events of accounts cannot be changed",
    ),
    Rule(
        "account_event_no_delete",
        "BEFORE DELETE",
        "register_accountevent",
        "events of accounts cannot be removed",
    ),
    Rule("version_no_delete", "BEFORE DELETE", "register_version", "versions cannot be removed"),
    Rule("entry_no_delete", "BEFORE DELETE", "register_entry", "entries cannot be removed"),
    Rule(
        "version_erased_whole_or_by_field",
        "BEFORE UPDATE",
        "register_version",
        "a version is never changed, only erased",
        only="NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL OR NEW.id <> OLD.id"
        " OR NEW.entry_id <> OLD.entry_id OR NEW.number <> OLD.number",
        condition="NEW.erased_at IS NOT NULL OR OLD.erased_at IS NOT NULL"
        f" OR NOT ({VERSION_OTHERWISE_THE_SAME})",
        needs="register_erasedfield",
    ),
    Rule(
        "salts_only_destroyed",
        "BEFORE UPDATE",
        "register_versionsalts",
        "salts are never changed, only destroyed",
        condition=f"NOT ({SALTS_OTHERWISE_THE_SAME})",
        needs="register_erasedfield",
    ),
    Rule(
        "erased_field_only_cleared",
        "BEFORE UPDATE",
        "register_erasedfield",
        "that a field was erased is never changed",
        only="NEW.id <> OLD.id OR NEW.version_id <> OLD.version_id OR NEW.field <> OLD.field"
        " OR NEW.rule <> OLD.rule OR NEW.erased_by_id <> OLD.erased_by_id OR NEW.at <> OLD.at",
    ),
    Rule(
        "erased_field_no_delete",
        "BEFORE DELETE",
        "register_erasedfield",
        "that a field was erased is never taken back",
    ),
    Rule(
        "salts_no_delete",
        "BEFORE DELETE",
        "register_versionsalts",
        "salts are destroyed with their version alone",
        condition="(SELECT erased_at FROM register_version WHERE id = OLD.version_id) IS NULL",
    ),
    Rule(
        "version_kind_of_entry",
        "AFTER INSERT",
        "register_version",
        "a version has the kind of its entry",
        # Where the entry is not there yet, too: its kind could be any.
        condition="NEW.kind IS NOT (SELECT kind FROM register_entry WHERE id = NEW.entry_id)",
        on_sqlite_alone=True,
    ),
    Rule(
        "entry_same_subject",
        "BEFORE UPDATE",
        "register_entry",
        "identity, kind, subject, authority and item of an entry are never changed",
        only="NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.organisation_id <> OLD.organisation_id"
        " OR NEW.authority_id <> OLD.authority_id OR NEW.item_id <> OLD.item_id",
    ),
    Rule(
        "entry_stays_over",
        "BEFORE UPDATE",
        "register_entry",
        "what was withdrawn or erased never comes back",
        only="(OLD.stage = 'withdrawn' AND NEW.stage NOT IN ('withdrawn', 'erased'))"
        " OR (OLD.stage = 'erased' AND NEW.stage <> 'erased')",
    ),
    Rule(
        "entry_version_is_there",
        "BEFORE UPDATE",
        "register_entry",
        "the current version of an entry is there",
        only="NEW.current_version_id <> OLD.current_version_id",
        condition="NOT EXISTS (SELECT 1 FROM register_version WHERE id = NEW.current_version_id)",
    ),
    Rule(
        "event_notified_on_a_fact",
        "AFTER INSERT",
        "register_event",
        "no window opens without a notice that was given",
        only="NEW.type = 'notified'",
        condition="NOT EXISTS (SELECT 1 FROM register_notice"
        " WHERE version_id = NEW.version_id AND given_at IS NOT NULL)",
    ),
    Rule(
        "event_not_by_recorder",
        "AFTER INSERT",
        "register_event",
        "the recorder neither approves nor decides",
        only=f"NEW.type IN ({_DECIDING})",
        condition="NEW.actor_id = ("
        "SELECT recorded_by_id FROM register_version WHERE entry_id = NEW.entry_id"
        " AND number = (SELECT number FROM register_version WHERE id = NEW.version_id)"
        " - CASE WHEN NEW.type = 'corrected' THEN 1 ELSE 0 END)",
    ),
    Rule(
        "erasure_of_what_is_erased",
        "AFTER INSERT",
        "register_erasure",
        "only of an erased entry it is said that it was",
        condition="NOT EXISTS (SELECT 1 FROM register_entry"
        " WHERE id = NEW.entry_id AND stage = 'erased')",
    ),
    Rule(
        "erasure_no_delete",
        "BEFORE DELETE",
        "register_erasure",
        "that something was erased is never taken back",
    ),
    Rule(
        "erasure_only_completed",
        "BEFORE UPDATE",
        "register_erasure",
        "that something was erased is never changed",
        only="NEW.entry_id <> OLD.entry_id OR NEW.event_number <> OLD.event_number"
        " OR NEW.erased_at <> OLD.erased_at OR NEW.rules_of <> OLD.rules_of"
        " OR NEW.retention_days <> OLD.retention_days"
        " OR coalesce(NEW.rules_version, 0) <> coalesce(OLD.rules_version, 0)"
        " OR (OLD.leaf IS NOT NULL AND (NEW.leaf IS NULL OR NEW.leaf <> OLD.leaf))",
    ),
    Rule(
        "leaf_no_update",
        "BEFORE UPDATE",
        "register_leaf",
        "what stands in the log is never changed",
        only="NEW.event_id <> OLD.event_id OR NEW.entry_id <> OLD.entry_id"
        " OR NEW.change <> OLD.change OR NEW.commitment <> OLD.commitment OR NEW.told <> OLD.told"
        ' OR (OLD."index" IS NOT NULL AND (NEW."index" IS NULL OR NEW."index" <> OLD."index"))',
    ),
    Rule(
        "leaf_salts_only_erased",
        "BEFORE UPDATE",
        "register_leaf",
        "salts of the log are never changed, only destroyed with their entry",
        only="NEW.salt <> OLD.salt OR NEW.fact_salts <> OLD.fact_salts",
        condition=f"NOT ({_EMPTIED} AND {_OF_WHAT_IS_ERASED})",
    ),
    Rule(
        "leaf_no_delete",
        "BEFORE DELETE",
        "register_leaf",
        "what stands in the log is never taken away",
    ),
    Rule(
        "checkpoint_no_update",
        "BEFORE UPDATE",
        "register_signedcheckpoint",
        "what was signed is never changed",
    ),
    Rule(
        "checkpoint_no_delete",
        "BEFORE DELETE",
        "register_signedcheckpoint",
        "what was signed is never taken back",
    ),
    Rule(
        "checkpoint_never_smaller",
        "AFTER INSERT",
        "register_signedcheckpoint",
        "a log never becomes smaller or another",
        condition="EXISTS (SELECT 1 FROM register_signedcheckpoint WHERE origin = NEW.origin"
        " AND (size > NEW.size OR (size = NEW.size AND root <> NEW.root)))",
    ),
)

FORMER = (
    *("entry_kind_of_versions", "entry_starts_with_its_version", "entry_keeps_to_its_versions"),
    *("event_of_its_entry", "version_only_erased", "salts_no_update"),
)
"""Rules that constraints hold now: a register of an earlier form has triggers for them."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are not there, on the tables that are."""
    absent = missing(connection)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for rule in _rules_of(connection):
            are_there = {rule.table, rule.needs or rule.table} <= tables
            if f"register_{rule.name}" not in absent or not are_there:
                continue
            if connection.vendor == "sqlite":
                _install_sqlite(cursor, rule)
            else:
                _install_postgresql(cursor, rule)


def _rules_of(connection: BaseDatabaseWrapper) -> list[Rule]:
    return [rule for rule in RULES if connection.vendor == "sqlite" or not rule.on_sqlite_alone]


def _install_sqlite(cursor: CursorWrapper, rule: Rule) -> None:
    condition = " AND ".join(f"({each})" for each in (rule.only, rule.condition) if each)
    clause = f" WHEN {condition}" if condition else ""
    cursor.execute(
        f"CREATE TRIGGER register_{rule.name} {rule.when} ON {rule.table} FOR EACH ROW{clause} "
        f"BEGIN SELECT RAISE(ABORT, '{rule.message}'); END"
    )


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"


def _install_postgresql(cursor: CursorWrapper, rule: Rule) -> None:
    refuse = _refuse(rule.message)
    back = "OLD" if rule.when == "BEFORE DELETE" else "NEW"
    body = f"IF {rule.condition} THEN {refuse} END IF;" if rule.condition else refuse
    clause = f" WHEN ({rule.only})" if rule.only else ""
    cursor.execute(
        f"CREATE FUNCTION register_{rule.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN {back}; END $$;"
        f"CREATE TRIGGER register_{rule.name} {rule.when} ON {rule.table} FOR EACH ROW{clause} "
        f"EXECUTE FUNCTION register_{rule.name}()"
    )
    if rule.when == "BEFORE DELETE":
        # PostgreSQL can empty a table without removing a row.
        cursor.execute(
            f"CREATE FUNCTION register_{rule.name}_at_once() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {refuse} END $$;"
            f"CREATE TRIGGER register_{rule.name}_at_once BEFORE TRUNCATE ON {rule.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION register_{rule.name}_at_once()"
        )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: when the migration that made them is taken back, and between tests."""
    with connection.cursor() as cursor:
        for name in (*(rule.name for rule in RULES), *FORMER):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS register_{name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS register_{name}() CASCADE")
                cursor.execute(f"DROP FUNCTION IF EXISTS register_{name}_at_once() CASCADE")


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
    return {f"register_{rule.name}" for rule in _rules_of(connection)} - there
