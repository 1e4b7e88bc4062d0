"""Lists inside the records of a file: their members may be the rows that an item is about."""

import json
from collections.abc import Iterable, Sequence

from tabularium.intake.readers import FileShape, Row
from tabularium.intake.readers.shape import FileFormat

WITH_LISTS = frozenset({FileFormat.JSON, FileFormat.JSON_LINES})
"""Formats whose records can hold a list."""


def list_within(shape: FileShape, rows: Iterable[Row]) -> str:
    """The key that holds a list of objects wherever it holds anything; of several, that with most members.

    Args:
        shape: how the file is written.
        rows: its first rows, in which such a list is its JSON text.

    Returns:
        "" where no key does, or the rows are unfolded already.
    """
    if shape.format not in WITH_LISTS or shape.unfold:
        return ""
    members: dict[str, int] = {}
    others: set[str] = set()
    for row in rows:
        for name, text in row.cells.items():
            found = _objects_in(text)
            if found:
                members[name] = members.get(name, 0) + found
            elif text and text != "[]":
                others.add(name)
    known = {name: number for name, number in members.items() if name not in others}
    return max(known, key=lambda name: known[name], default="")


def _objects_in(text: str | None) -> int:
    """How many objects a text lists; 0 where it lists none or is no list of objects."""
    if not text or not text.startswith("[{"):
        return 0
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return 0
    return len(values) if all(isinstance(each, dict) for each in values) else 0


def is_unfolded(name: str, rows: Sequence[Row]) -> bool:
    """Whether reading the list `name` row by row gave columns of its own."""
    return any(each.startswith(f"{name}.") for row in rows for each in row.cells)
