"""What is brought back is what was there, unless it was to be forgotten since."""

import json
import shutil
from datetime import timedelta
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from tabularium import clock
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_events import EventType
from tabularium.intake.upload_folder import store
from tabularium.intake.uploads import process_waiting_uploads
from tabularium.notices.contents import key_of
from tabularium.register import services
from tabularium.register.backups.container import MAGIC, Reader
from tabularium.register.backups.errors import BackupError
from tabularium.register.backups.forgetting import destroy_keys_that_are_due, register_keys
from tabularium.register.backups.keys import BACKUP, FORGET
from tabularium.register.backups.months import first_instant, later, month_of
from tabularium.register.consistency import check
from tabularium.register.models import (
    Entry,
    Event,
    Notice,
    Organisation,
    OrganisationName,
    ServiceAddress,
    Upload,
)
from tabularium.register.selectors import search
from tabularium.register.services.uploads import Options, enter_upload
from tabularium.register.visibility import appearance
from tests import builders
from tests.lines import hidden, scenes
from tests.lines.hidden import Marked
from tests.lines.scenes import Scene
from tests.register.backups.conftest import Move, Safe


def test_everything_comes_back_as_it_was(safe: Safe, move: Move) -> None:
    for story in (hidden.erased, hidden.withdrawn, hidden.stayed, hidden.waiting_for_notice):
        story(Marked(move))
    scene = Scene(move)
    entry = scene.public()
    come_back = scenes._come_back(scene)
    come_back()
    document = services.NewDocument("made-up.txt", "text/plain", bytes(range(256)) * 5000)
    replier = builders.a_replier(entry.organisation)
    services.add_document(entry.pk, by=replier, purpose=EventType.ANSWERED, document=document)
    services.answer(entry.pk, by=replier, text="这是我们的答复。\u2028 \U0001f9fe", shown=True)
    before = safe.content()
    assert len([each for each, rows in before.items() if rows]) > 15
    backup = safe.backup()
    safe.empty()
    assert not any(safe.content().values())
    report = safe.restore(backup)
    assert safe.content() == before
    assert report.forgotten == 0
    assert report.left_out.total() == 0
    assert report.rows.total() == sum(len(rows) for rows in before.values())
    assert check().problems == []
    assert appearance(entry.pk, clock.now())[0] == "public"


def test_a_register_that_was_brought_back_goes_on(safe: Safe, move: Move) -> None:
    town = builders.Town()
    entry = builders.in_notice(town)
    backup = safe.backup()
    safe.empty()
    safe.restore(backup)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    assert services.tick().published == 1
    more = builders.published(town, move, Kind.LICENCE)
    assert more.pk != entry.pk
    assert check().problems == []


def test_what_is_brought_back_is_found_by_search(safe: Safe, move: Move) -> None:
    marked = Marked(move)
    entry = marked.public()
    backup = safe.backup()
    safe.empty()
    safe.restore(backup)
    found = search(marked.name[0], clock.now()).organisations
    assert [each.pk for each in found] == [entry.organisation_id]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without counting")
def test_what_is_brought_back_is_counted_before_it_is_indexed(safe: Safe, move: Move) -> None:
    """Or PostgreSQL takes the register for an empty one, and looks through all of it for each block."""
    Marked(move).public()
    backup = safe.backup()
    safe.empty()
    safe.restore(backup)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'register_entry'::regclass")
        assert cursor.fetchone()[0] == Entry.objects.count()


# ---- what was to be forgotten


def in_the_database(case_marks: dict[str, str]) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
            text = str([tuple(map(_plain, row)) for row in cursor.fetchall()])
            found |= {what for what, mark in case_marks.items() if mark in text}
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def readable(backup: bytes, marks: dict[str, str]) -> set[str]:
    """What of the marks can be read in a backup with any of the keys that are there."""
    keys = register_keys()
    held = {each: keys.find(*each) for each in keys.there()}
    opened = [backup.decode("latin-1")]
    for key in held.values():
        assert key is not None
        others = {m: k for (s, m), k in held.items() if s == FORGET and k is not None}
        try:
            opened += [
                json.dumps([piece.first, piece.second], ensure_ascii=False)
                for piece in Reader(BytesIO(backup)).pieces(key, others)
            ]
        except BackupError:
            continue
    text = "\n".join(opened)
    return {what for what, mark in marks.items() if mark in text}


