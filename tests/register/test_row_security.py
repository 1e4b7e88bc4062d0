"""The second wall: on PostgreSQL the database itself keeps one authority from what is another's."""

# ruff: noqa: S608 - SQL of our own tables and values made here

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Self

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.register import consistency, row_security, services
from tabularium.register.acting import acting_for, beyond, is_acting
from tabularium.register.errors import RefusedError
from tabularium.register.models import (
    CatalogueItem,
    Delivery,
    Entry,
    Event,
    IdempotencyKey,
    Membership,
    OfferedCorrection,
    Submission,
    Upload,
    User,
    Version,
)
from tabularium.register.row_security import GUARDED, OUT_OF_REACH, SHARED
from tabularium.register.services.erasing import erase
from tabularium.register.services.looking import note_looking
from tests import builders
from tests.kept import Kept, kept
from tests.lines.scenes import STEPS, Move, Scene
from tests.lines.scenes import _later as a_later_file
from tests.signing_in import give_a_second_factor

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="Only PostgreSQL has row-level security; TABULARIUM_DATABASE names none.",
)


# ---- no table is forgotten


def unknown_tables(tables: Iterable[str]) -> list[str]:
    """Tables that are in none of the lists, or in two."""
    lists = (GUARDED, SHARED, OUT_OF_REACH)
    return [each for each in tables if sum(each in one for one in lists) != 1]


def test_every_table_is_guarded_or_shared_for_a_reason_or_out_of_reach() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert unknown_tables(tables) == []
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    # The index of search is several tables on SQLite.
    assert unknown_tables(each for each in there if "_search_" not in each) == []
    assert {*GUARDED, *SHARED} <= there
    assert all(SHARED.values())


def test_a_new_table_that_nobody_guards_is_met() -> None:
    assert unknown_tables(["register_entry", "register_complaint"]) == ["register_complaint"]


def test_what_belongs_to_an_authority_or_an_entry_is_not_shared() -> None:
    theirs = {"authority", "entry", "version", "submission", "notice"}
    for model in apps.get_models():
        points_at = {
            field.related_model._meta.model_name
            for field in model._meta.concrete_fields
            if field.is_relation
        }
        if points_at & theirs:
            assert model._meta.db_table in GUARDED, model


# ---- nothing crosses


@pytest.fixture(scope="module")
def made(request: pytest.FixtureRequest) -> Iterator[Kept[Scene]]:
    with kept(request, Scene) as made:
        yield made


@pytest.fixture
def scene(made: Kept[Scene], db: None, move: Move) -> Scene:  # noqa: ARG001 - what a test does is taken back
    return made.for_a_test(move)


def of_entries(scene: Scene) -> str:
    return f"entry_id IN (SELECT id FROM register_entry WHERE authority_id = '{scene.other.code}')"


def theirs(scene: Scene) -> dict[str, str]:
    """For each guarded table: which rows are the other authority's, as a condition in SQL."""
    other, member = scene.other.code, scene.other.clerk.pk
    entries = of_entries(scene)
    versions = f"version_id IN (SELECT id FROM register_version WHERE {entries})"
    notices = f"notice_id IN (SELECT id FROM register_notice WHERE {versions})"
    by_authority = f"authority_id = '{other}'"
    items = f"item_id IN (SELECT id FROM register_catalogueitem WHERE {by_authority})"
    submissions = f"submission_id IN (SELECT id FROM register_submission WHERE {items})"
    return {
        "register_authority": f"code = '{other}'",
        "register_catalogueitem": by_authority,
        "register_entry": by_authority,
        "register_version": entries,
        "register_versionsalts": versions,
        "register_erasedfield": versions,
        "register_event": entries,
        "register_leaf": entries,
        "register_statement": entries,
        "register_document": entries,
        "register_correctionrequest": entries,
        "register_notice": versions,
        "register_delivery": notices,
        "register_serviceaddress": by_authority,
        "register_noticecode": notices,
        "register_looking": entries,
        "register_offeredcorrection": entries,
        "register_sighting": entries,
        "register_publicchange": entries,
        "register_erasure": entries,
        "register_submission": items,
        "register_finding": submissions,
        "register_upload": by_authority,
        "register_token": by_authority,
        "register_idempotencykey": by_authority,
        "register_accountevent": by_authority,
        "register_invitation": "true",
        "register_membership": by_authority,
        "register_user": f"id = {member}",
        "mfa_authenticator": f"user_id IN (SELECT id FROM register_user WHERE login LIKE '%{other}')",
        "register_memberkey": f"user_id IN (SELECT id FROM register_user WHERE login LIKE '%{other}')",
        "socialaccount_socialaccount": f"user_id = {member}",
    }


