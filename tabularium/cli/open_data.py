"""Open data: building the files, and keeping a copy of another register."""

import sqlite3
import time
from pathlib import Path

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json


@click.group("open-data")
def open_data() -> None:
    """Files of all that is public, for everybody to use."""


@open_data.command()
@click.option(
    "--from-nothing",
    is_flag=True,
    help="Read every record from the register, and take none over from the old files.",
)
@json_option
@data_option()
def build(from_nothing: bool, as_json: bool, data: Path) -> None:
    """Build the files of open data now, and put them in the place of the old ones in one step.

    Records that have not changed are taken over from the old files.

    `tabularium serve` and `tabularium tick` do it every night, and as soon as an entry in the files is not
    public any more.
    """
    open_register(data)
    from tabularium.opendata.building import AlreadyBuildingError
    from tabularium.opendata.building import build as build_files

    try:
        made = build_files(from_nothing=from_nothing)
    except AlreadyBuildingError:
        raise Stop("The files are being built already; wait until that is done.") from None
    except OSError as error:
        raise Stop(f"Cannot write to the folder open-data in {data}: {error.strerror}.") from None
    if as_json:
        files = {name: each.rows for name, each in made.files.items()}
        until = made.valid_until.isoformat()
        say_json({"folder": str(made.folder), "valid_until": until, "rows": files})
        return
    for each in made.files.values():
        click.echo(f"{each.name}: {each.rows:,} rows, until {each.valid_until:%Y-%m-%d %H:%M} UTC")


@click.command()
@click.argument("register", metavar="URL")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--every", type=click.IntRange(1), help="Go on, and ask again every so many seconds.")
@json_option
def mirror(register: str, folder: Path, every: int | None, as_json: bool) -> None:
    """Keep a copy of all that the register at URL shows to the public, removals included.

    The copy is mirror.sqlite3 and entries.jsonl in FOLDER. It may be killed at any moment and goes on where
    it was. Nothing of a register is needed here.

    Ends with 1 if the register could not be reached or answered otherwise than it should.
    """
    from tabularium import clock
    from tabularium.mirroring.copy import AnotherRegisterError, Mirror
    from tabularium.mirroring.fetching import UnreachableError, fetch

    try:
        kept = Mirror(register, folder, fetch)
    except AnotherRegisterError as error:
        raise Stop(f"The folder {folder} holds the copy of another register, {error}.") from None
    except (OSError, sqlite3.Error) as error:
        raise Stop(f"Cannot write to the folder {folder}: {error}.") from None
    failed = False
    while True:
        try:
            report = kept.run(clock.now())
        except UnreachableError as error:
            failed = True
            click.echo(f"Not brought up to date: {error}.", err=True)
        else:
            failed = False
            said = {"taken": report.taken, "removed": report.removed, "entries": report.entries}
            if as_json:
                say_json(said)
            else:
                click.echo(
                    f"{report.taken:,} taken in, {report.removed:,} deleted;"
                    f" {report.entries:,} entries in the copy."
                )
        if every is None:
            break
        time.sleep(every)
    kept.close()
    raise SystemExit(1 if failed else 0)