def marks_of(marked: Marked, entry: Entry) -> dict[str, str]:
    case = marked.case(entry, str(entry.organisation_id))
    apart = {"recorder's account", "approver's account", "reasons"}
    return {what: mark for what, mark in case.marks.items() if what not in apart}


def test_what_was_erased_is_nowhere_and_all_else_is_back(safe: Safe, move: Move) -> None:
    gone, stays = Marked(move), Marked(move)
    withdrawn = gone.public(answered=False)
    kept = stays.public(answered=False)
    services.withdraw(withdrawn.pk, by=gone.town.approver, reasons=gone.reasons)
    withdrawn.refresh_from_db()
    assert withdrawn.erasable_from is not None
    due = month_of(withdrawn.erasable_from)
    # A backup of the month before can be read for two months more.
    move(first_instant(due) - timedelta(days=1))
    marks, other = marks_of(gone, withdrawn), marks_of(stays, kept)
    backup = safe.backup()
    written = marks.keys() - {"answer"}
    assert readable(backup, marks) == written
    events = list(Event.objects.filter(entry=withdrawn).order_by("number").values())

    move(withdrawn.erasable_from)
    assert services.tick().erased == 1
    assert destroy_keys_that_are_due() == []
    assert readable(backup, marks) == written, "the month is not over"
    move(first_instant(later(due, 1)))
    assert destroy_keys_that_are_due() == [f"forget-{due}.key"]
    assert readable(backup, marks) == set()
    assert readable(backup, other) == other.keys() - {"answer"}

    safe.empty()
    report = safe.restore(backup)
    assert report.forgotten == 1
    assert report.left_out["register.Organisation"] == 1
    assert check().problems == []
    assert in_the_database(marks) == set()
    assert in_the_database(other) == other.keys() - {"answer"}
    assert appearance(withdrawn.pk, clock.now()) == ("gone", None)
    assert appearance(kept.pk, clock.now())[0] == "public"
    back = Entry.objects.get(pk=withdrawn.pk)
    assert (back.stage, back.organisation_id, back.erasure.retention_days) == ("erased", None, 90)
    after = list(Event.objects.filter(entry=withdrawn).order_by("number").values())
    assert after[:-1] == events
    assert after[-1]["type"] == EventType.ERASED
    assert services.tick().failures == {}


def test_who_acted_for_the_organisation_is_forgotten_with_the_content(
    safe: Safe, move: Move
) -> None:
    marked = Marked(move)
    entry = marked.public()
    services.withdraw(entry.pk, by=marked.town.approver, reasons=marked.reasons)
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    due = month_of(entry.erasable_from)
    move(first_instant(due) - timedelta(days=1))
    said = Event.objects.filter(entry=entry).order_by("number").values_list("actor", "role")
    before = list(said)
    backup = safe.backup()
    safe.empty()
    safe.restore(backup)
    assert list(said.all()) == before
    safe.empty()
    move(first_instant(later(due, 1)))
    assert f"forget-{due}.key" in destroy_keys_that_are_due()
    assert safe.restore(backup).forgotten == 1
    after = [(None if role == "organisation" else who, role) for who, role in before]
    assert [*after, (None, "system")] == list(said.all())
    assert after != before
    assert check().problems == []


# ---- what is on its way


def test_a_notice_that_was_being_sent_is_sent_again_under_its_own_name(
    safe: Safe, move: Move
) -> None:
    town = builders.Town()
    entry = builders.a_draft(town, notice_channel="mailbox")
    services.approve(entry.pk, approver=town.approver)
    assert entry.organisation is not None
    services.set_service_address(
        town.authority,
        entry.organisation,
        NoticeChannel.MAILBOX,
        "https://firm.example/",
        by=town.clerk,
    )
    notice = Notice.objects.get(version=entry.current_version_id)
    attempt = services.claim_notice(notice.pk)
    assert attempt is not None
    assert services.hand_notice_over(attempt)
    name = key_of(notice)
    backup = safe.backup()
    services.notice_accepted(attempt, "2xx")
    move(clock.now() + timedelta(hours=1))
    safe.empty()
    safe.restore(backup)
    assert services.settle_interrupted_notices() == 1
    notice = Notice.objects.get(version=entry.current_version_id)
    # What was given after the backup is not known to be: it goes again, and the receiver knows it.
    assert (notice.state, notice.given_at) == ("waiting", None)
    assert key_of(notice) == name
    assert check().problems == []


