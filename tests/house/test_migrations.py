"""No migration rewrites or locks a table that may be large, or takes from the old programs what they use.

Upgrading without a pause needs both (docs/upgrading.md): the old programs go on with the new tables, and no
table is kept from them for as long as it takes to read all of it.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from types import FunctionType

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED, Field
from django.db.models.fields.related import RelatedField

from tabularium.register import row_security
from tabularium.register.large_tables import AddCheckInUse, AddIndexInUse

BEFORE = {"register": 25, "accounts": 3}
"""Migrations up to these are of before the first release: no register was large or in use."""

REVIEWED: Mapping[str, str] = {
    "register.0026: keep_what_is_compared goes through rows": (
        "on SQLite alone, which is upgraded with a pause; on PostgreSQL a column is added"
    ),
    "register.0027: half of it may be done": (
        "it makes one index beside others, which is dropped and made anew if it was cut short"
    ),
}
"""Offences that are none, as `app.0026: what`, each with the reason."""

_GROW = """
    entry version versionsalts event leaf organisation organisationname registeredidentifier notice delivery
    statement document noticecode looking finding submission sighting publicchange offeredcorrection erasure
    erasedfield accountevent
"""
LARGE = frozenset(_GROW.split())
"""Tables of `register` that grow with what is recorded."""

_TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
)
_ALL_AT_ONCE = (
    migrations.AddIndex,
    migrations.AddConstraint,
    migrations.AlterUniqueTogether,
    migrations.AlterIndexTogether,
    migrations.AlterOrderWithRespectTo,
)
_IN_USE = (AddIndexInUse, AddCheckInUse)
_TOUCHES_ROWS = {"get_model", "objects", "cursor", "execute", "executemany", "bulk_create", "save"}


class Walk:
    """What one migration does to tables that were there before it.

    Args:
        state: the tables before it; those after it once it was walked.
        new: tables that were made since nobody used them yet, by their models' names; grows.
    """

    def __init__(self, state: ProjectState, new: set[str]) -> None:
        self.state, self.new = state, new

    def offences(self, migration: migrations.Migration) -> Iterator[str]:
        app = migration.app_label
        for operation in migration.operations:
            yield from self._of(app, operation)
            if isinstance(operation, migrations.CreateModel):
                self.new.add(operation.name.lower())
            operation.state_forwards(app, self.state)
        in_use = [each for each in migration.operations if isinstance(each, _IN_USE)]
        if in_use and (migration.atomic or len(migration.operations) > 1):
            yield "what runs beside others stands in a migration of its own with atomic = False"
        if not in_use and not migration.atomic:
            yield "half of it may be done"

    def _of(self, app: str, operation: Operation) -> Iterator[str]:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            for each in operation.database_operations:
                yield from self._of(app, each)
        elif isinstance(operation, migrations.RunSQL):
            yield "SQL that nothing can judge here"
        elif isinstance(operation, migrations.RunPython):
            if _touches_rows(operation.code):
                yield f"{getattr(operation.code, '__name__', 'code')} goes through rows"
        else:
            yield from self._of_a_table(app, operation)

    def _of_a_table(self, app: str, operation: Operation) -> Iterator[str]:
        name = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if name in self.new or isinstance(operation, _IN_USE):
            return
        what = f"{operation.__class__.__name__} {name}"
        is_large = app == "register" and name in LARGE
        if isinstance(operation, _TAKES_AWAY):
            yield f"{what}: the old programs use it"
        elif isinstance(operation, migrations.AddField):
            yield from (f"{what}: {each}" for each in _of_a_field(operation.field, is_large))
        elif not is_large:
            return
        elif isinstance(operation, migrations.AlterField):
            before = self.state.models[app, name].fields[operation.name]
            if _in_the_database(before) != _in_the_database(operation.field):
                yield f"{what}: may rewrite the table"
        elif isinstance(operation, _ALL_AT_ONCE):
            yield f"{what}: nobody writes while the table is read"


def _of_a_field(field: "Field[object, object]", is_large: bool) -> Iterator[str]:
    has_default = field.db_default is not NOT_PROVIDED
    if not field.null and not has_default:
        yield "the old programs give no value, and the database has none"
    if not is_large:
        return
    if has_default and not isinstance(field.db_default, models.Value | str | int | bool):
        yield "a value of its own for each row rewrites the table"
    if field.unique or getattr(field, "db_index", False):
        yield "its index is made while nobody writes"
    if isinstance(field, RelatedField) and getattr(field, "db_constraint", True):
        yield "its key is looked for in all rows"


def _in_the_database(field: "Field[object, object]") -> tuple[str, str, dict[str, object]]:
    _, path, arguments, named = field.deconstruct()
    kept = {each: repr(named[each]) for each in named if each not in field.non_db_attrs}
    return path, repr(arguments), dict(kept)


def _touches_rows(code: object) -> bool:
    """Whether a function of a migration reads or writes rows; those that put triggers in place do not."""
    if code in (migrations.RunPython.noop, row_security.make):
        return False
    assert isinstance(code, FunctionType)
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    return any(
        isinstance(node, ast.Attribute) and node.attr in _TOUCHES_ROWS for node in ast.walk(tree)
    )


def found(before: Mapping[str, int]) -> list[str]:
    """Offences of all migrations of ours after those, as `app.0026: what`."""
    graph = _loader().graph
    said, state, new = [], ProjectState(), set[str]()
    plan = dict.fromkeys(
        node for leaf in sorted(graph.leaf_nodes()) for node in graph.forwards_plan(leaf)
    )
    for app, name in plan:
        migration = graph.nodes[app, name]
        number = name.partition("_")[0]
        if app not in before or int(number) <= before[app]:
            state = migration.mutate_state(state, preserve=False)
        else:
            said += [f"{app}.{number}: {each}" for each in Walk(state, new).offences(migration)]
    return said


def _loader() -> MigrationLoader:
    return MigrationLoader(None)


def test_no_migration_locks_a_large_table_or_takes_away_what_is_in_use() -> None:
    assert [each for each in found(BEFORE) if each not in REVIEWED] == [], (
        "docs/upgrading.md says how a migration is written."
    )


def test_what_was_reviewed_is_still_there_and_has_a_reason() -> None:
    assert set(REVIEWED) <= set(found(BEFORE))
    assert all(len(reason) > 20 for reason in REVIEWED.values())


def test_every_app_with_migrations_is_walked_and_every_large_table_is_one() -> None:
    ours = {
        each.label for each in apps.get_app_configs() if each.name.startswith("tabularium.")
    } & _loader().migrated_apps
    assert ours == set(BEFORE)
    assert {each._meta.model_name for each in apps.get_app_config("register").get_models()} >= LARGE


def test_those_of_before_the_first_release_are_met_where_they_offend() -> None:
    met = found({"register": 2, "accounts": 3})
    for each in (
        "register.0007: AddField statement: the old programs give no value, and the database has none",
        "register.0012: AddIndex entry: nobody writes while the table is read",
        "register.0014: only_what_was_public goes through rows",
        "register.0015: AddConstraint version: nobody writes while the table is read",
        "register.0021: index_anew goes through rows",
    ):
        assert each in met
    assert not [each for each in met if each.startswith("register.0025")]


def _one_by_one(apps: object, _schema_editor: object) -> None:
    for each in apps.get_model("register", "Entry").objects.all():  # type: ignore[attr-defined]
        each.save()


def _made_up(operation: Operation) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": [operation]})
    made = kind("9999_made_up", "register")
    assert isinstance(made, migrations.Migration)
    return made


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("entry", "made_up", models.IntegerField(default=0)),
        migrations.AddField(
            "entry", "made_up", models.DateTimeField(db_default=models.functions.Now())
        ),
        migrations.AddField("entry", "made_up", models.IntegerField(null=True, db_index=True)),
        migrations.AlterField("version", "measure", models.CharField(max_length=9)),
        migrations.RemoveField("authority", "organisation"),
        migrations.AddIndex("event", models.Index(fields=["at"], name="made_up")),
        migrations.AddConstraint(
            "leaf", models.CheckConstraint(condition=models.Q(id__gt=0), name="made_up")
        ),
        migrations.RunPython(_one_by_one),
        migrations.RunSQL("UPDATE register_entry SET stage = stage"),
        migrations.SeparateDatabaseAndState([migrations.DeleteModel("Entry")]),
        AddIndexInUse("event", models.Index(fields=["at"], name="made_up")),
    ],
    ids=lambda each: each.__class__.__name__,
)
def test_a_migration_that_offends_is_met(operation: Operation) -> None:
    migration = _made_up(operation)
    assert len(list(Walk(_loader().project_state(), set()).offences(migration))) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("entry", "made_up", models.IntegerField(null=True)),
        migrations.AddField("entry", "made_up", models.IntegerField(default=0, db_default=0)),
        migrations.CreateModel("MadeUp", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ],
    ids=lambda each: each.__class__.__name__,
)
def test_a_migration_that_only_adds_is_let_pass(operation: Operation) -> None:
    migration = _made_up(operation)
    assert list(Walk(_loader().project_state(), set()).offences(migration)) == []
