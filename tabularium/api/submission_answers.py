"""From submissions, as the register keeps them or as a trial reports them, to what the API says of them."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from itertools import islice

from tabularium.api import submission_schemas as schemas
from tabularium.api.answers import Addresses, item_reference
from tabularium.api.receiving import Body
from tabularium.api.submission_parameters import FindingPlace
from tabularium.intake import findings as intake
from tabularium.intake.kept_findings import as_found
from tabularium.intake.reports import finding_as_json, looked_as_json, rows_with_errors
from tabularium.intake.services import SubmissionReport
from tabularium.register import models
from tabularium.register.submission_selectors import findings_of, rows_by_code

FIRST_FINDINGS = 100
"""So many findings stand in the answer of a submission that was recorded; the others are at `next`."""

MOST_FINDINGS = 1000
"""So many stand in the answer of one that was not, which has no further pages."""


def recorded(submission: models.Submission, to: Addresses) -> schemas.SubmissionAnswer:
    """What became of a submission that the register keeps; the same whenever it is asked for."""
    page = findings_page(submission, None, FIRST_FINDINGS, to)
    by_code, figures = rows_by_code(submission), submission.figures
    read_as = figures.get("read_as")
    return schemas.SubmissionAnswer(
        submission=submission.pk,
        item=item_reference(submission.item, to),
        received_at=submission.received_at.astimezone(UTC),
        file_name=submission.file_name,
        file_sha256=submission.file_sha256 or None,
        read_as=schemas.ReadAs(**read_as) if read_as else None,
        rows_read=submission.rows_read,
        entries_made=submission.entries_made,
        rows_stopped=submission.rows_stopped,
        rows_with_errors=sum(by_code.with_errors.values()),
        rows_stopped_by=dict(by_code.stopped_by),
        rows_warned_of=dict(by_code.warned_of),
        organisations_new=figures.get("organisations_new", 0),
        corrections_offered=figures.get("corrections_offered", 0),
        disappeared=figures.get("disappeared"),
        findings=page.findings,
        next=page.next,
        api_url=to.api("submissions", str(submission.pk)),
    )


def tried(
    report: SubmissionReport, item: models.CatalogueItem, body: Body, to: Addresses
) -> schemas.SubmissionAnswer:
    """What would become of a submission that was tried only, or kept back as a whole."""
    return schemas.SubmissionAnswer(
        submission=None,
        item=item_reference(item, to),
        received_at=None,
        file_name=body.path.name,
        file_sha256=body.sha256,
        read_as=schemas.ReadAs(**looked_as_json(report.looked)),
        rows_read=report.rows_read,
        entries_made=report.entries_made,
        rows_stopped=report.rows_stopped,
        rows_with_errors=rows_with_errors(report),
        rows_stopped_by=_most_first({code: rows for (_, code), rows in report.stopped_by.items()}),
        rows_warned_of=_most_first(report.warned_of),
        organisations_new=report.organisations_new,
        corrections_offered=report.corrections_offered,
        disappeared=report.disappeared,
        findings=_said(islice(report.findings, MOST_FINDINGS)),
        next=None,
        api_url=None,
    )


def findings_page(
    submission: models.Submission, place: FindingPlace | None, limit: int, to: Addresses
) -> schemas.FindingsAnswer:
    """So many findings of a submission, from a place on."""
    behind = (place.row, place.number) if place else None
    page = list(findings_of(submission, behind)[: limit + 1])
    shown = page[:limit]
    following = None
    if len(page) > limit:
        last = FindingPlace(shown[-1].row, shown[-1].pk)
        following = to.api("submissions", str(submission.pk), "findings", after=last, limit=limit)
    return schemas.FindingsAnswer(
        submission=submission.pk, findings=_said(map(as_found, shown)), next=following
    )


def _said(found: Iterable[intake.Finding]) -> list[schemas.Finding]:
    return [schemas.Finding(**{"rows": 1, **finding_as_json(each)}) for each in found]


def _most_first(rows: Mapping[intake.FindingCode, int]) -> dict[str, int]:
    return {str(code): rows[code] for code in sorted(rows, key=lambda code: (-rows[code], code))}
