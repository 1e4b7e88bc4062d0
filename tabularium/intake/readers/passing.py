"""How rows pass from a process that parses to one that asks: lines of JSON, and nothing that acts.

What comes from the parsing process is judged as a stranger's text is, for a file may have taken it over.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from tabularium.intake.readers.looked import How, Looked
from tabularium.intake.readers.shape import FileFormat, FileShape, PlainNumber, Row, Trouble

END = b"[]\n"
"""The line after the last row."""
MOST_ROWS, MOST_CHARACTERS = 256, 1 << 20
"""Of a line with rows, but for a single row that is longer."""
LONGEST_LINE = 256 << 20
"""Bytes; a row of a sheet has at most 16 million characters, six bytes each at most."""

_HOWS = ("format", "encoding", "delimiter", "quote", "header_row", "records")


def line_of(value: object) -> bytes:
    """A value as one line."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"


def lines_of_rows(rows: Iterable[Row]) -> Iterator[bytes]:
    """Rows as lines, at first one by one, so that nobody waits for the first, and then many together."""
    names: tuple[str, ...] | None = None
    batch: list[Any] = []
    most, length = 1, 0
    for row in rows:
        if tuple(row.cells) != names:
            names = tuple(row.cells)
            batch.append(list(names))
        cells = row.cells.values()
        length += sum(map(len, filter(None, cells)))
        said = [[cell] if isinstance(cell, PlainNumber) else cell for cell in cells]
        trouble = [row.trouble, row.expected, row.found, row.column] if row.trouble else None
        batch.append({"n": row.number, "c": said, "t": trouble} if trouble else [row.number, said])
        if len(batch) >= most or length > MOST_CHARACTERS:
            yield line_of(batch)
            batch, length, most = [], 0, min(most * 2, MOST_ROWS)
    if batch:
        yield line_of(batch)
    yield END


def rows_of_lines(values: Iterable[Any]) -> Iterator[Row]:
    """The rows again.

    Args:
        values: the lines as JSON has them, up to the end.

    Raises:
        ValueError, TypeError, KeyError: something else came.
    """
    names: list[str] = []
    for batch in values:
        for said in batch:
            if isinstance(said, dict):
                what, expected, found, column = said["t"]
                cells = _cells(names, said["c"])
                yield Row(
                    int(said["n"]), cells, Trouble(what), int(expected), int(found), str(column)
                )
            elif said and isinstance(said[0], int):
                yield Row(said[0], _cells(names, said[1]))
            else:
                names = [str(each) for each in said]


def _cells(names: list[str], said: list[Any]) -> dict[str, str | None]:
    return {
        name: cell if cell is None or isinstance(cell, str) else PlainNumber(*map(_text, cell))
        for name, cell in zip(names, said, strict=True)
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def of_shape(shape: FileShape) -> dict[str, Any]:
    """A shape as JSON has it."""
    return {**asdict(shape), "needed": sorted(shape.needed)}


def to_shape(said: dict[str, Any]) -> FileShape:
    """The shape again.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    row = said["header_row"]
    texts = ("encoding", "delimiter", "quote", "sheet", "records", "unfold")
    return FileShape(
        format=FileFormat(said["format"]),
        header_row=None if row is None else int(row),
        columns=tuple(map(_text, said["columns"])),
        needed=frozenset(map(_text, said["needed"])),
        **{name: _text(said[name]) for name in texts},
    )


def of_look(looked: Looked) -> dict[str, Any]:
    """A look as JSON has it."""
    return {"shape": of_shape(looked.shape), **{name: getattr(looked, name) for name in _HOWS}}


def to_look(said: dict[str, Any]) -> Looked:
    """The look again.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    hows = {name: said[name] if said[name] is None else How(said[name]) for name in _HOWS}
    return Looked(shape=to_shape(said["shape"]), **hows)
