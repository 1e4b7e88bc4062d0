"""Whether the log and the register are as they were."""

from dataclasses import asdict
from pathlib import Path

import click

from tabularium.cli.folder import data_option, json_option, open_register
from tabularium.cli.output import say_json


@click.command()
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody kept, to be compared too.",
)
@json_option
@data_option()
def check(checkpoint: Path | None, as_json: bool, data: Path) -> None:
    """Work the whole log out anew, from the database and the files, and say what differs.

    Ends with 1 if something does. What is compared: every leaf with what the register says now, every
    checkpoint that was signed, every file that is given out, and the times of events.
    """
    open_register(data)
    from tabularium.log.checking import check_log

    report = check_log(None if checkpoint is None else checkpoint.read_bytes())
    if as_json:
        say_json(asdict(report))
    else:
        click.echo(
            f"Compared {report.leaves} leaves, {report.checkpoints} checkpoints and the changes of "
            f"{report.entries} entries; {report.published} leaves are given out."
        )
        for each in report.problems:
            click.echo(f"{each.where}: {each.what}.")
        if not report.problems:
            click.echo("All of it is as it was signed.")
    if report.problems:
        raise SystemExit(1)