def test_the_file_of_an_upload_is_in_no_backup_and_its_sender_is_told(
    safe: Safe, settings: LazySettings, tmp_path: Path
) -> None:
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    town = builders.Town()
    place, size = store([b"number,name\nUnreadHere1,x\n"], "decisions.csv", most=1 << 20)
    upload = enter_upload(
        town.item(),
        by=town.clerk,
        file_name=place.file_name,
        stored_as=place.folder.name,
        size=size,
        options=Options(),
    )
    backup = safe.backup()
    assert readable(backup, {"row": "UnreadHere1", "name": "decisions.csv"}) == {"name"}
    safe.empty()
    shutil.rmtree(settings.UPLOAD_FOLDER)
    safe.restore(backup)
    assert process_waiting_uploads().failures == {upload.pk: "file-missing"}
    assert Upload.objects.get(pk=upload.pk).state == Upload.State.FAILED
    assert Entry.objects.count() == 0


def test_before_the_key_is_destroyed_what_comes_back_is_erased_by_the_next_tick(
    safe: Safe, move: Move
) -> None:
    marked = Marked(move)
    entry = marked.public(answered=False)
    services.withdraw(entry.pk, by=marked.town.approver, reasons=marked.reasons)
    entry.refresh_from_db()
    assert entry.erasable_from is not None
    move(entry.erasable_from - timedelta(days=1))
    backup = safe.backup()
    move(entry.erasable_from)
    safe.empty()
    assert safe.restore(backup).forgotten == 0
    assert appearance(entry.pk, clock.now()) == ("gone", None)
    marks = marks_of(marked, entry)
    assert in_the_database(marks) == marks.keys() - {"answer"}
    assert services.tick().erased == 1
    assert in_the_database(marks) == set()


def test_a_name_and_an_address_that_only_the_forgotten_held_go_with_it(
    safe: Safe, move: Move
) -> None:
    marked = Marked(move)
    licence = builders.a_draft(marked.town, Kind.LICENCE, subject=marked.subject)
    services.approve(licence.pk, approver=marked.town.approver)
    other = builders.Town("another-office")
    written = builders.a_subject("Only Written Here", marked.subject.identifier)
    entry = builders.published(other, move, subject=written)
    services.withdraw(entry.pk, by=other.approver, reasons="In error.")
    entry.refresh_from_db()
    assert entry.organisation is not None
    for town in (marked.town, other):
        ServiceAddress.objects.create(
            authority=town.authority,
            organisation=entry.organisation,
            channel="letter",
            text=f"Lane 1, {town.code}",
            set_at=clock.now(),
        )
    assert entry.erasable_from is not None
    move(entry.erasable_from - timedelta(days=1))
    assert OrganisationName.objects.filter(name="Only Written Here").exists() or (
        Organisation.objects.filter(name="Only Written Here").exists()
    )
    backup = safe.backup()
    move(first_instant(later(month_of(entry.erasable_from), 1)))
    services.tick()
    destroy_keys_that_are_due()
    safe.empty()
    assert safe.restore(backup).forgotten == 1
    marks = {"name": "Only Written Here", "address": "Lane 1, another-office"}
    assert in_the_database(marks) == set()
    assert in_the_database({"other": f"Lane 1, {marked.town.code}"}) == {"other"}
    assert Organisation.objects.get(pk=entry.organisation_id).name == marked.subject.name
    assert check().problems == []


# ---- what is refused


@pytest.fixture
def backup(safe: Safe, move: Move) -> bytes:
    builders.published(builders.Town(), move)
    made = safe.backup()
    safe.empty()
    return made


