"""What allauth has tables and columns for and this register does not keep: the databases refuse it.

allauth cannot be had without a table of e-mail addresses, and keeps with an account of a sign-in provider
whatever that tells about the person. No code here writes any of it; this holds if some did.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

EMPTY = (
    "account_emailaddress",
    "account_emailconfirmation",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
)
"""Tables that stay empty: addresses, and secrets of sign-in providers."""

LINKS = "socialaccount_socialaccount"
"""By which subject of a sign-in provider an account signs in. Nothing else is kept of the provider."""

_NAME = "kept_out"


def install(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse it."""
    with connection.cursor() as cursor:
        for table in (*EMPTY, LINKS):
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take it back, with the migration that installed it."""
    with connection.cursor() as cursor:
        for table in (*EMPTY, LINKS):
            if connection.vendor == "sqlite":
                for when in ("insert", "update"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{_NAME}_{when}")
            else:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{_NAME}")


def _statements(vendor: str, table: str) -> list[str]:
    only_empty = table != LINKS
    if vendor != "sqlite":
        condition = "false" if only_empty else "extra_data = '{}'::jsonb"
        return [f"ALTER TABLE {table} ADD CONSTRAINT {table}_{_NAME} CHECK ({condition})"]
    clause = "" if only_empty else " WHEN NEW.extra_data <> '{}'"
    return [
        f"CREATE TRIGGER {table}_{_NAME}_{when} BEFORE {when.upper()} ON {table} FOR EACH ROW{clause}"
        f" BEGIN SELECT RAISE(ABORT, 'the register keeps nothing of a person'); END"
        for when in ("insert", "update")
    ]
