"""Row-level security on PostgreSQL: what the database itself lets be read and written in somebody's name.

`acting.acting_for` takes on the role `tabularium_acting`, which owns nothing and goes around nothing, and
says in settings of the transaction for which authority or organisation it acts. Policies on every table
look at these. Whoever owns the tables (public pages, the API, commands, the clock) passes them by, at no
cost.

A table that is in none of the three lists below fails a test. A migration that makes one ends with
`migrations.RunPython(row_security.make, migrations.RunPython.noop)`, which is safe to do again.
"""

from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.utils import ProgrammingError
from psycopg import errors

ROLE = "tabularium_acting"

AUTHORITY = "(SELECT current_setting('tabularium.authority', true))"
ORGANISATION = "(SELECT current_setting('tabularium.organisation', true))"
NOW = "(SELECT current_setting('tabularium.now', true)::timestamptz)"


def _of_authority(entry: str) -> str:
    return f"{entry}.authority_id = {AUTHORITY}"


def _own(entry: str) -> str:
    # An organisation sees an entry about it from its approval on: a clerk's draft is not said to anybody yet.
    return (
        f"({_of_authority(entry)}"
        f" OR {entry}.organisation_id = {ORGANISATION} AND {entry}.approved_by_id IS NOT NULL)"
    )


def _public(entry: str) -> str:
    # As visibility.public_entries has it.
    return (
        f"({entry}.stage = 'published' AND NOT {entry}.suspended AND NOT {entry}.stayed"
        f" AND {entry}.public_from <= {NOW}"
        f" AND ({entry}.public_until IS NULL OR {entry}.public_until > {NOW}))"
    )


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be done with the rows of a table, as conditions in SQL.

    Attributes:
        own: rows that are read, changed and removed.
        read: rows that are read besides; "" for none.
        check: what a row has to be after it was written, if not `own`.
    """

    own: str
    read: str = ""
    check: str = ""


def _entry(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM register_entry e WHERE e.id = entry_id AND {condition})"


def _version(condition: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM register_version v JOIN register_entry e ON e.id = v.entry_id"
        f" WHERE v.id = version_id AND {condition})"
    )


def _there(table: str, column: str) -> str:
    """That the row which a column names may be read: as may, then, what belongs to it."""
    return f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.id = {column})"


_BY_AUTHORITY = Guarded(f"authority_id = {AUTHORITY}")
_BY_ORGANISATION = Guarded(f"organisation_id = {ORGANISATION}")


def _registrar(membership: str) -> str:
    """That a membership makes a registrar of the authority that the acting organisation is.

    Where others decide about an authority, its registrar answers for it.
    """
    return (
        f"{membership}.role = 'registrar' AND EXISTS (SELECT 1 FROM register_authority a"
        f" WHERE a.code = {membership}.authority_id AND a.organisation_id = {ORGANISATION})"
    )


def _of_a_member(account: str, read: str = "", also: str = "") -> Guarded:
    # The column is named with its table: memberships have a column of that name too.
    return Guarded(
        f"EXISTS (SELECT 1 FROM register_membership m WHERE m.user_id = {account} AND"
        f" (m.authority_id = {AUTHORITY} OR m.organisation_id = {ORGANISATION}{also}))",
        read=read,
    )


GUARDED: dict[str, Guarded] = {
    "register_authority": Guarded(f"code = {AUTHORITY}", read="true"),
    "register_catalogueitem": Guarded(f"authority_id = {AUTHORITY}", read="true"),
    "register_entry": Guarded(_own("register_entry"), read=_public("register_entry")),
    "register_version": Guarded(
        _entry(_own("e")),
        read=_entry(f"{_public('e')} AND e.current_version_id = register_version.id"),
    ),
    "register_erasedfield": Guarded(_version(_of_authority("e"))),
    "register_versionsalts": Guarded(_version(_of_authority("e"))),
    "register_event": Guarded(_entry(_own("e")), read=_entry(_public("e"))),
    # Whoever may write an event writes its leaf.
    "register_leaf": Guarded(_entry(_own("e"))),
    "register_statement": Guarded(_entry(_own("e")), read=f"shown AND {_entry(_public('e'))}"),
    "register_document": Guarded(_entry(_own("e"))),
    "register_correctionrequest": Guarded(_entry(_own("e"))),
    "register_notice": Guarded(_version(_own("e"))),
    "register_delivery": Guarded(_there("register_notice", "notice_id")),
    # The organisation's address, as the authority keeps it: what it does itself owes it notices too.
    "register_serviceaddress": Guarded(
        f"authority_id = {AUTHORITY}", read=f"organisation_id = {ORGANISATION}"
    ),
    "register_noticecode": Guarded(_there("register_notice", "notice_id")),
    "register_looking": Guarded(
        _entry(_own("e")), check=f"authority_id = {AUTHORITY} AND {_entry(_of_authority('e'))}"
    ),
    "register_offeredcorrection": Guarded(_entry(_of_authority("e"))),
    "register_sighting": Guarded(_entry(_of_authority("e"))),
    "register_publicchange": Guarded(_entry(_own("e"))),
    "register_erasure": Guarded(_entry(_of_authority("e"))),
    "register_submission": Guarded(
        "EXISTS (SELECT 1 FROM register_catalogueitem i"
        f" WHERE i.id = item_id AND i.authority_id = {AUTHORITY})"
    ),
    "register_finding": Guarded(_there("register_submission", "submission_id")),
    "register_upload": _BY_AUTHORITY,
    "register_token": _BY_AUTHORITY,
    "register_idempotencykey": _BY_AUTHORITY,
    "register_accountevent": _BY_AUTHORITY,
    "register_invitation": _BY_ORGANISATION,
    "register_membership": Guarded(
        f"(authority_id = {AUTHORITY} OR organisation_id = {ORGANISATION})",
        read=_registrar("register_membership"),
    ),
    # Members, and who was one: what they recorded stands.
    "register_user": _of_a_member(
        "register_user.id",
        read="EXISTS (SELECT 1 FROM register_accountevent a WHERE a.account_id = register_user.id"
        f" AND a.authority_id = {AUTHORITY})",
        # Not to be read alone: what an event refers to is locked, as if it were to be changed.
        also=f" OR {_registrar('m')}",
    ),
    "mfa_authenticator": _of_a_member("mfa_authenticator.user_id"),
    # Taken back with the second factor, which a registrar does.
    "register_memberkey": _of_a_member("register_memberkey.user_id"),
    "socialaccount_socialaccount": _of_a_member("socialaccount_socialaccount.user_id"),
}
"""Tables with an authority's or an organisation's own data, and what is theirs of them."""

SHARED: dict[str, str] = {
    "register_organisation": "who an organisation is, by its number; several authorities decide about it",
    "register_organisationname": "its names, as its row",
    "register_registeredidentifier": "its numbers, by which a second entry is known to be about the same",
    "register_organisation_search": "the index of search, which holds names of public entries alone",
    "register_decision_search": "the same of the numbers of their decisions",
    "socialaccount_socialtoken": "kept empty by a constraint; a link to a provider is removed with it",
    "accounts_shared_memory": "counts tries, for all processes together",
}
"""Tables that are the same for everybody, with the reason why."""

OUT_OF_REACH = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "django_session",
        "register_changefeed",
        # Signed by the clock's work alone.
        "register_signedcheckpoint",
        "socialaccount_socialapp",
    }
)
"""Tables that nothing done in somebody's name has to do with: the role may not so much as read them."""


