"""A file in blocks: what is plainly a table as columns of texts, and the rest as rows.

A text with delimiters is cut without looking at it sign by sign: where its marks stand tells which lines
belong to one row, how many cells a row has, and whether all marks stand where RFC 4180 has them. What is
not as it should be (a mark inside a cell, a row with a cell too many, bytes that are no text) is read by
the row reader, which says what is wrong; both together give the rows that `readers.open_rows` gives, in
the same numbers.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from tabularium.intake.readers import open_rows
from tabularium.intake.readers.delimited import Lines, header_of, rows_below
from tabularium.intake.readers.dialect import LONGEST_CELL
from tabularium.intake.readers.encoding import NOT_TEXT_HANDLER, codec_of
from tabularium.intake.readers.headers import Header
from tabularium.intake.readers.mended import Mended, mended_form
from tabularium.intake.readers.shape import NO_QUOTE, FileFormat, FileShape, Row, UnreadableFile
from tabularium.intake.sets.marks import Data, Marks, Numbers, find_marks
from tabularium.intake.sets.memory import use_memory_again
from tabularium.intake.sets.source import Source

BLOCK_BYTES = 16 << 20
"""Bytes of text that are cut at once where nothing else is said."""
SMALL_BLOCK_BYTES = 1 << 18
"""Bytes that are tried when something in a block is not as it should be."""
BLOCK_ROWS = 10_000
"""Rows of a block of a file of which every row is read by itself."""
FEW_ROWS = 500
"""Rows that are read one by one before a block is tried again."""
_LONGEST_OF_NOTHING = 3
"""Bytes that a cell without anything in it can have: a delimiter and two marks."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive rows of a file.

    Attributes:
        table: the rows that are plainly a table: `row` int64, then a text column for each column asked
            for, in the order asked for, named by its place ("c0", "c1", ...); in the order of rows.
        odd: the other rows, in the order of rows; their numbers lie anywhere between those of `table`.
    """

    table: pa.Table
    odd: Sequence[Row]

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows) + len(self.odd)


def cut(
    path: Path, shape: FileShape, columns: Sequence[str], size: int | None = None
) -> Iterator[Block]:
    """The blocks of a file, in order.

    Args:
        path: the file.
        shape: complete, as `readers.look` gives it.
        columns: names of the columns to put into tables; one that the file lacks is null in all rows.
        size: bytes of text that are cut at once, unless one row is longer; None: `BLOCK_BYTES`.

    Raises:
        UnreadableFile: while iterating, as `readers.open_rows` does.
    """
    use_memory_again()
    if shape.format is not FileFormat.CSV or not shape.delimiter.isascii():
        yield from _by_rows(open_rows(path, shape), columns)
        return
    # The row reader words what is wrong with a file as a whole, before anything is cut.
    next(open_rows(path, shape), None)
    if mended_form(path) is Mended.GUARDED:
        # Its cells are not as they stand there.
        yield from _by_rows(open_rows(path, shape), columns)
        return
    try:
        yield from _cut_text(path, shape, columns, size or BLOCK_BYTES)
    except UnreadableFile as error:
        raise UnreadableFile(f"{path.name}: {error}") from None


def _cut_text(path: Path, shape: FileShape, columns: Sequence[str], size: int) -> Iterator[Block]:
    with path.open("rb") as file:
        text = Source(file, codec_of(shape.encoding) or "utf-8")
        lines = Lines(text)
        header = header_of(lines, shape)
        if header.again:
            # Whether two columns of one name agree is asked of each row.
            yield from _by_rows(rows_below(lines, header, shape), columns)
        else:
            yield from _Cutter(text, lines, header, shape, columns, size).blocks()


def _by_rows(rows: Iterator[Row], columns: Sequence[str]) -> Iterator[Block]:
    empty = _empty(columns)
    while some := list(islice(rows, BLOCK_ROWS)):
        yield Block(empty, some)


def _empty(columns: Sequence[str]) -> pa.Table:
    return _schema(columns).empty_table()


def _schema(columns: Sequence[str]) -> pa.Schema:
    texts = [pa.field(f"c{place}", pa.string()) for place in range(len(columns))]
    return pa.schema([pa.field("row", pa.int64()), *texts])


def _is_text(data: Data) -> bool:
    """Whether bytes are right UTF-8."""
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


class _Cutter:
    """Cuts a text below its header."""

    def __init__(
        self,
        text: Source,
        lines: Lines,
        header: Header,
        shape: FileShape,
        columns: Sequence[str],
        size: int,
    ) -> None:
        self._text = text
        self._lines = lines
        self._header = header
        self._shape = shape
        self._columns = columns
        self._size = size
        known = set(header.names)
        # Of no column at all Arrow would read every one.
        self._read = [name for name in columns if name in known] or [header.names[0]]

    def blocks(self) -> Iterator[Block]:
        while not self._text.is_over:
            marks = self._marks()
            if marks is None:
                yield from self._irregular()
                continue
            first_line = self._lines.count + 1
            self._text.consume(len(marks.data))
            self._lines.count += marks.line_ends
            yield (
                self._plain(marks, first_line)
                or self._sorted_out(marks, first_line)
                or Block(_empty(self._columns), self._rows_of(marks.data, first_line))
            )

    def _marks(self) -> Marks | None:
        """Where the marks of the next rows stand; None if the row reader has to see to the next one."""
        data = self._text.block(self._size)
        for size in (self._size, SMALL_BLOCK_BYTES):
            marks = find_marks(data[:size], self._shape.delimiter, self._shape.quote, LONGEST_CELL)
            if marks is not None and _is_text(marks.data):
                return marks if marks.rows.size else None
        return None

    def _plain(self, marks: Marks, first_line: int) -> Block | None:
        """All rows as columns; None unless each has as many cells as the header."""
        has_any = marks.contents > 0
        shortest = marks.contents[has_any].min(initial=LONGEST_CELL)
        if shortest <= _LONGEST_OF_NOTHING * len(self._header.names):
            # There may be rows of delimiters alone.
            return None
        table = self._table(marks.data, marks.lines[has_any] + first_line)
        return None if table is None else Block(table, [])

    def _sorted_out(self, marks: Marks, first_line: int) -> Block | None:
        """The plain rows as columns and the others one by one; None if that cannot be told."""
        cells = marks.cells(self._shape.delimiter)
        if cells is None:
            return None
        delimiters, blank = cells
        counted = delimiters == len(self._header.names) - 1
        plain, odd = counted & ~blank, ~counted & ~blank
        data = b"".join(marks.data[begins:ends] for begins, ends in marks.stretches(plain))
        table = self._table(data, marks.lines[plain] + first_line)
        if table is None:
            return None
        rows: list[Row] = []
        for begins, ends, line in marks.slices(odd):
            rows += self._rows_of(marks.data[begins:ends], first_line + line)
        return Block(table, rows)

    def _table(self, data: Data, numbers: Numbers) -> pa.Table | None:
        """Rows as columns; None if they are not so many, or one has not as many cells as the header."""
        if not data or not numbers.size:
            return _empty(self._columns) if not numbers.size else None
        quote = self._shape.quote
        try:
            read = arrow_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                read_options=arrow_csv.ReadOptions(
                    column_names=list(self._header.names),
                    block_size=len(data) + 1,
                    use_threads=False,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self._shape.delimiter,
                    quote_char=False if quote == NO_QUOTE else quote,
                    # Asked only to find where a part of the text ends, and all of it is one part.
                    newlines_in_values=False,
                    ignore_empty_lines=True,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self._read, pa.string()),
                    include_columns=self._read,
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None
        if numbers.size != read.num_rows:
            return None
        absent = pa.nulls(read.num_rows, pa.string())
        texts = [
            read.column(name) if name in read.column_names else absent for name in self._columns
        ]
        return pa.table([pa.array(numbers), *texts], schema=_schema(self._columns))

    def _rows_of(self, data: Data, first_line: int) -> list[Row]:
        """Whole rows, read one by one."""
        file = io.TextIOWrapper(
            io.BytesIO(data), encoding="utf-8", errors=NOT_TEXT_HANDLER, newline=""
        )
        return list(rows_below(Lines(file, first_line - 1), self._header, self._shape))

    def _irregular(self) -> Iterator[Block]:
        """Rows read one by one until a block can be cut again."""
        rows = rows_below(self._lines, self._header, self._shape)
        while some := list(islice(rows, FEW_ROWS)):
            yield Block(_empty(self._columns), some)
            if self._marks() is not None:
                return
