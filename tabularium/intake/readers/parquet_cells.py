"""Columns of Parquet as texts in one form: days in ISO 8601, numbers in plain digits, texts as they are."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import isnan
from typing import Any

import pyarrow as pa
from pyarrow import types

from tabularium.intake.readers.shape import PlainNumber, Trouble, UnreadableFile
from tabularium.intake.readers.sheet_rows import float_text, moment_text

Read = tuple[Sequence[str | None], Mapping[int, Trouble]]
"""The texts of a column in a batch, and the places of those that are none."""
Texts = Callable[[Any], Read]
_NONE: Mapping[int, Trouble] = {}


def texts_of(field: Any) -> Texts:
    """How the values of a column become texts.

    Raises:
        UnreadableFile: its values are lists, records, or of a kind that a table has no text for.
    """
    kind = field.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    for fits, texts in _KINDS:
        if fits(kind):
            return texts
    what = "lists or records" if types.is_nested(kind) else f"values of the type {kind}"
    raise UnreadableFile(
        f"The column '{field.name}' holds {what} in its cells. Write one text, number or day in each."
    )


def _each(text: Callable[[Any], str | None]) -> Texts:
    def read(values: Any) -> Read:
        return [None if value is None else text(value) for value in _plain(values)], _NONE

    return read


def _plain(values: Any) -> Sequence[Any]:
    if types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values.to_pylist()  # type: ignore[no-any-return] # pyarrow has no types of its own


def _texts(values: Any) -> Read:
    """Texts, and bytes that programs without a word for text write in their place."""
    if not types.is_dictionary(values.type):
        values = values.dictionary_encode()
    # The dictionary is that of many batches: only what this one uses is turned into texts.
    used = values.indices.drop_null().unique()
    shared = values.dictionary.take(used).cast(pa.large_binary()).to_pylist()
    decoded = dict(zip(used.to_pylist(), map(_decoded, shared), strict=True))
    decoded[None] = (None, None)
    places = values.indices.to_pylist()
    texts = [decoded[place][0] for place in places]
    if all(trouble is None for _, trouble in decoded.values()):
        return texts, _NONE
    found = {
        number: trouble
        for number, place in enumerate(places)
        if (trouble := decoded[place][1]) is not None
    }
    return texts, found


def _decoded(value: bytes | None) -> tuple[str | None, Trouble | None]:
    if value is None:
        return None, None
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value.decode(errors="surrogateescape"), Trouble.UNDECODABLE
    return text, Trouble.NUL_BYTE if "\0" in text else None


def _moments(values: Any) -> Read:
    """Days and times. Fractions finer than Python's are cut off; years beyond 9999 stay as Arrow has them."""
    if types.is_timestamp(values.type) and values.type.unit == "ns":
        values = values.cast(pa.timestamp("us", values.type.tz), safe=False)
    elif types.is_time64(values.type):
        values = values.cast(pa.time64("us"), safe=False)
    try:
        moments = values.to_pylist()
    except (OverflowError, ValueError):
        return values.cast(pa.string()).to_pylist(), _NONE
    return [None if moment is None else moment_text(moment) for moment in moments], _NONE


def _float(value: float) -> str | None:
    """A number in binary; what is not a number is how dataframes write that there is none."""
    if isnan(value):
        return None
    return str(value) if value in {float("inf"), float("-inf")} else float_text(value)


def _short_float(values: Any) -> Read:
    """Numbers of 32 or 16 bits: the shortest digits that mean the same there, not in 64 bits."""
    written = values.cast(pa.float32()).cast(pa.string()).to_pylist()
    return [None if each is None else _float(float(each)) for each in written], _NONE


def _decimal(value: Decimal) -> str:
    return PlainNumber(f"{value:f}")


def _truth(value: bool) -> str:
    return "true" if value else "false"


_KINDS: Sequence[tuple[Callable[[Any], bool], Texts]] = (
    (types.is_string, _texts),
    (types.is_large_string, _texts),
    (types.is_binary, _texts),
    (types.is_large_binary, _texts),
    (types.is_fixed_size_binary, _texts),
    (types.is_boolean, _each(_truth)),
    (types.is_integer, _each(PlainNumber)),
    (types.is_float64, _each(_float)),
    (types.is_floating, _short_float),
    (types.is_decimal, _each(_decimal)),
    (types.is_date, _moments),
    (types.is_timestamp, _moments),
    (types.is_time, _moments),
    (types.is_null, _each(str)),
)
