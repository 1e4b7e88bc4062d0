"""A file that came through the desk is read once, by one at a time, and leaves nothing behind."""

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import OperationalError

from tabularium import clock
from tabularium.intake import services as intake
from tabularium.intake import uploads
from tabularium.intake.upload_folder import TooLongFile, locked, place_of, safe_file_name, store
from tabularium.register.errors import NotPermittedError
from tabularium.register.models import CatalogueItem, Entry, Membership, Submission, Upload, User
from tabularium.register.services import open_account
from tabularium.register.services.uploads import KEPT_AFTER, MOST_TRIES, Options, enter_upload

pytestmark = pytest.mark.django_db

Move = Callable[[datetime], None]
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    place = tmp_path / "uploads"
    settings.UPLOAD_FOLDER = place  # type: ignore[attr-defined]
    return place


@pytest.fixture
def good_row(good_row: dict[str, str]) -> dict[str, str]:
    """A row of yesterday, which is not late."""
    return {**good_row, "decided": "03/03/2026", "begins": "2026-03-03"}


@pytest.fixture
def item(move: Move, item_text: str) -> CatalogueItem:
    move(NOW)
    return intake.enter_item(item_text, "made-up.toml")


@pytest.fixture
def clerk(item: CatalogueItem) -> User:
    return open_account("clerk", role=Membership.Role.CLERK, authority=item.authority)


def rows(good: Mapping[str, str], *changes: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(good))
    writer.writeheader()
    for change in changes:
        writer.writerow({**good, **change})
    return text.getvalue().encode()


def send(item: CatalogueItem, clerk: User, data: bytes, **options: object) -> Upload:
    place, size = store([data[:10], data[10:]], "decisions.csv", most=1 << 20)
    return enter_upload(
        item,
        by=clerk,
        file_name=place.file_name,
        stored_as=place.folder.name,
        size=size,
        options=Options(**options),  # type: ignore[arg-type]
    )


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def test_a_file_becomes_drafts_and_is_gone(
    item: CatalogueItem, clerk: User, good_row: dict[str, str], folder: Path
) -> None:
    upload = send(item, clerk, rows(good_row, {}, {"case": "C-18"}))
    assert oct((folder / upload.stored_as).stat().st_mode)[-3:] == "700"
    report = uploads.process_waiting_uploads()
    upload.refresh_from_db()
    assert (report.done, report.failures) == (1, {})
    assert upload.state == Upload.State.DONE
    assert upload.submission is not None
    assert upload.submission.submitted_by == clerk
    assert upload.submission.entries_made == Entry.objects.count() == 2
    assert upload.figures["rows_read"] == 2
    assert files(folder) == []
    assert uploads.process_waiting_uploads().done == 0
    assert Submission.objects.count() == 1


def test_what_is_wrong_comes_back_as_a_spreadsheet_for_a_day(
    item: CatalogueItem, clerk: User, good_row: dict[str, str], folder: Path, move: Move
) -> None:
    upload = send(item, clerk, rows(good_row, {}, {"case": "C-18", "measure": "Jail"}))
    uploads.process_waiting_uploads()
    assert files(folder) == ["findings.xlsx"]
    book = openpyxl.load_workbook(uploads.place_of_upload(upload).findings)
    shown = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert any("Jail" in map(str, row) for row in shown)
    assert not any("C-17" in map(str, row) for row in shown)
    move(NOW + KEPT_AFTER - timedelta(seconds=1))
    uploads.clear_uploads()
    assert files(folder) == ["findings.xlsx"]
    move(NOW + KEPT_AFTER)
    uploads.clear_uploads()
    assert list(folder.iterdir()) == []
    upload.refresh_from_db()
    assert upload.file_is_gone


