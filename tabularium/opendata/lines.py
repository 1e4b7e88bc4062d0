"""Lines of CSV and JSON for many records at once, put together column by column.

Arrow joins the lines. Python writes what is no text once for each value that differs, and of the texts only
those that are not written as they are.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tabularium.intake.safe_cells import MAY_BE_GUARDED, guarded
from tabularium.register.open_columns import Records
from tabularium.register.open_records import FIELDS, iso

END = "\r\n"
"""Of a line of CSV."""

JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_objects(records: Records) -> pa.Array:
    """An object for each record, with every member, and without the brace that closes it."""
    parts: list[Any] = []
    for place, name in enumerate(FIELDS):
        parts.append(f"{',' if place else '{'}{JSON.encode(name)}:")
        parts.append(_AS_JSON.written(records.columns[name]).fill_null("null"))
    return _joined(*parts)


def csv_lines(records: Records) -> pa.Array:
    """A line for each record, without its end.

    A cell that a spreadsheet program would run as a formula gets an apostrophe before it.
    """
    parts: list[Any] = []
    for name in FIELDS:
        parts += [",", _AS_CSV.written(records.columns[name]).fill_null("")]
    return _joined(*parts[1:])


def with_ends(lines: pa.Array, end: str) -> memoryview:
    """Lines one behind the other, each with an end, in UTF-8."""
    ended = _joined(lines, end)
    places = np.frombuffer(ended.buffers()[1], np.int32)
    return memoryview(ended.buffers()[2])[places[ended.offset] : places[ended.offset + len(ended)]]


def _joined(*parts: Any) -> pa.Array:
    return compute.binary_join_element_wise(*parts, "")


@dataclass(frozen=True)
class _Writing:
    """A way to write values.

    Attributes:
        odd: a sign of each text that is not written as it is, as a regular expression.
        around: stands around a text that is written as it is.
        text_of: writes an odd text, or what is no text.
    """

    odd: str
    around: str
    text_of: Callable[[Any], str]

    def written(self, column: pa.ChunkedArray) -> pa.Array:
        """The values as texts; none for none."""
        values = column.combine_chunks()
        if pa.types.is_string(values.type):
            return self._texts(values)
        if pa.types.is_dictionary(values.type):
            if len(values.dictionary) > len(values):  # More than are said here.
                return self._texts(values.cast(values.type.value_type))
            return self._texts(values.dictionary).take(values.indices)
        found = values.dictionary_encode()
        texts = pa.array(map(self.text_of, found.dictionary.to_pylist()), pa.string())
        return texts.take(found.indices)

    def _texts(self, values: pa.Array) -> pa.Array:
        odd = compute.match_substring_regex(values, self.odd)
        texts = _joined(self.around, values, self.around) if self.around else values
        if not compute.any(odd).as_py():
            return texts
        others = pa.array(map(self.text_of, values.filter(odd).to_pylist()), pa.string())
        return compute.replace_with_mask(texts, odd, others)


def _as_json(value: Any) -> str:
    return JSON.encode(value if isinstance(value, str | int) else iso(value))


def _as_cell(value: Any) -> str:
    told = guarded(value) if isinstance(value, str) else value
    written = _Line()
    # Beside another, for one that stands alone is written otherwise where it is empty.
    writer = csv.writer(written, lineterminator=END)
    writer.writerow([told if isinstance(told, str | int) else iso(told), None])
    return written.text.removesuffix(f",{END}")


class _Line:
    """What a csv.writer writes to."""

    text = ""

    def write(self, line: str) -> None:
        """Keep a line."""
        self.text = line


_AS_JSON = _Writing(r'["\\\x00-\x1f]', '"', _as_json)
_AS_CSV = _Writing(f'[,"\r\n]|{MAY_BE_GUARDED}', "", _as_cell)
