"""Tabularium as the benchmark uses it: the one place that knows how a file is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.facts import ITEM
from tabularium import clock
from tabularium.cli.folder import open_register
from tabularium.intake import services
from tabularium.intake.items import parse_item
from tabularium.intake.readers import look
from tabularium.intake.sets.checking import check_file
from tabularium.intake.sets.engines import OnDuckDB
from tabularium.register.models import CatalogueItem, Entry, Event, Version
from tabularium.rules.loader import rule_book

_IMPORTED_WHEN_USED = (
    *("holidays.countries", "ibis.backends.sql.compilers", "pandas", "pyarrow.compute"),
    "pyarrow.csv",
)
"""What is imported when it is first used: before the clock runs, as it is for the peers."""
for _module in _IMPORTED_WHEN_USED:
    import_module(_module)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a submission says of itself.

    Attributes:
        rows_read: rows below the header.
        entries_made: rows that became entries, or would have.
        stopped_by: rows by the code of the finding that stopped them.
        warned_of: rows by the code of a warning.
    """

    rows_read: int
    entries_made: int
    stopped_by: Mapping[str, int]
    warned_of: Mapping[str, int]


def open_with_item(folder: Path) -> CatalogueItem:
    """The benchmark's item, entered in the register that `folder` holds."""
    open_register(folder)
    return services.enter_item(ITEM.read_text("utf-8"), ITEM.name)


def check(file: Path) -> TakenIn:
    """Check a file as `tabularium check-file` does: every check but those that only a register can make."""
    item = parse_item(ITEM.read_text("utf-8"), ITEM.name)
    today = clock.today(ZoneInfo(item.authority.time_zone))
    with OnDuckDB() as engine:
        checked = check_file(file, look(file, item.file).shape, item, rule_book(), today, engine)
    with checked.findings as findings:
        return TakenIn(
            rows_read=checked.rows_read,
            entries_made=checked.rows_read - checked.rows_stopped,
            stopped_by={str(code): rows for (_, code), rows in findings.stopped_by.items()},
            warned_of={str(code): rows for code, rows in findings.warned_of.items()},
        )


def take_in(file: Path, item: CatalogueItem) -> TakenIn:
    """Submit a file."""
    report = services.submit(file, item=item)
    return TakenIn(
        rows_read=report.rows_read,
        entries_made=report.entries_made,
        stopped_by={str(code): rows for (_, code), rows in report.stopped_by.items()},
        warned_of={str(code): rows for code, rows in report.warned_of.items()},
    )


def kept() -> Mapping[str, int]:
    """How many entries, versions and events the register holds."""
    return {
        "entries": Entry.objects.count(),
        "versions": Version.objects.count(),
        "events": Event.objects.count(),
    }
