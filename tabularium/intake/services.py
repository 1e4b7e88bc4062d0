"""A file becomes drafts and findings in the register: whole, or not at all."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.core.identifiers import parse
from tabularium.intake.ahead import ahead
from tabularium.intake.checks import Reopened, examine
from tabularium.intake.finding_store import FindingStore
from tabularium.intake.findings import Examined, Finding, FindingCode, Severity
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.outcomes import Outcomes
from tabularium.intake.readers import FileShape, Looked, look, open_rows
from tabularium.intake.recognition import Recognition
from tabularium.intake.reports import looked_as_json
from tabularium.register import services
from tabularium.register.models import CatalogueItem, Submission, User
from tabularium.register.services.memberships import submission_account
from tabularium.register.services.sightings import disappeared
from tabularium.register.submission_figures import by_finding
from tabularium.rules.loader import rule_book

READ_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What became of a file: every row is an entry or is stopped by a finding.

    Attributes:
        submission: as the register keeps it; None where nothing was recorded.
        looked: how the file was read.
        rows_read: rows below the header.
        entries_made: rows that became drafts, or would have in a trial; none where an error of another
            row kept them back.
        rows_stopped: rows that a finding stopped.
        organisations_new: organisations that the register did not know.
        corrections_offered: decisions of the register that the file says otherwise, offered now.
        disappeared: decisions that earlier files brought and this one no longer holds; None where the item
            does not say that its file is whole, and in a trial.
        findings: everything said about rows, in their order, on disk, with the numbers of rows by code.
    """

    submission: Submission | None
    looked: Looked
    rows_read: int
    entries_made: int
    rows_stopped: int
    organisations_new: int
    corrections_offered: int
    disappeared: int | None
    findings: FindingStore

    @property
    def stopped_by(self) -> Mapping[tuple[Severity, FindingCode], int]:
        """Rows by the finding that stopped them."""
        return self.findings.stopped_by

    @property
    def warned_of(self) -> Mapping[FindingCode, int]:
        """Rows by the code of a warning."""
        return self.findings.warned_of


def enter_item(text: str, name: str) -> CatalogueItem:
    """The item that a TOML text holds, in the register with its authority.

    Raises:
        ItemError: the text is not a whole and right item.
        RefusedError: the register has that version with another content, or it is another authority's.
    """
    spec = parse_item(text, name)
    described = spec.authority
    authority = services.ensure_authority(
        services.AuthorityDetails(
            code=described.code,
            names=described.name,
            jurisdiction=described.jurisdiction,
            time_zone=described.time_zone,
            identifier=parse(described.scheme, described.identifier) if described.scheme else None,
            website=described.website,
            corrections_route=described.corrections,
            corrections_url=described.corrections_url,
        )
    )
    return services.ensure_item(
        services.ItemDetails(
            code=spec.code,
            version=spec.version,
            kind=spec.kind,
            field=spec.field,
            title=spec.title,
            effective_from=spec.effective_from,
            effective_until=spec.effective_until,
            definition=text,
            legal_basis=spec.legal_basis.citation,
            legal_basis_url=spec.legal_basis.url,
            frequency=spec.frequency,
        ),
        authority=authority,
    )


def submit(
    path: Path,
    *,
    item: CatalogueItem,
    submitted_by: User | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    shape: FileShape | None = None,
    tell: Callable[[int], None] | None = None,
) -> SubmissionReport:
    """Read a file, check every row, and record what passes as drafts, in one transaction.

    Args:
        path: the file.
        item: what it brings; from `enter_item` or from the register.
        submitted_by: a clerk's account; without one, the authority's account for submissions.
        dry_run: check and report, and record nothing.
        all_or_nothing: record nothing if any row has an error; rows that are set aside have none.
        shape: how the file is read, where not as the item says.
        tell: told how many rows have been read, block by block.

    Raises:
        UnreadableFile: the file cannot be read as the item says; nothing is recorded.
        NotPermittedError: the account may not submit for the authority.
        RefusedError: the register refuses what passed the checks; nothing is recorded.
    """
    spec = parse_item(item.definition, f"{item.code}.toml")
    looked = look(path, shape or spec.file)
    run = _Run(item, spec, looked, all_or_nothing=all_or_nothing, tell=tell)
    today = clock.today(ZoneInfo(spec.authority.time_zone))
    outcomes = Outcomes(path, looked.shape, spec, rule_book(), today)
    try:
        if dry_run:
            for _ in run.pieces(outcomes):
                pass
            return run.report(None)
        received = services.receive_pieces(
            run.pieces(outcomes),
            item=item,
            submitted_by=submitted_by or submission_account(item.authority),
            file_name=path.name,
            file_sha256=_sha256(path),
            figures=run.figures,
        )
    except _HeldBack:
        return run.report(None)
    return run.report(received)


