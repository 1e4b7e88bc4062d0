"""Tabularium as the benchmark uses it: the one place that knows how a file is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.facts import ITEM
from tabularium.cli.folder import open_register
from tabularium.intake import services
from tabularium.register.models import CatalogueItem, Entry, Event, Version


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


def take_in(file: Path, item: CatalogueItem, *, dry_run: bool) -> TakenIn:
    """Submit a file, or try it."""
    report = services.submit(file, item=item, dry_run=dry_run)
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
