"""Whole public files through the register: rows read, entries made, findings by kind, and no row lost."""

import os
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tabularium import clock
from tabularium.core.kinds import ADVERSE_KINDS
from tabularium.intake import services
from tabularium.intake.findings import FindingCode, Severity
from tabularium.register import consistency, visibility
from tabularium.register.models import CatalogueItem, Entry, Finding, Submission, Version
from tabularium.register.submission_selectors import entries_of, rows_by_code
from tests.intake.real_files import CNEP, FILES, Whole, item_text

pytestmark = pytest.mark.django_db

# The largest comes in two states. Both are submitted, one on the other, in test_snapshots.
EARLIER = [each for each in FILES if each.item == "mx-sat-69b" and each.today == date(2021, 5, 18)]
SUBMITTED = [each for each in FILES if os.environ.get("TABULARIUM_SOAK") or each not in EARLIER]

AGAIN = (Severity.SET_ASIDE, FindingCode.ALREADY_IN_REGISTER)


def enter(code: str) -> CatalogueItem:
    return services.enter_item(item_text(code), code)


def noon_of(file: Whole, item: CatalogueItem) -> datetime:
    return datetime.combine(file.today, time(12), ZoneInfo(item.authority.time_zone)).astimezone(
        UTC
    )


def stopped_by(submission: Submission) -> Counter[str]:
    """Rows of a submission by the finding that stopped them, as the database has them."""
    rows: Counter[str] = Counter()
    for finding in Finding.objects.filter(submission=submission, primary=True):
        reason = finding.parameters.get("reason")
        rows[f"{finding.code}:{reason}" if reason else finding.code] += finding.rows
    return rows


@pytest.mark.data
@pytest.mark.parametrize("file", SUBMITTED, ids=lambda file: f"{file.item}-{file.today}")
def test_a_whole_file_is_submitted_and_no_row_is_lost(file: Whole, shared_data: Path) -> None:
    clock.allow_simulation()
    item = enter(file.item)
    with clock.simulated(noon_of(file, item)):
        report = services.submit(shared_data / file.path, item=item)
        submission = report.submission
        assert submission is not None
        assert submission.rows_read == file.rows
        assert submission.entries_made == entries_of(submission).count() == file.drafts
        assert Entry.objects.filter(stage="draft").count() == Entry.objects.count() == file.drafts
        # Every row that made no entry was stopped by one finding: rows = entries + findings.
        stopping = stopped_by(submission)
        assert stopping == file.stopped
        assert submission.rows_read == file.drafts + stopping.total()
        # What is reported is what the database has.
        assert (report.rows_read, report.entries_made) == (file.rows, file.drafts)
        assert report.rows_stopped == sum(report.stopped_by.values()) == stopping.total()
        by_code: Counter[str] = Counter()
        for written, rows in stopping.items():
            by_code[written.partition(":")[0]] += rows
        assert {str(code): rows for (_, code), rows in report.stopped_by.items()} == by_code
        assert rows_by_code(submission).stopped_by == by_code
        assert rows_by_code(submission).warned_of == {
            str(code): rows for code, rows in report.warned_of.items()
        }
        assert submission.figures["disappeared"] == report.disappeared
        kept = Finding.objects.filter(submission=submission).order_by("pk")
        assert [(each.row, each.code, each.rows) for each in report.findings] == list(
            kept.values_list("row", "code", "rows")
        )
        assert not visibility.public_entries(clock.now()).exists(), "drafts are not public"
    assert consistency.check().problems == []
    if file.item == "mx-sat-69b":
        text = (shared_data / file.path).read_text("cp1252")
        assert_no_entry_of_what_is_no_decision(text, file.drafts)


def assert_no_entry_of_what_is_no_decision(text: str, drafts: int) -> None:
    """The SAT's list holds presumed, cleared and overturned cases beside the final ones."""
    kept = {
        entry.current_version.decision_number
        for entry in Entry.objects.select_related("current_version")
    }
    final = [row for row in text.splitlines() if ",Definitivo," in row]
    assert len(final) >= drafts
    assert all(any(number in row for row in final) for number in sorted(kept)[:200])
    assert not Version.objects.filter(subject_name__contains="XXXXXXXXXXXX").exists()


@pytest.mark.data
def test_the_second_snapshot_of_a_source_adds_only_what_is_new(shared_data: Path) -> None:
    first, second = (
        next(each for each in FILES if each.path == CNEP.format(month))
        for month in ("092023", "102023")
    )
    item = enter("br-cgu-cnep")
    with clock.simulated(noon_of(first, item)):
        services.submit(shared_data / first.path, item=item)
    with clock.simulated(noon_of(second, item)):
        report = services.submit(shared_data / second.path, item=item)
    changed = (Severity.SET_ASIDE, FindingCode.CHANGED_DECISION)
    recognised = report.stopped_by[AGAIN] + report.stopped_by[changed]
    assert report.entries_made + recognised == second.drafts
    assert 0 < report.entries_made < 60
    assert report.corrections_offered == report.stopped_by[changed]
    assert report.disappeared == 9, "the item says that each file is the whole list"
    assert Entry.objects.count() == first.drafts + report.entries_made


@pytest.mark.data
def test_a_file_sent_twice_makes_no_entry_twice(shared_data: Path) -> None:
    file = next(each for each in FILES if each.item == "br-mg-empresas-sancionadas")
    item = enter(file.item)
    with clock.simulated(noon_of(file, item)):
        services.submit(shared_data / file.path, item=item)
        again = services.submit(shared_data / file.path, item=item)
    assert again.entries_made == 0
    assert again.stopped_by[AGAIN] == file.drafts
    assert again.rows_read == again.rows_stopped == file.rows
    assert again.disappeared is None, "the item does not say that its file is the whole list"


@pytest.mark.data
def test_a_trial_records_nothing(shared_data: Path) -> None:
    file = next(each for each in FILES if each.item == "pe-smv-sanciones")
    item = enter(file.item)
    with clock.simulated(noon_of(file, item)):
        report = services.submit(shared_data / file.path, item=item, dry_run=True)
    assert (report.entries_made, report.submission) == (file.drafts, None)
    assert not Entry.objects.exists()
    assert not Submission.objects.exists()


@pytest.mark.data
def test_every_adverse_entry_of_a_real_file_is_complete(shared_data: Path) -> None:
    for code in ("br-mg-empresas-sancionadas", "pe-smv-sanciones", "mx-sfp-inhabilitaciones"):
        file = next(each for each in FILES if each.item == code)
        item = enter(code)
        with clock.simulated(noon_of(file, item)):
            services.submit(shared_data / file.path, item=item)
    entries = list(Entry.objects.select_related("current_version"))
    assert {entry.kind for entry in entries} <= ADVERSE_KINDS
    for entry in entries:
        version = entry.current_version
        assert version.legal_basis
        assert version.objection_route
        assert version.notice_channel
        assert version.term_begins
        assert version.term_ends
        assert version.decided_on
        assert version.decided_on - timedelta(days=1) < entry.last_event_at.date()
