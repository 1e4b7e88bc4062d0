"""Reading for an authority's own programs: its items, its submissions and what was wrong with their rows.

Nothing here is public, and each function takes the authority whose program asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from tabularium.register.item_versions import item_in_force
from tabularium.register.models import Authority, CatalogueItem, Finding, Submission


@dataclass(frozen=True, slots=True)
class RowsByCode:
    """How many rows of a submission have what, by the code of the finding.

    Attributes:
        stopped_by: rows stopped, by the finding that stopped them, most first.
        warned_of: warnings; a row with two of one code is in twice.
    """

    stopped_by: Mapping[str, int]
    warned_of: Mapping[str, int]


def item_of(authority: Authority, code: str) -> CatalogueItem | None:
    """The version of an item by which a file is read that comes now; None if the authority has no such."""
    item = item_in_force(code)
    return item if item is not None and item.authority_id == authority.pk else None


def submission_of(authority: Authority, number: int) -> Submission | None:
    """A submission of the authority, with its item; None if it has none of that number."""
    return (
        Submission.objects.filter(pk=number, item__authority=authority)
        .select_related("item__authority")
        .first()
    )


def findings_of(submission: Submission, behind: tuple[int, int] | None = None) -> QuerySet[Finding]:
    """Everything that was said about the rows of a submission, in their order.

    Args:
        submission: which.
        behind: row and number of a finding; what comes up to it is left out.
    """
    found = Finding.objects.filter(submission=submission).order_by("row", "pk")
    if behind is None:
        return found
    row, number = behind
    return found.filter(Q(row__gt=row) | Q(row=row, pk__gt=number))


def rows_by_code(submission: Submission) -> RowsByCode:
    """How many rows of a submission have what."""
    found = Finding.objects.filter(submission=submission)
    return RowsByCode(
        stopped_by=_rows(found.filter(primary=True)),
        warned_of=_rows(found.filter(severity=Finding.Severity.WARNING)),
    )


def _rows(found: QuerySet[Finding]) -> dict[str, int]:
    grouped = found.order_by().values_list("code").annotate(rows_in_all=Sum("rows"))
    return dict(sorted(grouped, key=lambda each: (-each[1], each[0])))