def check(path: Path, spec: ItemSpec) -> Iterator[Examined]:
    """What becomes of each row of a file, row by row, without a look into the register.

    Raises:
        UnreadableFile: while iterating.
    """
    today = clock.today(ZoneInfo(spec.authority.time_zone))
    rows = Reopened(lambda: open_rows(path, spec.file))
    return examine(spec, rows, rule_book(), today)


class _HeldBack(Exception):  # noqa: N818 - it says what is the case, and never leaves this module
    """A row has an error, and all rows or none were to be recorded."""


class _Run:
    """One submission while its blocks go by: what was said, and the numbers."""

    def __init__(
        self,
        item: CatalogueItem,
        spec: ItemSpec,
        looked: Looked,
        *,
        all_or_nothing: bool,
        tell: Callable[[int], None] | None,
    ) -> None:
        self._spec = spec
        self._tell = tell
        self._looked = looked
        self._recognition = Recognition(item, spec, clock.now())
        self._all_or_nothing = all_or_nothing
        self._findings = FindingStore()
        self._rows_read = self._entries = self._organisations_new = 0
        self._disappeared: int | None = None

    def pieces(self, outcomes: Outcomes) -> Iterator[services.Piece]:
        """What the register is to keep of each block; the next block is read and checked meanwhile.

        Raises:
            UnreadableFile: while iterating.
            _HeldBack: at the end, if nothing is to be recorded.
        """
        for outcome in ahead(outcomes):
            recognised = self._recognition.of(outcome)
            said = [*outcome.findings, *recognised.names_differ, *outcomes.late(outcome)]
            said.sort(key=lambda each: (each[0].row, not each[1]))
            for finding, is_primary in said:
                self._findings.add(finding, primary=is_primary)
            self._rows_read += len(outcome.numbers)
            if self._tell is not None:
                self._tell(self._rows_read)
            self._entries += outcome.drafts.num_rows
            self._organisations_new += recognised.organisations_new
            if not self._is_held_back():
                yield services.Piece(
                    rows_read=len(outcome.numbers),
                    drafts=outcome.drafts,
                    findings=[_kept(*each) for each in said],
                    recognised=recognised.changes,
                    seen=recognised.seen,
                    known=recognised.known,
                )
        if self._is_held_back():
            raise _HeldBack

    def figures(self, received: services.Received) -> dict[str, Any]:
        """What the register keeps of the file as a whole; to be asked when all its rows are recorded."""
        if self._spec.whole_list:
            self._disappeared = disappeared(received.submission).count()
        return {
            "read_as": looked_as_json(self._looked),
            **by_finding(self._findings.stopped_by, self._findings.warned_of),
            "organisations_new": self._organisations_new,
            "corrections_offered": received.offers,
            "disappeared": self._disappeared,
        }

    def report(self, received: services.Received | None) -> SubmissionReport:
        """What became of the file."""
        return SubmissionReport(
            submission=received.submission if received else None,
            looked=self._looked,
            rows_read=self._rows_read,
            entries_made=0 if self._is_held_back() else self._entries,
            rows_stopped=sum(self._findings.stopped_by.values()),
            organisations_new=self._organisations_new,
            corrections_offered=received.offers if received else 0,
            disappeared=self._disappeared,
            findings=self._findings,
        )

    def _is_held_back(self) -> bool:
        return self._all_or_nothing and any(
            severity is Severity.ERROR for severity, _ in self._findings.stopped_by
        )


def _kept(finding: Finding, is_primary: bool) -> services.FoundInRow:
    return services.FoundInRow(
        row=finding.row,
        column=finding.column,
        code=finding.code,
        severity=finding.severity,
        primary=is_primary,
        parameters=finding.parameters,
        rows=finding.rows,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BLOCK):
            digest.update(block)
    return digest.hexdigest()