def test_a_trial_records_nothing(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    upload = send(item, clerk, rows(good_row, {}), dry_run=True)
    uploads.process_waiting_uploads()
    upload.refresh_from_db()
    assert (upload.state, upload.submission) == (Upload.State.DONE, None)
    assert upload.figures["entries_made"] == 1
    assert Entry.objects.count() == Submission.objects.count() == 0


def test_all_or_nothing_records_nothing_where_a_row_is_wrong(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    data = rows(good_row, {}, {"case": "C-18", "measure": "Jail"})
    upload = send(item, clerk, data, all_or_nothing=True)
    uploads.process_waiting_uploads()
    upload.refresh_from_db()
    assert upload.state == Upload.State.DONE
    assert Entry.objects.count() == 0
    book = openpyxl.load_workbook(uploads.place_of_upload(upload).findings)
    shown = [[str(cell.value) for cell in row] for row in book.active.iter_rows()]
    # To be mended and sent again whole, it has all rows.
    assert any("C-17" in row for row in shown)


def test_a_wrong_guess_is_overridden(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    data = rows(good_row, {"name": "Łódka Ltd", "amount": "12"}).decode().replace(",", ";")
    upload = send(
        item, clerk, data.encode("iso8859-2", "replace"), encoding="iso8859-2", delimiter=";"
    )
    uploads.process_waiting_uploads()
    upload.refresh_from_db()
    assert upload.figures["read_as"]["delimiter"] == ";"
    assert Entry.objects.get().current_version.subject_name == "Łódka Ltd"


def test_a_file_that_is_none_fails_and_holds_nobody_back(
    item: CatalogueItem, clerk: User, good_row: dict[str, str], folder: Path
) -> None:
    bad = send(item, clerk, b"PK\x03\x04 no workbook")
    good = send(item, clerk, rows(good_row, {}))
    report = uploads.process_waiting_uploads()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert report.failures == {bad.pk: "unreadable"}
    assert (bad.state, good.state) == (Upload.State.FAILED, Upload.State.DONE)
    assert bad.explanation
    assert "decisions.csv" not in bad.explanation
    assert files(folder) == []


def test_only_a_clerk_may_send_and_must_still_be_one_when_it_is_read(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    auditor = open_account("auditor", role=Membership.Role.AUDITOR, authority=item.authority)
    with pytest.raises(NotPermittedError):
        send(item, auditor, rows(good_row, {}))
    upload = send(item, clerk, rows(good_row, {}))
    clerk.memberships.all().delete()
    assert uploads.process_waiting_uploads().failures == {upload.pk: "not-permitted"}
    assert Entry.objects.count() == 0


def test_a_file_that_somebody_reads_is_left_alone(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    upload = send(item, clerk, rows(good_row, {}))
    place = uploads.place_of_upload(upload)
    with locked(place) as is_ours:
        assert is_ours
        assert uploads.process_waiting_uploads().done == 0
        upload.refresh_from_db()
        assert upload.state == Upload.State.WAITING
    assert uploads.process_waiting_uploads().done == 1


def test_a_reader_that_is_killed_lets_go_of_its_file() -> None:
    place, _ = store([b"a,b\n1,2\n"], "decisions.csv", most=100)
    program = (
        "import fcntl, sys, time; file = open(sys.argv[1]); fcntl.flock(file, fcntl.LOCK_EX);"
        " print('held', flush=True); time.sleep(600)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(place.file)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "held\n"
    with locked(place) as is_ours:
        assert not is_ours
    os.kill(reader.pid, signal.SIGKILL)
    reader.wait()
    reader.stdout.close()
    with locked(place) as is_ours:
        assert is_ours


def test_what_was_cut_off_is_begun_anew_but_not_for_ever(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    upload = send(item, clerk, rows(good_row, {}))
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.RUNNING, tries=1)
    assert uploads.process_waiting_uploads().done == 1
    again = send(item, clerk, rows(good_row, {"case": "C-20"}))
    Upload.objects.filter(pk=again.pk).update(state=Upload.State.RUNNING, tries=MOST_TRIES)
    assert uploads.process_waiting_uploads().failures == {again.pk: "no-result"}


@pytest.fixture
def _the_database_is_busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("the database is locked\nDETAIL: a row")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "submit", busy)
        yield


@pytest.mark.usefixtures("_the_database_is_busy")
def test_a_busy_database_is_asked_again_and_then_given_up(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    upload = send(item, clerk, rows(good_row, {}))
    for state in (Upload.State.RUNNING, Upload.State.RUNNING, Upload.State.FAILED):
        assert uploads.process_waiting_uploads().failures == {upload.pk: "database"}
        upload.refresh_from_db()
        assert upload.state == state
    assert upload.explanation == "the database is locked"


def test_a_file_that_is_too_long_is_not_kept(folder: Path) -> None:
    with pytest.raises(TooLongFile):
        store(iter([b"x" * 60, b"x" * 60]), "decisions.csv", most=100)
    assert list(folder.iterdir()) == []


def test_a_folder_that_belongs_to_nothing_goes_after_a_day(folder: Path, move: Move) -> None:
    place, _ = store([b"x"], "decisions.csv", most=100)
    written = datetime.fromtimestamp(place.folder.stat().st_mtime, UTC)
    move(written + KEPT_AFTER - timedelta(minutes=1))
    uploads.clear_uploads()
    assert place.file.is_file()
    move(written + KEPT_AFTER + timedelta(minutes=1))
    uploads.clear_uploads()
    assert list(folder.iterdir()) == []


def test_progress_is_told_while_a_file_is_read(
    item: CatalogueItem, clerk: User, good_row: dict[str, str]
) -> None:
    told = list[int]()
    place, _ = store([rows(good_row, {}, {"case": "C-18"})], "decisions.csv", most=1 << 20)
    intake.submit(place.file, item=item, submitted_by=clerk, tell=told.append)
    assert told[-1] == 2
    place.tell(7)
    assert place_of(place.folder.name, place.file_name).rows_read == 7
    assert clock.now() == NOW


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\decisions.xlsx", "decisions.xlsx"),
        ("...", "submission"),
        ("a\u202eb\n.csv", "ab.csv"),
        ("罚" * 200 + ".csv", "罚" * 60 + ".csv"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept
