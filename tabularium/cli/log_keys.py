"""The keys that sign the log."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from tabularium.cli.folder import Stop, data_option, json_option, open_register
from tabularium.cli.output import say_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tabularium.log.keys import Signer

Made = TypeVar("Made")


@click.group()
def key() -> None:
    """Make, show and rotate the keys that sign the log.

    The private key lies in the file log-keys of the data folder, which its owner alone can read, or in the
    token that log.toml names. Keep a copy of the file in a place apart: without it nothing can be signed that
    readers know to be yours. What is printed are verifier keys. They are public: publish them where readers
    would look, and not only on the register's own site.
    """


@key.command()
@json_option
@data_option()
def new(as_json: bool, data: Path) -> None:
    """Make the first key of the log, and print its verifier key.

    The log is called after the register: its address (TABULARIUM_ADDRESS) without https:// and with /log
    after it, or whatever TABULARIUM_LOG_NAME says. Set it first: the name stands in the key and in all that
    it signs, and does not change any more.
    """
    open_register(data)
    from django.conf import settings

    from tabularium.log import signing

    made = _done(lambda: signing.new_key(settings.LOG_NAME))
    _say([made], as_json, f"Made the key of the log {made.name}.")


@key.command()
@json_option
@data_option()
def show(as_json: bool, data: Path) -> None:
    """Print the verifier keys, that of today first; never a private key."""
    open_register(data)
    from tabularium.log import signing

    _say(_done(signing.signers), as_json)


@key.command()
@json_option
@data_option()
def rotate(as_json: bool, data: Path) -> None:
    """Put a new key in the place of today's, and print the verifier keys.

    The key of today goes on signing beside the new one until the next rotation, so that readers who know it
    alone can still check. Publish the new verifier key now, and rotate again when they had time to take it.
    After a private key was seen by somebody, rotate twice: then it signs nothing any more.
    """
    open_register(data)
    from tabularium.log import signing

    _done(signing.rotate)
    _say(
        _done(signing.signers),
        as_json,
        "Made a new key; the one before it signs too until the next time.",
    )


def _done(what: "Callable[[], Made]") -> Made:
    from tabularium.log.configuration import LogConfigurationError
    from tabularium.log.keys import KeyFileError

    try:
        return what()
    except (KeyFileError, LogConfigurationError) as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"The file of keys cannot be written: {error.strerror}.") from None


def _say(keys: "list[Signer]", as_json: bool, done: str = "") -> None:
    """Print verifier keys alone on standard output, so that they can be led into a file."""
    if as_json:
        say_json({"name": keys[0].name, "verifier_keys": [str(each.verifier) for each in keys]})
        return
    if done:
        click.echo(f"{done} Publish what follows; what signs is kept, and is not shown.", err=True)
    for each in keys:
        click.echo(str(each.verifier))
