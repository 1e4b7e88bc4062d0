"""Changes of tables that are large and in use: on PostgreSQL they read the whole table while others go on.

Django's own `AddIndex` and `AddConstraint` keep everybody from writing, and some from reading, for as long as
the table is read. The operations here are for a migration of their own with `atomic = False`: cut short
anywhere, each may run again. Elsewhere than on PostgreSQL they are Django's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from django.db.transaction import TransactionManagementError

if TYPE_CHECKING:
    from django.db.backends.postgresql.schema import DatabaseSchemaEditor


class AddIndexInUse(migrations.AddIndex):
    """Add an index while rows are written.

    Raises:
        TransactionManagementError: the migration is a transaction.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do it, anew where it was cut short."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        name = schema_editor.quote_name(self.index.name)
        with without_time_out(schema_editor) as editor:
            # One that was cut short is left behind, is not used, and costs each write.
            editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            editor.add_index(model, self.index, concurrently=True)


class AddCheckInUse(migrations.AddConstraint):
    """Add a check that new rows are held to at once, and those that are there once all were looked at.

    Raises:
        TransactionManagementError: the migration is a transaction.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do it, anew where it was cut short."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        assert isinstance(self.constraint, models.CheckConstraint)
        model = to_state.apps.get_model(app_label, self.model_name)
        sql = self.constraint.create_sql(model, schema_editor)
        table = schema_editor.quote_name(model._meta.db_table)
        name = schema_editor.quote_name(self.constraint.name)
        with _outside_a_transaction(schema_editor):
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            schema_editor.execute(f"{sql} NOT VALID", params=None)
            with without_time_out(schema_editor):
                schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


@contextmanager
def _outside_a_transaction(
    schema_editor: BaseDatabaseSchemaEditor,
) -> Iterator["DatabaseSchemaEditor"]:
    if schema_editor.connection.in_atomic_block:
        raise TransactionManagementError("The migration needs `atomic = False`.")
    yield cast("DatabaseSchemaEditor", schema_editor)


@contextmanager
def without_time_out(
    schema_editor: BaseDatabaseSchemaEditor,
) -> Iterator["DatabaseSchemaEditor"]:
    """What nobody who reads or writes has to wait behind may itself wait as long as it takes."""
    with _outside_a_transaction(schema_editor) as editor, editor.connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = 0")
        try:
            yield editor
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])
