"""Backups, and bringing a register back from one."""

import os
from pathlib import Path

import click

from tabularium.cli.folder import Stop, data_option, json_option, make, open_register
from tabularium.cli.output import say_json


@click.command()
@click.argument("place", type=click.Path(path_type=Path))
@json_option
@data_option()
def backup(place: Path, as_json: bool, data: Path) -> None:
    """Write a backup of the whole register to PLACE, while it is in use.

    PLACE is a file that is not there yet, or a folder, in which a file is made that the instant names.

    Everything in it is sealed by keys that lie in the data folder under `keys` (or TABULARIUM_KEYS) and in no
    backup. Keep them apart from the backups, with the file secret.key: without them no backup can be read,
    and when they are destroyed on schedule, what was to be forgotten is forgotten in every backup.
    """
    open_register(data)
    from tabularium import clock
    from tabularium.operation.last import BACKUP, note
    from tabularium.register.backups.errors import BackupError
    from tabularium.register.backups.forgetting import register_keys
    from tabularium.register.backups.making import make_backup

    file = place / f"{clock.now():%Y-%m-%dT%H%M%SZ}.tabularium" if place.is_dir() else place
    if file.exists():
        raise Stop(f"There is a file {file} already. Name another.")
    part = file.with_name(file.name + ".part")
    keys = register_keys()
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            report = make_backup(stream, keys)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(file)
        note(BACKUP)
    except BackupError as error:
        part.unlink(missing_ok=True)
        raise Stop(str(error)) from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Stop(f"Cannot write {file}: {error.strerror}.") from None
    if as_json:
        rows = {label: report.rows[label] for label in sorted(report.rows)}
        say_json({"file": str(file), "key": report.month, "rows": rows, "keys": str(keys.folder)})
    else:
        click.echo(
            f"Wrote {file}: {report.rows.total():,} rows, sealed by the keys in {keys.folder}."
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@data_option()
def restore(file: Path, as_json: bool, data: Path) -> None:
    """Bring a register back from the backup FILE into a new data folder.

    Put the keys (folder `keys`, or TABULARIUM_KEYS) and the file secret.key there first. With
    TABULARIUM_DATABASE the register comes into that PostgreSQL database, whichever kind the backup was made
    of. Then the consistency of the whole is checked.

    Ends with 1 if something is not consistent.
    """
    had_secret = not make(data)
    from django.db import DatabaseError

    from tabularium.register import consistency
    from tabularium.register.backups.errors import BackupError
    from tabularium.register.backups.forgetting import register_keys
    from tabularium.register.backups.restoring import restore as bring_back

    try:
        with file.open("rb") as stream:
            report = bring_back(stream, register_keys())
    except BackupError as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"Cannot read {file}: {error.strerror}.") from None
    except DatabaseError as error:
        raise Stop(f"The database refused it: {str(error).partition(chr(10))[0]}") from None
    problems = [f"{each.where}: {each.what}" for each in consistency.check().problems]
    if as_json:
        rows = {label: report.rows[label] for label in sorted(report.rows)}
        say_json(
            {
                "made_at": report.made_at.isoformat(),
                "rows": rows,
                "forgotten": report.forgotten,
                "problems": problems,
            }
        )
    else:
        click.echo(f"Brought back {report.rows.total():,} rows, as they stood {report.made_at}.")
        click.echo(f"{report.forgotten:,} entries came back erased, for their time was over.")
        if not had_secret:
            click.echo(
                "There was no secret.key: codes in letters sent before do not hold any more."
            )
        for each in problems:
            click.echo(each, err=True)
    raise SystemExit(1 if problems else 0)
