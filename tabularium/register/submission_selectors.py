"""Reading for an authority's own programs: its items, its submissions and what was wrong with their rows.

Nothing here is public, and each function takes the authority whose program asks.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tabularium.register.item_versions import item_in_force
from tabularium.register.models import Authority, CatalogueItem, Entry, Finding, Submission
from tabularium.register.submission_figures import STOPPED_BY, WARNED_OF, found_in


@dataclass(frozen=True, slots=True)
class RowsByCode:
    """How many rows of a submission have what, by the code of the finding, most first.

    Attributes:
        stopped_by: rows stopped, by the finding that stopped them.
        with_errors: those of them that were stopped by something to mend.
        warned_of: rows with a warning; one with two of one code counts once.
    """

    stopped_by: Mapping[str, int]
    with_errors: Mapping[str, int]
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


def entries_of(submission: Submission) -> QuerySet[Entry]:
    """The entries that a submission made, in the order of their rows."""
    # Identities are random; the first events were written in the order of the rows.
    return Entry.objects.filter(submission=submission, events__number=1).order_by("events__pk")


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
    """How many rows of a submission have what, as was written when it was received."""
    found = found_in(submission.figures.get(STOPPED_BY), submission.figures.get(WARNED_OF))
    stopped: Counter[str] = Counter()
    by_severity = {severity: Counter[str]() for severity in Finding.Severity.values}
    for (severity, code), rows in found.items():
        by_severity[severity][code] += rows
        if severity != Finding.Severity.WARNING:
            stopped[code] += rows
    return RowsByCode(
        stopped_by=_most_first(stopped),
        with_errors=_most_first(by_severity[Finding.Severity.ERROR]),
        warned_of=_most_first(by_severity[Finding.Severity.WARNING]),
    )


def _most_first(rows: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(rows.items(), key=lambda each: (-each[1], each[0])))