@pytest.fixture
def full(scene: Scene) -> Scene:
    """The scene, with a row of the other authority in every guarded table."""
    town = scene.other
    late = Scene.__new__(Scene)
    late.move, late.subject, late.town, late.other = scene.move, scene.subject, town, scene.town
    submission = a_later_file(late)
    submission.findings.create(row=1, code="made-up", severity="warning", primary=False)
    entry = Entry.objects.filter(authority=town.authority, stage="notified").earliest("pk")
    services.see([entry.pk], submission=submission)
    note_looking(town.clerk, town.authority, entry)
    document = services.NewDocument("made-up.txt", "text/plain", b"Made up.")
    services.add_document(entry.pk, by=scene.replier, purpose="answered", document=document)
    services.ask_correction(entry.pk, by=scene.replier, text="A digit is wrong.")
    notice = entry.current_version.notices.earliest("pk")
    services.new_code(notice, by=town.clerk)
    at = clock.now()
    Delivery.objects.create(
        notice=notice, number=9, channel="letter", begun_at=at, ended_at=at, outcome="accepted"
    )
    assert entry.organisation is not None
    services.set_service_address(
        town.authority,
        entry.organisation,
        NoticeChannel.LETTER,
        "Made-up Company\nMade-up Street\nMade-up Town",
        by=town.clerk,
    )
    services.invite(entry.organisation, by=scene.replier)
    OfferedCorrection.objects.create(
        entry=entry,
        version=entry.current_version,
        submission=submission,
        row=1,
        content={"measure": "Other"},
        digest="0",
        offered_at=clock.now(),
    )
    services.new_token(town.authority, label="made-up", days=1)
    services.new_member_key(town.clerk, label="made-up", days=1)
    now = clock.now()
    IdempotencyKey.objects.create(
        authority=town.authority, key_sha256="0", fingerprint="0", holder="0", begun_at=now
    )
    Upload.objects.create(
        authority=town.authority,
        item=submission.item,
        uploaded_by=town.clerk,
        uploaded_at=now,
        **_an_upload(),
    )
    services.link_sign_on(
        town.clerk, provider="made-up", subject="1", authority=town.authority, by=None
    )
    _erase_one(scene)
    field, rule = ErasableField.SUMMARY, FieldErasureRule.PERSONAL_DATA
    draft = builders.a_draft(town, summary="Said of somebody.")
    registrar = town.account("registrar of the other", Membership.Role.REGISTRAR)
    services.erase_field(draft.pk, by=registrar, field=field, rule=rule)
    return scene


def _erase_one(scene: Scene) -> None:
    """Erase one of the other authority's entries, and come back to a time when others are public."""
    now = clock.now()
    over = Entry.objects.filter(authority=scene.other.authority, stage="withdrawn").earliest("pk")
    assert over.erasable_from is not None
    scene.move(over.erasable_from)
    erase(over.pk)
    scene.move(now)


def _an_upload() -> dict[str, Any]:
    given = {"authority", "item", "uploaded_by", "uploaded_at"}
    required = {
        field.name: field
        for field in Upload._meta.concrete_fields
        if not field.has_default() and not field.null and not field.blank and not field.primary_key
    }
    return {
        name: "a" * 12 if field.get_internal_type() == "CharField" else 1
        for name, field in required.items()
        if name not in given
    }


def rows(table: str, condition: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition}")
        return list(cursor.fetchall())


# What of another's may be read besides, because anybody may read it.
_READ_BY_ALL = {"register_authority", "register_catalogueitem"}


@on_postgresql
def test_nothing_of_another_authority_is_read_that_is_not_public(full: Scene) -> None:
    public = {
        each.pk
        for each in Entry.objects.filter(authority=full.other.authority, stage="published")
        if not each.suspended and not each.stayed
    }
    assert public
    for table, condition in theirs(full).items():
        assert rows(table, condition), f"{table}: the test has nothing to look for"
        with acting_for(authority=full.town.code):
            read = rows(table, condition)
        if table in _READ_BY_ALL:
            assert read, table
        elif table in {
            "register_entry",
            "register_version",
            "register_event",
            "register_statement",
        }:
            with acting_for(authority=full.town.code):
                column = "id" if table == "register_entry" else "entry_id"
                seen = {pk for (pk,) in _column(table, column, condition)}
            assert seen <= public, table
        else:
            assert read == [], table


