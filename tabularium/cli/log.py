"""The commands of the transparency log."""

import click

from tabularium.cli.log_checking import check
from tabularium.cli.log_keys import key


@click.group()
def log() -> None:
    """Keep the log by which anyone can check that the register changes nothing in silence.

    Every public change of an entry leaves a leaf in it; its size and root are signed on a schedule and
    published below /log/. docs/log.md says what it shows, docs/log-operating.md how it is run.
    """


log.add_command(key)
log.add_command(check)
