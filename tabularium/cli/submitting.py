"""Submitting a file."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register

if TYPE_CHECKING:
    from tabularium.intake.readers import FileShape
    from tabularium.intake.services import SubmissionReport
    from tabularium.register.models import CatalogueItem, User

FORMATS = ("auto", "csv", "xlsx", "ods", "json", "jsonl", "parquet")
"""`readers.FileFormat`, which is not imported to show help."""
NO_QUOTE = "none"
DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "blank": " "}
"""Names of delimiters that are hard to type."""
_PARTS = ("format", "encoding", "delimiter", "quote", "sheet", "header_row", "records")


def shape_options(command: Any) -> Any:
    """The options that say how a file is written, each of which takes the place of what the item says."""
    for option in (
        click.option("--records", metavar="PATH", help="Where the list of records is in JSON."),
        click.option("--header-row", type=click.IntRange(0), help="Row with the columns' names."),
        click.option("--sheet", help="Sheet of a workbook."),
        click.option("--quote", help=f"Mark around cells; {NO_QUOTE}: there is none."),
        click.option("--delimiter", help="Between cells; a character, or: tab, semicolon, bar."),
        click.option("--encoding", help="Such as gb18030, utf-8, windows-1252."),
        click.option("--format", type=click.Choice(FORMATS), help="Of the file."),
    ):
        command = option(command)
    return command


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
    metavar="FILE",
    help="Write what was found: .xlsx or .csv, in which rows are mended and sent again, or .json.",
)
@click.option(
    "--report-rows",
    type=click.Choice(["to-mend", "with-findings", "all"]),
    help="Rows of the spreadsheet; to-mend if not said, and all with --all-or-nothing.",
)
@click.option("--all-or-nothing", is_flag=True, help="Record nothing if one row has an error.")
@click.option("--dry-run", is_flag=True, help="Check and report; record nothing.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh-hans"]),
    default="en",
    show_default=True,
    help="Of what is said about the file.",
)
@click.option("--as", "login", metavar="LOGIN", help="The clerk's account that submits.")
@shape_options
@json_option
@data_option()
def submit(
    file: Path,
    item: str,
    report: Path | None,
    report_rows: str | None,
    all_or_nothing: bool,
    dry_run: bool,
    language: str,
    login: str | None,
    as_json: bool,
    data: Path,
    **shape: Any,
) -> None:
    """Check a file of decisions row by row, and record what passes as drafts.

    Every row becomes a draft or is stopped by a finding that says why and what to do; none is lost. Drafts
    are not public: somebody else of the authority approves them (tabularium approve). A file may be sent
    again: decisions that are in the register already are recognised.

    Ends with 0 if nothing has to be mended, 1 if rows were stopped by an error, 2 if nothing was recorded.
    """
    from tabularium.cli import reporting

    if report is not None:
        reporting.check_report(report, file)
    open_register(data)
    found, item_used = _submit(
        file, item, login, dry_run=dry_run, all_or_nothing=all_or_nothing, given=shape
    )
    asked = reporting.Asked(
        file=file,
        item=item_used,
        report=report,
        rows=report_rows or ("all" if all_or_nothing else "to-mend"),
        language=reporting.Language(language),
        dry_run=dry_run,
        all_or_nothing=all_or_nothing,
    )
    is_written = report is None or reporting.write_report(found, asked)
    if as_json:
        reporting.write_json(sys.stdout, found, reporting.entries_of(found))
    else:
        reporting.say(found, asked, is_written=is_written)
    raise SystemExit(1 if reporting.rows_with_errors(found) or not is_written else 0)


def _submit(
    file: Path,
    item: str,
    login: str | None,
    *,
    dry_run: bool,
    all_or_nothing: bool,
    given: dict[str, Any],
) -> "tuple[SubmissionReport, CatalogueItem]":
    from django.db import DatabaseError, transaction

    from tabularium.intake import services
    from tabularium.intake.items import ItemError
    from tabularium.intake.readers import UnreadableFile
    from tabularium.register.errors import NotPermittedError, RefusedError

    try:
        with transaction.atomic():
            entered = _item(item)
            report = services.submit(
                file,
                item=entered,
                submitted_by=_account(login),
                dry_run=dry_run,
                all_or_nothing=all_or_nothing,
                shape=_shape(entered, given),
            )
            # A trial leaves nothing behind, not even the item.
            if dry_run:
                transaction.set_rollback(True)
    except (ItemError, UnreadableFile, NotPermittedError, RefusedError) as error:
        raise Stop(str(error)) from None
    except DatabaseError as error:
        # The first line alone: PostgreSQL goes on with the row that it refused.
        said = str(error).partition("\n")[0]
        raise Stop(f"The database refused the submission, nothing was recorded: {said}") from None
    return report, entered


def _shape(item: "CatalogueItem", given: dict[str, Any]) -> "FileShape | None":
    """What the item says of its files, but for what the command says; None if it says nothing."""
    from tabularium.intake.items import parse_item
    from tabularium.intake.readers import FileFormat, FileShape

    said = {part: given[part] for part in _PARTS if given[part] is not None}
    if not said:
        return None
    declared = parse_item(item.definition, f"{item.code}.toml").file
    if "format" in said and FileFormat(said["format"]) is not declared.format:
        # What the item says of another format holds for that one alone.
        declared = FileShape(
            columns=declared.columns, unfold=declared.unfold, needed=declared.needed
        )
    if "format" in said:
        said["format"] = FileFormat(said["format"])
    if "delimiter" in said:
        said["delimiter"] = DELIMITERS.get(said["delimiter"], said["delimiter"])
        if len(said["delimiter"]) != 1:
            raise Stop("The delimiter is one character, or one of: " + ", ".join(DELIMITERS) + ".")
    if said.get("quote", '"') not in {'"', "'", NO_QUOTE}:
        raise Stop(f"The quote is \", ' or {NO_QUOTE}.")
    return replace(declared, **said)


def _item(given: str) -> "CatalogueItem":
    from tabularium.intake.services import enter_item
    from tabularium.register.item_versions import item_in_force
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
    used = item_in_force(given)
    if used is not None:
        return used
    if CatalogueItem.objects.filter(code=given).exists():
        raise Stop(
            f"No version of the catalogue item {given!r} is used today. Name the TOML file of one."
        )
    raise Stop(
        f"The register knows no catalogue item {given!r}. Name its TOML file the first time."
    )


def _account(login: str | None) -> "User | None":
    from tabularium.register.models import User

    if login is None:
        return None
    user = User.objects.filter(login=login).first()
    if user is None:
        raise Stop(f"There is no account {login!r}. Open one: tabularium account {login} ...")
    return user
