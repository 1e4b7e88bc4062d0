"""A file becomes drafts and findings in the register: whole, or not at all."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.core.content import Draft
from tabularium.core.identifiers import parse
from tabularium.intake.checks import examine
from tabularium.intake.findings import Examined, Finding, FindingCode, Severity
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.readers import open_rows
from tabularium.register import services
from tabularium.register.models import CatalogueItem, Submission, User
from tabularium.register.services.memberships import submission_account
from tabularium.register.services.recording import keys_in_register
from tabularium.rules.loader import rule_book

READ_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What became of a file: every row is an entry or is stopped by a finding.

    Attributes:
        submission: as the register keeps it; None for a trial.
        rows_read: rows below the header.
        entries_made: rows that became drafts, or would have in a trial.
        rows_stopped: rows that did not.
        findings: everything said about rows, in their order; warnings among them stop nothing.
        primary: the finding that stopped a row, one for each row stopped.
        entry_ids: identities of the drafts, in the order of rows; none for a trial.
    """

    submission: Submission | None
    rows_read: int
    entries_made: int
    rows_stopped: int
    findings: Sequence[Finding]
    primary: Sequence[Finding]
    entry_ids: Sequence[str]


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
) -> SubmissionReport:
    """Read a file, check every row, and record what passes as drafts.

    Args:
        path: the file.
        item: what it brings; from `enter_item` or from the register.
        submitted_by: a clerk's account; without one, the authority's account for submissions.
        dry_run: check and report, and record nothing.

    Raises:
        UnreadableFile: the file cannot be read as the item says; nothing is recorded.
        NotPermittedError: the account may not submit for the authority.
        RefusedError: the register refuses what passed the checks; nothing is recorded.
    """
    spec = parse_item(item.definition, f"{item.code}.toml")
    examined = list(check(path, spec))
    known = keys_in_register(item, (each.draft.key for each in examined if each.draft))
    examined = [_recognise(each, known) for each in examined]
    drafts = [each.draft for each in examined if each.draft is not None]
    findings = [finding for each in examined for finding in each.findings]
    primary = [each.primary for each in examined if each.primary is not None]
    submission, entry_ids = (
        (None, []) if dry_run else _keep(path, item, submitted_by, drafts, examined)
    )
    return SubmissionReport(
        submission=submission,
        rows_read=len(examined),
        entries_made=len(drafts),
        rows_stopped=len(primary),
        findings=findings,
        primary=primary,
        entry_ids=entry_ids,
    )


def check(path: Path, spec: ItemSpec) -> Iterator[Examined]:
    """What becomes of each row of a file, without a look into the register.

    Raises:
        UnreadableFile: while iterating.
    """
    today = clock.today(ZoneInfo(spec.authority.time_zone))
    return examine(spec, open_rows(path, spec.file), rule_book(), today)


def _recognise(examined: Examined, known: set[str]) -> Examined:
    """A decision that stands in the register under its key is not recorded a second time."""
    if examined.draft is None or examined.draft.key not in known:
        return examined
    again = Finding(FindingCode.ALREADY_IN_REGISTER, Severity.SET_ASIDE, examined.row)
    return Examined(examined.row, None, (*examined.findings, again))


def _keep(
    path: Path,
    item: CatalogueItem,
    submitted_by: User | None,
    drafts: Sequence[Draft],
    examined: Sequence[Examined],
) -> tuple[Submission, list[str]]:
    received = services.receive(
        drafts,
        item=item,
        submitted_by=submitted_by or submission_account(item.authority),
        file_name=path.name,
        file_sha256=_sha256(path),
        rows_read=len(examined),
        findings=_rows(examined),
    )
    return received.submission, [entry.pk for entry in received.entries]


def _rows(examined: Iterable[Examined]) -> Iterator[services.FoundInRow]:
    for each in examined:
        primary = each.primary
        for finding in each.findings:
            yield services.FoundInRow(
                row=finding.row,
                column=finding.column,
                code=finding.code,
                severity=finding.severity,
                primary=finding is primary,
                parameters=finding.parameters,
            )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BLOCK):
            digest.update(block)
    return digest.hexdigest()
