"""What commands print."""

import json
from collections.abc import Sequence
from typing import Any

import click

SHOWN_AROUND = 80
"""Characters of a line that are shown before the place it is about, and behind it."""


def say_json(value: Any) -> None:
    """Print a value as JSON, readable and with Chinese as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads, aligned; wide characters count as two."""
    texts = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Print names and values one under the other, leaving out what is empty."""
    given = [(name, str(value)) for name, value in pairs if value not in {None, ""}]
    width = max((len(name) for name, _ in given), default=0)
    for name, value in given:
        first, *more = value.splitlines() or [""]
        click.echo(f"{name:<{width}}  {first}")
        for line in more:
            click.echo(" " * (width + 2) + line)


def point(line: str, column: int) -> None:
    """Print a line of a text, and under it a mark at the character `column`, counted from 1.

    Of a long line the part around the mark. What a terminal would obey is printed as a question mark.
    """
    shown = "".join(each if each.isprintable() else " " if each == "\t" else "?" for each in line)
    first = max(0, column - SHOWN_AROUND)
    before = shown[first : column - 1]
    click.echo("    " + shown[first : column + SHOWN_AROUND].rstrip())
    click.echo("    " + " " * _width(before) + "^")


def _width(text: str) -> int:
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
