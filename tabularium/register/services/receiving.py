"""A submission is received: its decisions become drafts, its findings are kept, piece by piece."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import QuerySet

from tabularium import clock
from tabularium.core.content import Draft
from tabularium.core.life_events import Role
from tabularium.register import bulk, submission_figures
from tabularium.register.at_once import refused_at_once
from tabularium.register.models import CatalogueItem, Entry, Finding, Submission, User
from tabularium.register.services.batches import as_json, batch_of
from tabularium.register.services.digests import forget_digest_of
from tabularium.register.services.loading import Recording, load
from tabularium.register.services.memberships import require_role
from tabularium.register.services.offers import Change, offer
from tabularium.register.services.organisations import Number
from tabularium.register.services.recording import refuse_known_keys
from tabularium.register.services.sightings import see
from tabularium.register.submission_selectors import entries_of


@dataclass(frozen=True, slots=True)
class FoundInRow:
    """One thing that is wrong with one row of a submission, as `models.Finding` keeps it."""

    row: int
    column: str
    code: str
    severity: str
    primary: bool
    parameters: Mapping[str, str]
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a submission.

    Attributes:
        submission: as the register keeps it.
        offers: corrections that were offered.
    """

    submission: Submission
    offers: int = 0

    @property
    def entries(self) -> QuerySet[Entry]:
        """The drafts that it brought, in the order of their rows."""
        return entries_of(self.submission)


@dataclass(frozen=True, slots=True)
class Piece:
    """What consecutive rows of a submission bring.

    Attributes:
        rows_read: how many rows they are.
        drafts: those that are to be recorded; see `batches.SCHEMA`.
        findings: what is wrong with others, and warnings.
        recognised: what stands in the register already, compared with its entry.
        seen: identities of further entries whose decision the rows hold.
        known: by number, organisations of the drafts that the register has; None if it was not asked.
    """

    rows_read: int
    drafts: pa.Table
    findings: Sequence[FoundInRow] = ()
    recognised: Sequence[Change] = ()
    seen: Sequence[str] = ()
    known: Mapping[Number, str] | None = None


@refused_at_once()
@transaction.atomic
def receive_pieces(
    pieces: Iterable[Piece],
    *,
    item: CatalogueItem,
    submitted_by: User,
    file_name: str,
    file_sha256: str,
    figures: Callable[[Received], Mapping[str, Any]],
) -> Received:
    """Keep a submission piece by piece: its drafts, findings and figures, or nothing of it.

    Args:
        pieces: of all rows, in order; made while they are taken, in the same transaction, so that each
            sees what those before it brought.
        item: what is submitted.
        submitted_by: a clerk's account, or the authority's for submissions.
        file_name: of the file; its folder is nobody's business.
        file_sha256: of the file's bytes, in hexadecimal.
        figures: asked for after the last piece, in the same transaction, when all is written but them: what
            `submission_figures` describes, and whatever else is to be kept of the file as a whole.

    Raises:
        NotPermittedError: the account may not submit for the item's authority.
        RefusedError: a draft crosses a rule of the register, or somebody records the same right now.
    """
    role = require_role(submitted_by, item.authority, Role.CLERK, Role.SUBMISSION)
    submission = Submission.objects.create(
        item=item,
        submitted_by=submitted_by,
        received_at=clock.now(),
        file_name=file_name,
        file_sha256=file_sha256,
        rows_read=0,
        entries_made=0,
        rows_stopped=0,
    )
    recording = Recording(item, submitted_by, Role(role), submission.received_at, submission)
    offers = sum(_keep(piece, submission, recording) for piece in pieces)
    received = Received(submission, offers)
    submission.figures = dict(figures(received))
    forget_digest_of(submission)
    kept = ["rows_read", "entries_made", "rows_stopped", "figures", "file_sha256"]
    submission.save(update_fields=kept)
    return received


def receive(
    drafts: Sequence[Draft],
    *,
    item: CatalogueItem,
    submitted_by: User,
    file_name: str,
    file_sha256: str,
    rows_read: int,
    findings: Iterable[FoundInRow],
) -> Received:
    """Keep a submission that is in memory whole; see `receive_pieces`.

    Raises:
        NotPermittedError, RefusedError: as there; also if a decision is in the register.
    """
    refuse_known_keys(item, drafts)
    found = list(findings)
    return receive_pieces(
        [Piece(rows_read, batch_of(drafts), found)],
        item=item,
        submitted_by=submitted_by,
        file_name=file_name,
        file_sha256=file_sha256,
        figures=lambda _: _by_finding(found),
    )


def _keep(piece: Piece, submission: Submission, recording: Recording) -> int:
    """Write what a piece brings and add it to the submission's figures; how many corrections it offers."""
    load(piece.drafts, recording, piece.known)
    _keep_findings(piece.findings, submission)
    offers = offer(piece.recognised, submission=submission)
    see((*(each.entry_id for each in piece.recognised), *piece.seen), submission=submission)
    submission.rows_read += piece.rows_read
    submission.entries_made += piece.drafts.num_rows
    submission.rows_stopped += sum(each.rows for each in piece.findings if each.primary)
    return offers


def _by_finding(findings: Sequence[FoundInRow]) -> dict[str, Any]:
    stopped: Counter[tuple[str, str]] = Counter()
    warned: set[tuple[str, int]] = set()
    for each in findings:
        if each.primary:
            stopped[each.severity, each.code] += each.rows
        elif each.severity == Finding.Severity.WARNING:
            warned |= {(each.code, row) for row in range(each.row, each.row + each.rows)}
    return submission_figures.by_finding(stopped, Counter(code for code, _ in warned))


def _keep_findings(findings: Sequence[FoundInRow], submission: Submission) -> None:
    bulk.insert(
        Finding._meta.db_table,
        {
            "submission_id": submission.pk,
            "row": pa.array([each.row for each in findings], pa.int64()),
            "rows": pa.array([each.rows for each in findings], pa.int64()),
            "column": pa.array([each.column for each in findings], pa.string()),
            "code": pa.array([each.code for each in findings], pa.string()),
            "severity": pa.array([each.severity for each in findings], pa.string()),
            "primary": pa.array([each.primary for each in findings], pa.bool_()),
            "parameters": pa.array(
                [as_json(dict(each.parameters)) for each in findings], pa.string()
            ),
        },
    )
