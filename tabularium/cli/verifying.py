"""Checking extracts and checkpoints: no register, no network, and nothing of Django is needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tabularium.cli.folder import json_option
from tabularium.cli.output import say_json

_key_option = click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    metavar="VERIFIER_KEY",
    help="A verifier key of the register's log, from a source that you trust and not from the extract. "
    "May be given several times.",
)


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    language = click.option(
        "--language",
        type=click.Choice(["en", "zh-hans"]),
        default="en",
        show_default=True,
        help="Of what is said.",
    )
    return _key_option(language(json_option(command)))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="VERIFIER_KEY",
    help="A verifier key of a witness that has to have signed the log too. May be given several times.",
)
@_common
def verify(
    file: Path, witnesses: tuple[str, ...], keys: tuple[str, ...], language: str, as_json: bool
) -> None:
    """Check an extract: the JSON, or the PDF that carries it.

    Says what is proven and what is not. Needs nothing but the file and the key.

    Ends with 0 if it is proven, 1 if it is not, 2 if it cannot be judged.
    """
    from tabularium_verify.command import answer_for
    from tabularium_verify.saying import as_json as told_to_programs
    from tabularium_verify.saying import told
    from tabularium_verify.words import Language

    answer = answer_for(file, keys, witnesses)
    if as_json:
        say_json(told_to_programs(answer))
    else:
        click.echo("\n".join(told(answer, Language(language))))
    raise SystemExit(int(answer.verdict))


@click.command("verify-consistency")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--proof", type=click.Path(path_type=Path), help="A proof, as --write makes one.")
@click.option(
    "--tiles",
    type=click.Path(path_type=Path),
    help="A copy of the log's public folder, with `tile` in it.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    help="Write the proof that the tiles give to a file.",
)
@_common
def verify_consistency(
    old: Path,
    new: Path,
    proof: Path | None,
    tiles: Path | None,
    write: Path | None,
    keys: tuple[str, ...],
    language: str,
    as_json: bool,
) -> None:
    """Check that the log still has all that it had: two checkpoints that you kept, OLD and NEW.

    Give a proof, or the files of the log, from which it is built.

    Ends with 0 if it is proven, 1 if it is not, 2 if it cannot be judged.
    """
    from tabularium_verify.command import answer_for_two
    from tabularium_verify.saying import told_of_two, two_as_json
    from tabularium_verify.words import Language

    if (proof is None) == (tiles is None):
        raise click.UsageError("Give either --proof or --tiles.")
    answer = answer_for_two(old, new, proof, tiles, keys)
    if write is not None and answer.proof is not None:
        write.write_bytes(answer.proof.encode())
    if as_json:
        say_json(two_as_json(answer))
    else:
        click.echo("\n".join(told_of_two(answer, Language(language))))
    raise SystemExit(int(answer.verdict))