def _column(table: str, column: str, condition: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {condition}")
        return list(cursor.fetchall())


@on_postgresql
def test_the_condition_of_every_table_finds_what_it_looks_for(full: Scene) -> None:
    assert theirs(full).keys() == GUARDED.keys()
    for table, condition in theirs(full).items():
        if table != "register_invitation":
            with acting_for(authority=full.other.code):
                assert rows(table, condition), f"{table}: its own authority does not read it"


@on_postgresql
def test_nothing_of_another_authority_is_changed_or_removed(full: Scene) -> None:
    for table, condition in theirs(full).items():
        before = rows(table, condition)
        column = connection.introspection.get_primary_key_column(connection.cursor(), table)
        with acting_for(authority=full.town.code), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {column} WHERE {condition}")
            assert cursor.rowcount == 0, table
            cursor.execute(f"DELETE FROM {table} WHERE {condition}")
            assert cursor.rowcount == 0, table
        assert rows(table, condition) == before


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO register_membership (user_id, authority_id, role) VALUES ({mine}, '{other}', 'clerk')",
        (
            "INSERT INTO register_token (id, authority_id, label, sha256, created_at, expires_at)"
            " VALUES ('x', '{other}', 'x', 'x', now(), now() + interval '1 day')"
        ),
        (
            "INSERT INTO register_event (entry_id, version_id, number, type, at, role, facts, actor_id)"
            " VALUES ('{entry}', '{entry}.1', 90, 'withdrawn', now(), 'approver', '{{}}', {mine})"
        ),
        "UPDATE register_membership SET authority_id = '{other}' WHERE user_id = {mine}",
        "UPDATE register_token SET authority_id = '{other}'",
    ],
    ids=["a member", "a token", "an event", "a membership moved", "a token moved"],
)
def test_nothing_is_written_in_the_name_of_another(scene: Scene, statement: str) -> None:
    services.new_token(scene.town.authority, label="made-up", days=1)
    entry = Entry.objects.filter(authority=scene.other.authority, stage="notified").earliest("pk")
    written = statement.format(mine=scene.town.clerk.pk, other=scene.other.code, entry=entry.pk)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_for(authority=scene.town.code),
        connection.cursor() as cursor,
    ):
        cursor.execute(written)


@on_postgresql
def test_an_organisation_reads_what_is_about_it_and_no_draft(scene: Scene) -> None:
    about = Entry.objects.filter(organisation=scene.public().organisation)
    assert about.filter(stage="draft").exists()
    told = set(about.exclude(approved_by=None).values_list("pk", flat=True))
    stranger = builders.in_notice(scene.town)
    with acting_for(organisation=str(about[0].organisation_id)):
        assert set(about.values_list("pk", flat=True)) == told
        assert not Entry.objects.filter(pk=stranger.pk).exists()
        assert not Version.objects.filter(entry=stranger.pk).exists()
        assert not Submission.objects.exists()
        assert not Membership.objects.exclude(authority=None).exists()
    with acting_for(organisation=str(stranger.organisation_id)):
        assert Entry.objects.filter(pk=stranger.pk).exists()
        assert {each.organisation_id for each in about if each.stage == "notified"} == set()


@on_postgresql
@pytest.mark.parametrize("table", sorted(OUT_OF_REACH))
def test_what_nobody_needs_in_anybodys_name_is_out_of_reach(scene: Scene, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_for(authority=scene.town.code),
    ):
        rows(table, "true")


# ---- what is theirs is done


_BY_THE_ORGANISATION = {
    "add_document",
    "answer",
    "ask_correction",
    "ask_repair",
    "object_to",
    "remove_document",
    "take_back_answer",
}
# By nobody, or before anybody is let in.
_IN_NO_NAME = {"tick", "code_for", "open_account_by_code", "recognise", "redeem", "take_up"}


@on_postgresql
@pytest.mark.parametrize("name", sorted(STEPS.keys() - _IN_NO_NAME))
def test_every_service_works_for_whom_it_is(scene: Scene, name: str) -> None:
    for prepare in STEPS[name]:
        step = prepare(scene)
        organisation = str(Entry.objects.exclude(organisation=None).earliest("pk").organisation_id)
        named = (
            {"organisation": organisation}
            if name in _BY_THE_ORGANISATION
            else {"authority": scene.town.code}
        )
        with acting_for(**named):
            pk = step()
        assert Entry.objects.filter(pk=pk).exists()
    assert consistency.check().problems == []


@on_postgresql
def test_a_registrar_manages_members_and_does_not_take_another_authoritys(scene: Scene) -> None:
    town = scene.town
    registrar = town.account("registrar", Membership.Role.REGISTRAR)
    with acting_for(authority=town.code):
        added = services.add_to_authority(town.authority, "new", roles=["approver"], by=registrar)
        link = services.new_password_link(added, authority=town.authority, by=registrar)
        services.change_roles(town.authority, added, roles=["clerk"], by=registrar)
        for login in ("clerk@other-office", "CLERK@other-office"):
            with pytest.raises(RefusedError) as refused:
                services.add_to_authority(town.authority, login, roles=["clerk"], by=registrar)
            assert refused.value.reason == "login-taken"
    give_a_second_factor(added)
    shared = scene.other.clerk
    services.open_account(shared.login, role="clerk", authority=town.authority)
    with acting_for(authority=town.code):
        services.reset_second_factor(added, authority=town.authority, by=registrar)
        services.close_account(added, authority=town.authority, by=registrar)
        with pytest.raises(RefusedError) as refused:
            services.new_password_link(shared, authority=town.authority, by=registrar)
        assert refused.value.reason == "acts-elsewhere"
        services.take_from_authority(town.authority, shared, by=registrar)
    assert link
    added.refresh_from_db()
    assert not added.is_active
    assert not Authenticator.objects.filter(user=added).exists()
    assert set(shared.memberships.values_list("authority_id", flat=True)) == {scene.other.code}


