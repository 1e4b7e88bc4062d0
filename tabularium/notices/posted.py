"""A posting list that comes back, with the day on which each letter was posted."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tabularium.core.clocks import local_day
from tabularium.core.life import NotAllowedError
from tabularium.intake.readers import FileShape, open_rows
from tabularium.intake.values import parse_day
from tabularium.notices.posting import NOTICE, POSTED_ON
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Membership, Notice, User
from tabularium.register.services.memberships import require_role

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d")
"""As spreadsheet programs turn the form that the list asks for into their own."""

SHAPE = FileShape(header_row=1, needed=frozenset({NOTICE, POSTED_ON}))
"""How a list is written; the rest is found out from the file."""

NO_SUCH_NOTICE = "no-such-notice"
NO_DAY = "no-day"
BROKEN_ROW = "broken-row"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a list that was not taken over: where, as a code, and in words."""

    row: int
    reason: str
    message: str


@dataclass(slots=True)
class PostedReport:
    """What became of a list.

    Attributes:
        posted: how many letters were recorded as posted.
        known: how many had been recorded so before, for the same day.
        open: how many rows name no day yet.
        problems: rows that were not taken over.
    """

    posted: int = 0
    known: int = 0
    open: int = 0
    problems: list[RowProblem] = field(default_factory=list)


def confirm(path: Path, *, by: User) -> PostedReport:
    """Record what a posting list says was posted, each letter in a transaction of its own.

    Read again, it changes nothing. A row without a day is left open.

    Args:
        path: the list, as CSV, XLSX or ODS.
        by: a clerk or approver of the letters' authority.

    Raises:
        UnreadableFile: the file cannot be read, or lacks the columns of a list.
    """
    report = PostedReport()
    for row in open_rows(path, SHAPE):
        if row.trouble is not None:
            message = "The row cannot be read."
            report.problems.append(RowProblem(row.number, BROKEN_ROW, message))
            continue
        key = (row.cells.get(NOTICE) or "").strip()
        day = (row.cells.get(POSTED_ON) or "").strip()
        if not day:
            report.open += bool(key)
            continue
        _confirm(report, row.number, key, day, by)
    return report


def _confirm(report: PostedReport, row: int, key: str, day: str, by: User) -> None:
    notice = by_key(key)
    on = parse_day(day, _DAYS)
    if notice is None:
        message = "There is no notice of that name."
        report.problems.append(RowProblem(row, NO_SUCH_NOTICE, message))
        return
    if on is None:
        message = "The day of posting is no day; write it as 2026-03-05."
        report.problems.append(RowProblem(row, NO_DAY, message))
        return
    try:
        if _was_posted(notice, on, by):
            report.known += 1
            return
        services.letter_posted(notice.pk, on=on, by=by)
    except (RefusedError, NotAllowedError) as error:
        report.problems.append(RowProblem(row, error.reason, str(error)))
    except NotPermittedError:
        message = "The letter is of another authority, or the account may not say so."
        report.problems.append(RowProblem(row, "not-permitted", message))
    else:
        report.posted += 1


def by_key(key: str) -> Notice | None:
    """The notice of that name (`contents.key_of`); None if there is none."""
    entry, _, rest = key.partition(".")
    number, _, purpose = rest.partition(".")
    if not number.isascii() or not number.isdigit():
        return None
    found = Notice.objects.filter(
        event__entry=entry, event__number=int(number), purpose=purpose
    ).select_related("event", "version__entry__authority")
    return found.first()


def _was_posted(notice: Notice, on: date, by: User) -> bool:
    """Whether the same was said before: the list was read already, or its reading was interrupted."""
    authority = notice.version.entry.authority
    require_role(by, authority, Membership.Role.CLERK, Membership.Role.APPROVER)
    if notice.given_at is None or notice.fact != Notice.Fact.POSTED:
        return False
    return local_day(notice.given_at, ZoneInfo(authority.time_zone)) == on
