"""Checking a file on an engine, without a register."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tabularium.cli.folder import Stop, json_option
from tabularium.cli.output import table

if TYPE_CHECKING:
    from tabularium.intake.item_parts import ItemSpec
    from tabularium.intake.readers.looked import Looked
    from tabularium.intake.sets.checking import Checked

SHOWN = 20
"""Errors that are shown on the screen."""


@click.command("check-file")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--item",
    required=True,
    metavar="ITEM",
    type=click.Path(path_type=Path),
    help="What the file brings: a catalogue item's TOML file.",
)
@click.option(
    "--engine",
    type=click.Choice(("duckdb", "spark")),
    default="duckdb",
    show_default=True,
    help="What runs the set-based checks; Spark is an extra and needs Java.",
)
@json_option
def check_file(file: Path, item: Path, engine: str, as_json: bool) -> None:
    """Check every row of a file, without a register.

    The checks of whole columns run on the engine; rows that do not plainly pass them are looked at one by
    one. The findings are the same on every engine, and the same as those of `tabularium submit`, but for
    what only a register can know. Nothing is recorded.

    Spark runs on this machine, or on the cluster whose address TABULARIUM_SPARK_MASTER gives.

    Ends with 0 if nothing has to be mended, 1 if rows have an error, 2 if the file could not be checked.
    """
    spec = _item(item)
    looked, checked = _checked(file, spec, engine)
    try:
        if as_json:
            _write_json(looked, checked)
        else:
            _say(file, looked, checked)
        raise SystemExit(1 if _errors(checked) else 0)
    finally:
        checked.findings.close()


def _item(path: Path) -> "ItemSpec":
    from tabularium.intake.items import ItemError, parse_item

    try:
        return parse_item(path.read_text("utf-8-sig"), str(path))
    except OSError as error:
        raise Stop(f"The item {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Stop(f"The item {path} is not in UTF-8. Save it so.") from None
    except ItemError as error:
        raise Stop(str(error)) from None


def _checked(file: Path, spec: "ItemSpec", engine: str) -> "tuple[Looked, Checked]":
    from tabularium import clock
    from tabularium.intake.readers import UnreadableFile, look
    from tabularium.intake.sets.checking import check_file as check
    from tabularium.intake.sets.engines import ENGINES, EngineMissing, EngineName
    from tabularium.rules.loader import rule_book

    today = clock.today(ZoneInfo(spec.authority.time_zone))
    try:
        looked = look(file, spec.file)
        with ENGINES[EngineName(engine)]() as running:
            return looked, check(file, looked.shape, spec, rule_book(), today, running)
    except (UnreadableFile, EngineMissing) as error:
        raise Stop(str(error)) from None


def _errors(checked: "Checked") -> int:
    """Rows that were stopped by something to mend."""
    from tabularium.intake.findings import Severity

    stopped = checked.findings.stopped_by.items()
    return sum(rows for (severity, _), rows in stopped if severity is Severity.ERROR)


def _figures(checked: "Checked") -> dict[str, Any]:
    return {
        "rows_read": checked.rows_read,
        "rows_stopped": checked.rows_stopped,
        "rows_with_errors": _errors(checked),
        "rows_passed_as_a_set": checked.rows_by_set,
        "why_by_row": checked.why_by_row,
        "rows_by_finding": [
            {"severity": severity, "code": code, "rows": rows}
            for severity, code, rows in _counted(checked)
        ],
    }


def _counted(checked: "Checked") -> Iterator[tuple[str, str, int]]:
    """Rows by what stopped them, and then by what they are warned of, most rows first."""
    from tabularium.intake.findings import Severity

    findings = checked.findings
    for (severity, code), rows in sorted(
        findings.stopped_by.items(), key=lambda each: (-each[1], each[0])
    ):
        yield str(severity), str(code), rows
    for code, rows in sorted(findings.warned_of.items(), key=lambda each: (-each[1], each[0])):
        yield str(Severity.WARNING), str(code), rows


def _write_json(looked: "Looked", checked: "Checked") -> None:
    """Finding by finding: a file may bring more than memory holds."""
    from tabularium.intake.reports import finding_as_json

    figures = {"read_as": looked.text_en, **_figures(checked)}
    out = sys.stdout
    out.write("{\n")
    out.writelines(
        f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n"
        for name, value in figures.items()
    )
    out.write('  "findings": [')
    between = "\n    "
    for finding in checked.findings:
        out.write(between + json.dumps(finding_as_json(finding), ensure_ascii=False))
        between = ",\n    "
    out.write("]\n}\n")


def _say(file: Path, looked: "Looked", checked: "Checked") -> None:
    from tabularium.intake.findings import Severity
    from tabularium.intake.messages import describe
    from tabularium.intake.safe_cells import visible

    click.echo(f"{file.name}: read as {looked.text_en}")
    click.echo(
        f"{checked.rows_read:,} rows read, {checked.rows_stopped:,} stopped, of which"
        f" {_errors(checked):,} to mend. Nothing was recorded."
    )
    if checked.why_by_row:
        click.echo(f"Every row was looked at by itself: {checked.why_by_row}.")
    else:
        click.echo(f"{checked.rows_by_set:,} rows pass the set-based checks as they are.")
    counted = [(f"{rows:,}", severity, code) for severity, code, rows in _counted(checked)]
    if counted:
        click.echo()
        table(("rows", "what", "finding"), counted)
    errors = (each for each in checked.findings if each.severity is Severity.ERROR)
    for place, each in enumerate(islice(errors, SHOWN)):
        if place == 0:
            click.echo()
        said = describe(each)
        # A column's name is the file's own, and a terminal obeys some characters.
        click.echo(visible(f"row {each.row}: {said.en} {said.action_en}"))
    if next(errors, None) is not None:
        click.echo("... and more; --json says them all.")