def make(apps: Any, schema_editor: Any) -> None:
    """The same as `install`, as a migration calls it."""
    del apps
    install(schema_editor.connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the role and the policies of all tables that are there; nothing where the database is SQLite.

    Raises:
        PermissionError: the role is not there, or not ours to take on, and may not be made; says what to do.
    """
    if connection.vendor != "postgresql":
        return
    _make_role(connection)
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        cursor.execute("SELECT current_schema()")
        schema = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {ROLE}")
        for table in sorted({*GUARDED, *SHARED} & there):
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
        for table in sorted(GUARDED.keys() & there):
            _guard(cursor, table, GUARDED[table])


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Tables that should be guarded and are not; none where the database is SQLite."""
    if connection.vendor != "postgresql":
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relrowsecurity AND p.polname = 'acting_own' AND pg_table_is_visible(c.oid)"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    return GUARDED.keys() - guarded


def _guard(cursor: CursorWrapper, table: str, guarded: Guarded) -> None:
    cursor.execute(f"DROP POLICY IF EXISTS acting_own ON {table}")
    cursor.execute(f"DROP POLICY IF EXISTS acting_read ON {table}")
    cursor.execute(
        f"CREATE POLICY acting_own ON {table} TO {ROLE} USING ({guarded.own})"
        f" WITH CHECK ({guarded.check or guarded.own})"
    )
    if guarded.read:
        cursor.execute(
            f"CREATE POLICY acting_read ON {table} FOR SELECT TO {ROLE} USING ({guarded.read})"
        )
    cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
    if not cursor.fetchone()[0]:
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


_HOW_TO = (
    f"The database has no role {ROLE} that this user may take on, and the user may not make one. An"
    f" administrator of the database can, once: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO {{user}};"
)


def _make_role(connection: BaseDatabaseWrapper) -> None:
    """Roles are the cluster's, and several databases may be made at once: each step may be done already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN"
            f" IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') THEN"
            f" CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; END IF;"
            # Another database's migration was quicker; or it may not, and then what follows says so.
            " EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;"
            " END $$"
        )
        if _may_take_on(cursor):
            return
        cursor.execute(
            "DO $$ BEGIN"
            f" EXECUTE format('GRANT {ROLE} TO %I', current_user);"
            " EXCEPTION WHEN insufficient_privilege OR undefined_object OR internal_error THEN NULL;"
            " END $$"
        )
        if not _may_take_on(cursor):
            cursor.execute("SELECT current_user")
            raise PermissionError(_HOW_TO.format(user=cursor.fetchone()[0]))


def _may_take_on(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [ROLE])
    found = cursor.fetchone()
    if found is None:
        return False
    if found[0]:
        raise PermissionError(
            f"The database's role {ROLE} goes around row-level security: take that away."
        )
    # Being a member is not enough since PostgreSQL 16; trying tells for all versions.
    cursor.execute("SAVEPOINT take_on")
    try:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    except ProgrammingError as error:
        if not isinstance(error.__cause__, errors.InsufficientPrivilege):
            raise
        return False
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT take_on")
    return True