# ---- the wall itself


@on_postgresql
def test_the_role_owns_nothing_and_goes_around_nothing() -> None:
    assert row_security.missing(connection) == set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid) FROM pg_roles r"
            " WHERE rolname = %s",
            [row_security.ROLE],
        )
        assert cursor.fetchone() == (False, False, False, False, False, 0)


@on_postgresql
def test_a_guard_that_is_gone_is_told(scene: Scene) -> None:
    assert scene
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY acting_own ON register_notice")
        cursor.execute("ALTER TABLE register_token DISABLE ROW LEVEL SECURITY")
    assert row_security.missing(connection) == {"register_notice", "register_token"}
    problems = [each.what for each in consistency.check().problems]
    assert "the rows of register_notice are not guarded; run tabularium init" in problems
    with connection.cursor() as cursor:
        for table in ("register_notice", "register_token"):
            row_security._guard(cursor, table, GUARDED[table])
    assert row_security.missing(connection) == set()


@on_postgresql
def test_after_the_block_everything_is_as_before(scene: Scene) -> None:
    def everything() -> int:
        return Event.objects.count()

    whole = everything()
    with acting_for(authority=scene.town.code):
        assert is_acting()
        part = everything()
        assert part < whole
        with beyond():
            assert everything() == whole
            assert not is_acting()
        assert everything() == part
        with acting_for(authority=scene.other.code):
            assert Entry.objects.filter(authority=scene.other.authority, stage="draft").exists()
        assert everything() == part
        with pytest.raises(RuntimeError), transaction.atomic(), beyond():
            raise RuntimeError
        assert everything() == part
    assert everything() == whole
    assert not is_acting()
    with pytest.raises(RuntimeError), acting_for(authority=scene.town.code):
        raise RuntimeError
    assert everything() == whole


@on_postgresql
def test_what_is_written_in_a_block_that_fails_is_not_written(scene: Scene) -> None:
    before = CatalogueItem.objects.count()

    def half() -> None:
        with acting_for(authority=scene.town.code):
            scene.town.item(Kind.EXCLUSION)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert CatalogueItem.objects.count() == before


@on_postgresql
def test_public_pages_pay_nothing_for_it(scene: Scene) -> None:
    def plan() -> str:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN SELECT * FROM register_entry WHERE id = 'x'")
            return "\n".join(line for (line,) in cursor.fetchall())

    assert "authority_id" not in plan()
    with acting_for(authority=scene.town.code):
        assert "authority_id" in plan()


class _Cursor:
    """A database user who may make no role, as PostgreSQL answers one."""

    def __init__(self) -> None:
        self.answers = iter([None, None, ("somebody",)])

    def execute(self, *_: object) -> None:
        pass

    def fetchone(self) -> object:
        return next(self.answers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_a_database_user_who_may_not_make_the_role_is_told_what_to_do() -> None:
    powerless: Any = SimpleNamespace(cursor=_Cursor)
    with pytest.raises(PermissionError, match="CREATE ROLE tabularium_acting NOLOGIN; GRANT"):
        row_security._make_role(powerless)


@on_postgresql
def test_that_user_is_told_by_a_real_database_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE made_up_migrator NOLOGIN")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION made_up_migrator")
        with pytest.raises(PermissionError, match="TO made_up_migrator"):
            row_security._make_role(connection)
        cursor.execute("RESET SESSION AUTHORIZATION")
        cursor.execute(f"GRANT {row_security.ROLE} TO made_up_migrator")
        cursor.execute("SET LOCAL SESSION AUTHORIZATION made_up_migrator")
        row_security._make_role(connection)
        cursor.execute("RESET SESSION AUTHORIZATION")


def test_on_sqlite_the_block_changes_nothing_and_the_code_alone_holds(scene: Scene) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("This is about SQLite.")
    whole = User.objects.count()
    with acting_for(authority=scene.town.code):
        assert not is_acting()
        assert User.objects.count() == whole
        draft = Entry.objects.filter(authority=scene.other.authority, stage="draft").earliest("pk")
        with pytest.raises(PermissionError):
            services.approve(draft.pk, approver=scene.town.approver)
    assert clock.now() + timedelta(0) == clock.now()
    later: Callable[[], str] = STEPS["approve"][0](scene)
    assert later()
