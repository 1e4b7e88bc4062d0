"""Submitting a file."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json, table

if TYPE_CHECKING:
    from tabularium.intake.findings import Finding
    from tabularium.intake.services import SubmissionReport
    from tabularium.register.models import CatalogueItem, User

SHOWN = 20
REPORT_COLUMNS = (
    "row",
    "column",
    "severity",
    "code",
    "message",
    "what_to_do",
    "message_zh",
    "what_to_do_zh",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--item",
    required=True,
    metavar="ITEM",
    help="What the file brings: a catalogue item's TOML file, or its code in the register.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write every finding there: .json, or .csv for a spreadsheet.",
)
@click.option("--dry-run", is_flag=True, help="Check and report; record nothing.")
@click.option("--as", "login", metavar="LOGIN", help="The clerk's account that submits.")
@json_option
@data_option()
def submit(
    file: Path,
    item: str,
    report: Path | None,
    dry_run: bool,
    login: str | None,
    as_json: bool,
    data: Path,
) -> None:
    """Check a file of decisions row by row, and record what passes as drafts.

    Every row becomes a draft or is stopped by a finding that says why and what to do; none is lost. Drafts
    are not public: somebody else of the authority approves them (tabularium approve). A file may be sent
    again: decisions that are in the register already are recognised.

    Ends with 0 if nothing has to be mended, 1 if rows were stopped by an error, 2 if nothing was recorded.
    """
    if report is not None:
        _check_report(report, file)
    open_register(data)
    found = _submit(file, item, login, dry_run=dry_run)
    if report is not None:
        _write_report(report, found)
    if as_json:
        say_json(_as_json(found))
    else:
        _say(found, file, report)
    raise SystemExit(1 if _errors(found) else 0)


def _submit(file: Path, item: str, login: str | None, *, dry_run: bool) -> "SubmissionReport":
    from django.db import DatabaseError, transaction

    from tabularium.intake import services
    from tabularium.intake.items import ItemError
    from tabularium.intake.readers import UnreadableFile
    from tabularium.register.errors import NotPermittedError, RefusedError

    try:
        with transaction.atomic():
            entered = _item(item)
            report = services.submit(
                file, item=entered, submitted_by=_account(login), dry_run=dry_run
            )
            # A trial leaves nothing behind, not even the item.
            transaction.set_rollback(dry_run)
    except (ItemError, UnreadableFile, NotPermittedError, RefusedError) as error:
        raise Stop(str(error)) from None
    except DatabaseError as error:
        # The first line alone: PostgreSQL goes on with the row that it refused.
        said = str(error).partition("\n")[0]
        raise Stop(f"The database refused the submission, nothing was recorded: {said}") from None
    return report


def _item(given: str) -> "CatalogueItem":
    from tabularium.intake.services import enter_item
    from tabularium.register.models import CatalogueItem

    path = Path(given)
    if path.suffix == ".toml":
        try:
            if path.exists() and not path.is_file():
                raise Stop(f"The item {given} is no file. Name the item's TOML file.")
            return enter_item(path.read_text("utf-8-sig"), path.name)
        except OSError as error:
            raise Stop(f"The item {given} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise Stop(f"The item {given} is not in UTF-8. Save it so.") from None
    latest = CatalogueItem.objects.filter(code=given).order_by("-version").first()
    if latest is None:
        raise Stop(
            f"The register knows no catalogue item {given!r}. Name its TOML file the first time."
        )
    return latest


def _account(login: str | None) -> "User | None":
    from tabularium.register.models import User

    if login is None:
        return None
    user = User.objects.filter(login=login).first()
    if user is None:
        raise Stop(f"There is no account {login!r}. Open one: tabularium account {login} ...")
    return user


def _errors(found: "SubmissionReport") -> int:
    from tabularium.intake.findings import Severity

    return sum(each.severity is Severity.ERROR for each in found.primary)


def _described(finding: "Finding") -> dict[str, Any]:
    from tabularium.intake.messages import describe

    wording = describe(finding)
    return {
        "row": finding.row,
        "column": finding.column,
        "code": finding.code,
        "severity": finding.severity,
        "message": wording.en,
        "what_to_do": wording.action_en,
        "message_zh": wording.zh,
        "what_to_do_zh": wording.action_zh,
    }


def _as_json(found: "SubmissionReport") -> dict[str, Any]:
    return {
        "submission": None if found.submission is None else found.submission.pk,
        "rows_read": found.rows_read,
        "entries_made": found.entries_made,
        "rows_stopped": found.rows_stopped,
        "rows_stopped_by": dict(Counter(str(each.code) for each in found.primary).most_common()),
        "entries": list(found.entry_ids),
        "findings": [_described(each) for each in found.findings],
    }


def _check_report(path: Path, file: Path) -> None:
    """Refuse, before anything is recorded, a report that could not be written afterwards.

    Raises:
        Stop: it is of another form, in the place of the file itself, or cannot be written.
    """
    if path.suffix not in {".json", ".csv"}:
        raise Stop(f"The report {path} has another ending than .json or .csv. Name it so.")
    if path.exists() and file.exists() and path.samefile(file):
        raise Stop(f"The report {path} would take the place of the file submitted. Name another.")
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise Stop(f"The report {path} cannot be written: {error.strerror}.") from None


def _write_report(path: Path, found: "SubmissionReport") -> None:
    described = [_described(each) for each in found.findings]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            if path.suffix == ".json":
                json.dump(_as_json(found), file, ensure_ascii=False, indent=2)
                return
            writer = csv.writer(file)
            writer.writerow(REPORT_COLUMNS)
            for each in described:
                writer.writerow(_no_formula(str(each[name])) for name in REPORT_COLUMNS)
    except OSError as error:
        raise Stop(f"The report {path} cannot be written: {error.strerror}.") from None


def _no_formula(text: str) -> str:
    """A cell that a spreadsheet program shows and does not run."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _say(found: "SubmissionReport", file: Path, report: Path | None) -> None:
    what = "would become drafts" if found.submission is None else "became drafts"
    click.echo(
        f"{file.name}: {found.rows_read:,} rows read, {found.entries_made:,} {what},"
        f" {found.rows_stopped:,} stopped."
    )
    if found.primary:
        click.echo()
        counted = Counter((str(each.severity), str(each.code)) for each in found.primary)
        table(
            ("rows", "why", "finding"),
            [(number, severity, code) for (severity, code), number in counted.most_common()],
        )
    errors = [each for each in found.findings if each.severity == "error"]
    if errors:
        click.echo()
        for each in errors[:SHOWN]:
            said = _described(each)
            where = f"row {said['row']}" + (f", column {said['column']}" if said["column"] else "")
            click.echo(f"{where}: {said['message']} {said['what_to_do']}")
        if len(errors) > SHOWN:
            click.echo(f"... and {len(errors) - SHOWN:,} more; --report FILE writes them all.")
    if report is not None:
        click.echo(f"\nAll findings are in {report}.")
    if found.submission is not None and found.entry_ids:
        click.echo(f"\nSubmission {found.submission.pk}. Next: tabularium approve --help")