def test_a_file_that_is_cut_off_is_refused_wherever(safe: Safe, backup: bytes) -> None:
    for length in [0, 5, len(MAGIC), len(MAGIC) + 2, *range(30, len(backup), len(backup) // 40)]:
        with pytest.raises(BackupError):
            safe.restore(backup[:length])
    assert not any(safe.content().values())
    safe.restore(backup)


def test_a_file_that_was_changed_is_refused_wherever(safe: Safe, backup: bytes) -> None:
    for place, change in product(range(0, len(backup), len(backup) // 60), (1, 128)):
        changed = bytearray(backup)
        changed[place] ^= change
        with pytest.raises(BackupError):
            safe.restore(bytes(changed))
    with pytest.raises(BackupError, match="behind its end"):
        safe.restore(backup + b"R")
    assert not any(safe.content().values())


def test_pieces_that_change_places_are_refused(safe: Safe, backup: bytes) -> None:
    begins = len(MAGIC) + 4 + int.from_bytes(backup[len(MAGIC) : len(MAGIC) + 4], "big")
    pieces = []
    place = begins
    while place < len(backup):
        ends = place + 5 + int.from_bytes(backup[place + 1 : place + 5], "big")
        pieces.append(backup[place:ends])
        place = ends
    assert len(pieces) > 4
    swapped = [pieces[1], pieces[0], *pieces[2:]]
    without = pieces[1:]
    for each in (swapped, without):
        with pytest.raises(BackupError):
            safe.restore(backup[:begins] + b"".join(each))
    safe.restore(backup[:begins] + b"".join(pieces))


def test_a_key_that_is_absent_is_named(safe: Safe, backup: bytes) -> None:
    for file in sorted(safe.folder.iterdir()):
        hidden = file.rename(file.with_suffix(".away"))
        with pytest.raises(BackupError, match=f"The key {file.name} is not in "):
            safe.restore(backup)
        hidden.rename(file)
    safe.restore(backup)


def test_a_key_that_is_another_is_named(safe: Safe, backup: bytes) -> None:
    for file in sorted(safe.folder.iterdir()):
        right = file.read_text()
        file.write_text("00" * 32)
        with pytest.raises(BackupError, match=f"The key {file.name} in .* is another"):
            safe.restore(backup)
        file.write_text("not a key")
        with pytest.raises(BackupError, match="holds no key"):
            safe.restore(backup)
        file.write_text(right)


def test_a_backup_whose_time_is_over_says_so(safe: Safe, backup: bytes, move: Move) -> None:
    made = month_of(clock.now())
    move(first_instant(later(made, 3)))
    assert f"backup-{made}.key" in destroy_keys_that_are_due()
    with pytest.raises(BackupError, match=f"made in {made}. Its key was destroyed on schedule"):
        safe.restore(backup)


def test_a_register_that_is_not_empty_is_left_alone(safe: Safe, backup: bytes) -> None:
    builders.Town()
    before = safe.content()
    with pytest.raises(BackupError, match="not empty"):
        safe.restore(backup)
    assert safe.content() == before


def test_a_backup_of_another_version_is_refused(
    safe: Safe, backup: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tabularium.register.backups.restoring.applied_migrations", lambda: [["register", "9999"]]
    )
    with pytest.raises(BackupError, match="whose tables are others"):
        safe.restore(backup)


def test_no_key_stands_in_a_backup(safe: Safe, backup: bytes) -> None:
    keys = register_keys()
    sorts = {sort for sort, _ in keys.there()}
    assert sorts == {BACKUP, FORGET}
    for each in keys.there():
        key = keys.find(*each)
        assert key is not None
        assert key not in backup
        assert key.hex().encode() not in backup
    for file in safe.folder.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
    assert safe.folder.stat().st_mode & 0o777 == 0o700


def test_two_backups_are_sealed_differently_by_the_same_keys(safe: Safe, move: Move) -> None:
    builders.published(builders.Town(), move)
    first, second = safe.backup(), safe.backup()
    assert first != second
    assert Reader(BytesIO(first)).head["backup_key"] == Reader(BytesIO(second)).head["backup_key"]
