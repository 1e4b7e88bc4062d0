"""Records of JSON Lines and Parquet: what each value becomes, and what is wrong with one record alone."""

import io
import json
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
    look,
    open_rows,
    parquet_pages,
)
from tabularium.intake.readers import json_lines as lines_module
from tabularium.intake.readers import parquet as parquet_module
from tabularium.intake.readers.json_lexis import (
    DEEPEST,
    MOST_DIGITS,
    MOST_DIGITS_OF_EXPONENT,
    check_lexis,
)

LINES = FileShape(FileFormat.JSON_LINES)
PARQUET = FileShape(FileFormat.PARQUET)
Read = Callable[..., list[Row]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def rows(content: bytes | str, shape: FileShape) -> list[Row]:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / "list").write_bytes(data)
        return list(open_rows(tmp_path / "list", shape))

    return rows


def refusal(read: Read, content: bytes | str, shape: FileShape) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(content, shape)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_lines_are_rows_with_their_numbers(read: Read) -> None:
    text = '\ufeff{"a": 0.10, "b": {"c": null}}\r\n\n{"a": 1E5, "b": [1, "x"], "t": true}\n'
    first, third = read(text, LINES)
    assert (first.number, dict(first.cells)) == (1, {"a": "0.10", "b.c": None})
    assert isinstance(first.cells["a"], PlainNumber)
    assert third.number == 3
    assert (third.cells["a"], third.cells["t"]) == ("1E5", "true")


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ('{"a": ', Trouble.BROKEN_RECORD),
        ('{"a": 1} {"a": 2}', Trouble.BROKEN_RECORD),
        ('{"a": NaN}', Trouble.BROKEN_RECORD),
        ('{"a": "\x01"}', Trouble.BROKEN_RECORD),
        ("[" * 100_000 + "]" * 100_000, Trouble.BROKEN_RECORD),
        ('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), Trouble.BROKEN_RECORD),
        (b'{"a": "\xff"}', Trouble.UNDECODABLE),
        (r'{"a": "\ud800"}', Trouble.UNDECODABLE),
        (r'{"a": "x\u0000"}', Trouble.NUL_BYTE),
        ("3", Trouble.NOT_A_RECORD),
        ("[1, 2]", Trouble.NOT_A_RECORD),
        ('{"a": 1, "a": 2}', Trouble.SAME_COLUMN_TWICE),
    ],
)
def test_a_broken_line_is_a_row_with_trouble_and_no_end(
    line: bytes | str, trouble: Trouble, read: Read
) -> None:
    data = line.encode() if isinstance(line, str) else line
    shape = FileShape(FileFormat.JSON_LINES, needed=frozenset({"a"}))
    found = read(b'{"a": 1}\n' + data + b'\n{"a": 3}', shape)
    assert [(row.number, row.trouble) for row in found] == [(1, None), (2, trouble), (3, None)]


def test_a_number_of_any_length_stays_as_it_is_written(read: Read) -> None:
    digits = "9" * 100_000
    (row,) = read(f'{{"a": {digits}}}', LINES)
    assert row.cells["a"] == digits


def test_lists_in_lines_and_a_nested_list(read: Read) -> None:
    named = FileShape(FileFormat.JSON_LINES, columns=("x", "y"))
    good, short = read('["a", 1]\n["b"]\n', named)
    assert dict(good.cells) == {"x": "a", "y": "1"}
    assert short.trouble is Trouble.TOO_FEW_CELLS
    assert list(read('["a", 1]\n', LINES)[0].cells) == ["Column 1", "Column 2"]
    unfolded = FileShape(FileFormat.JSON_LINES, unfold="p")
    found = read('{"id": 1, "p": [{"n": "A"}, {"n": "B"}]}\nx\n{"id": 2, "p": []}', unfolded)
    assert [row.number for row in found] == [1, 2, 3, 4]
    assert [row.cells.get("p.n") for row in found] == ["A", "B", None, None]
    assert found[2].trouble is Trouble.BROKEN_RECORD


def test_a_line_without_end_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 1_000)
    assert "Line 2 has more than" in refusal(read, '{"a": 1}\n{"a": "' + "x" * 2_000, LINES)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (r'[{"a": "\"[[[[\\", "b": [[]]}, "\\\"{{{{", {"c": {}}]', True),
        ("[" * DEEPEST + "]" * DEEPEST, True),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), False),
        ("[" + '{"a":[]},' * 50 + "[" * (DEEPEST - 1) + "]" * DEEPEST, True),
        ("[" + '{"a":[]},' * 50 + "[" * DEEPEST + "]" * (DEEPEST + 1), False),
        ("[" + "9" * MOST_DIGITS + "]", True),
        ("[" + "9" * (MOST_DIGITS + 1) + "]", False),
        ('["' + "9" * (MOST_DIGITS + 1) + '"]', True),
        ("[1E" + "9" * MOST_DIGITS_OF_EXPONENT + "]", True),
        ("[1e-" + "9" * (MOST_DIGITS_OF_EXPONENT + 1) + "]", False),
        ("[" + "9" * MOST_DIGITS + "E+" + "9" * (MOST_DIGITS_OF_EXPONENT + 1) + "]", False),
        ('["1E' + "9" * (MOST_DIGITS_OF_EXPONENT + 1) + '"]', True),
        ("[" + "e" * 9_000 + "]", True),
        ('["' + "[" * 500 + '"]', True),
    ],
)
def test_depth_and_digits_wherever_a_piece_of_the_document_ends(
    text: str, is_right: bool, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabularium.intake.readers.json_lexis._CHUNK", piece)
    said = ""
    try:
        check_lexis(io.BytesIO(text.encode()))
    except UnreadableFile as error:
        said = str(error)
    assert (said == "") is is_right


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": "' + b"x" * 40_000_000 + b'"}]',
        b"[{" + b",".join(b'"key %d": [1, {}]' % number for number in range(1_200_000)) + b"}]",
        b'{"data": [[' + b"[1],2," * 4_000_000 + b"3]]}",
    ],
    ids=["text", "keys", "values"],
)
def test_a_record_that_fills_the_memory(content: bytes, read: Read) -> None:
    assert "more than 16 MiB" in refusal(read, content, FileShape(FileFormat.JSON))


def test_many_records_are_no_long_one(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    record = b'{"a": {"b": "' + b"x" * 1_000_000 + b'"}}'
    path.write_bytes(b'{"data": [' + b",".join([record] * 40) + b"]}")
    assert sum(1 for _ in open_rows(path)) == 40


# ---- Parquet


def written(columns: dict[str, Any], **options: Any) -> bytes:
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    ("values", "expected", "is_number"),
    [
        (pa.array(["A", None, "名"]), ["A", None, "名"], False),
        (pa.array(["A", "A", "B"]).dictionary_encode(), ["A", "A", "B"], False),
        (pa.array([b"A", b"\xe5\x90\x8d"], pa.binary()), ["A", "名"], False),
        (pa.array([1, None, -7], pa.int64()), ["1", None, "-7"], True),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"], True),
        (pa.array([0.1, 3.0, 1e20]), ["0.1", "3", "100000000000000000000"], True),
        (pa.array([0.1], pa.float32()), ["0.1"], True),
        (pa.array([Decimal("1.50"), Decimal("-0.05")]), ["1.50", "-0.05"], True),
        (pa.array([True, False]), ["true", "false"], False),
        (pa.array([date(2024, 1, 31)]), ["2024-01-31"], False),
        (pa.array([time(9, 5)]), ["09:05:00"], False),
        (pa.array([None, None], pa.null()), [None, None], False),
        (pa.array([2**50], pa.timestamp("ms")), ["<value out of range: 1125899906842624>"], False),
    ],
)
def test_values_of_parquet(
    values: pa.Array, expected: list[str | None], is_number: bool, read: Read
) -> None:
    texts = [row.cells["a"] for row in read(written({"a": values}), PARQUET)]
    assert texts == expected
    assert all(isinstance(each, PlainNumber) == is_number for each in texts if each is not None)


def test_moments_of_parquet(read: Read) -> None:
    moments = [
        datetime(2024, 1, 31, tzinfo=UTC),
        datetime(2024, 1, 31, 9, 5, 1, 500_000, tzinfo=UTC),
    ]
    for unit in ("ms", "us", "ns"):
        plain = pa.array([each.replace(tzinfo=None) for each in moments], pa.timestamp(unit))
        here = pa.array(moments, pa.timestamp(unit, "Asia/Shanghai"))
        rows = read(written({"plain": plain, "here": here}), PARQUET)
        assert [row.cells["plain"] for row in rows] == ["2024-01-31", "2024-01-31 09:05:01.500000"]
        assert rows[0].cells["here"] == "2024-01-31 08:00:00+08:00"


def test_what_is_not_a_number_is_nothing_and_infinity_a_text(read: Read) -> None:
    values = pa.array([float("nan"), float("inf")])
    nothing, text = (row.cells["a"] for row in read(written({"a": values}), PARQUET))
    assert nothing is None
    assert (text, isinstance(text, PlainNumber)) == ("inf", False)


def test_records_of_parquet_are_numbered_over_groups(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_module, "BATCH", 3)
    names = [f"Brass {number % 4} Ltd" for number in range(20)]
    for options in ({}, {"use_dictionary": False}, {"data_page_version": "2.0"}):
        content = written({"name": names, "again": names}, row_group_size=7, **options)
        rows = read(content, PARQUET)
        assert [row.number for row in rows] == list(range(1, 21))
        assert [row.cells["again"] for row in rows] == names


def test_bytes_that_are_no_text_trouble_their_record_alone(read: Read) -> None:
    values = pa.array([b"A", b"\xff", b"x\0", b"A", None], pa.binary())
    troubles = [row.trouble for row in read(written({"a": values}), PARQUET)]
    assert troubles == [None, Trouble.UNDECODABLE, Trouble.NUL_BYTE, None, None]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([[1, 2]]), "lists or records"),
        (pa.array([{"b": 1}]), "lists or records"),
        (pa.array([[("k", "v")]], pa.map_(pa.string(), pa.string())), "lists or records"),
        (pa.array([5], pa.duration("s")), "values of the type duration"),
    ],
)
def test_cells_that_are_no_single_value_are_refused(
    values: pa.Array, said: str, read: Read
) -> None:
    assert said in refusal(read, written({"a": values}), PARQUET)
    assert "'a'" in refusal(read, written({"a": values}), PARQUET)


def test_parquet_without_its_columns(read: Read) -> None:
    needed = FileShape(FileFormat.PARQUET, needed=frozenset({"fine"}))
    assert "has no column 'fine'" in refusal(read, written({"a": ["x"]}), needed)
    assert "no column" in refusal(read, written({}), PARQUET)


@pytest.mark.parametrize("change", ["cut", "middle", "end", "text"])
def test_damaged_parquet_is_one_clear_line(change: str, read: Read) -> None:
    content = written({"a": [f"name {number}" for number in range(5_000)]}, compression="snappy")
    damaged = {
        "cut": content[:-100],
        "middle": content[:100] + b"\xff" * 2_000 + content[2_100:],
        "end": content[:-40] + b"\xff" * 32 + content[-8:],
        "text": b"PAR1 is no file",
    }[change]
    assert "damaged" in refusal(read, damaged, PARQUET)


@pytest.mark.parametrize("length", [10_000_000, 100_000_000])
def test_a_small_parquet_file_of_many_long_texts(length: int, tmp_path: Path) -> None:
    """Unpacked, one batch of rows that share a text of 100 MB has 400 GB, in a file of some kilobytes."""
    path = tmp_path / "list.parquet"
    schema = pa.schema([("a", pa.dictionary(pa.int32(), pa.string()))])
    text = pa.array(["x" * length])
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 6_000, pa.int32()), text)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        writer.write_table(pa.table([values], schema=schema))
    assert path.stat().st_size < 1 << 20
    if length > parquet_module.LARGEST_BATCH:
        with pytest.raises(UnreadableFile, match="longer than those of any table"):
            next(open_rows(path, PARQUET))
    else:
        assert {len(row.cells["a"] or "") for row in open_rows(path, PARQUET)} == {length}


def test_batches_that_fill_the_memory(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_module, "LARGEST_BATCH", 10_000)
    content = written({"a": [f"{number} " + "x" * 1_000 for number in range(100)]})
    assert "longer than those of any table" in refusal(read, content, PARQUET)


@pytest.mark.parametrize("encoding", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_that_are_written_by_their_differences(encoding: str, read: Read) -> None:
    names = [f"Brass and Copper {number} Ltd" for number in range(100)]
    content = written({"a": names}, use_dictionary=False, column_encoding={"a": encoding})
    assert [row.cells["a"] for row in read(content, PARQUET)] == names


def test_what_a_page_says_of_its_size_is_not_believed(read: Read) -> None:
    """The footer of this file is right; the head of its only page claims two GiB."""
    content = written({"a": ["x" * 50]}, compression="none", use_dictionary=False)
    head = content[4:10]
    assert head[:3] == b"\x15\x00\x15"
    (length,) = struct.unpack_from("<L", content, len(content) - 8)
    claimed = b"\xfe\xff\xff\xff\x0f"
    assert parquet_pages._Compact(content[4:]).struct()[2] < 200
    damaged = content[:4] + head[:3] + claimed + content[4 + 3 + 2 :]
    footer = len(damaged) - 8 - length
    assert damaged[footer:] == content[len(content) - 8 - length :]
    assert "more than 128 MiB, unpacked" in refusal(read, damaged, PARQUET)


def test_a_page_that_says_it_is_longer_than_its_column(read: Read) -> None:
    """Arrow would take as much memory as the head says, and then see that there are no such bytes."""
    content = written({"a": ["x" * 50]}, compression="none", use_dictionary=False)
    # Type, size unpacked and size packed stand in two bytes each.
    packed = content.find(b"\x15", 7)
    damaged = content[: packed + 1] + b"\xfe\xff\xff\xff\x01" + content[packed + 2 :]
    assert "damaged" in refusal(read, damaged, PARQUET)


@pytest.mark.parametrize("length", [0, 5, 200, 2**31, 2**32 - 1])
def test_footers_of_any_length(length: int, read: Read) -> None:
    content = written({"a": ["x"]})
    damaged = content[:-8] + struct.pack("<L", length) + b"PAR1"
    said = refusal(read, damaged, PARQUET)
    assert "damaged" in said or "own description" in said


@given(st.binary(max_size=200))
def test_any_bytes_of_the_compact_protocol(content: bytes) -> None:
    compact = parquet_pages._Compact(content)
    try:
        fields = compact.struct()
    except ValueError:
        return
    assert isinstance(fields, dict)
    assert 0 < compact.place <= len(content)


def test_more_records_than_fit_a_file_are_not_waited_for(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_module, "_ROWS_ANYHOW", 10)
    content = written({"a": pa.array([None] * 100_000, pa.string())})
    assert "more records than" in refusal(read, content, PARQUET)


def test_the_format_is_told_by_the_content(tmp_path: Path) -> None:
    records = [{"a": 1}, {"a": 2}]
    files = {
        "lines.txt": "\n".join(map(json.dumps, records)).encode(),
        "document.txt": json.dumps(records, indent=1).encode(),
        "table.txt": written({"a": [1, 2]}),
    }
    found = []
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        assert [row.cells["a"] for row in open_rows(tmp_path / name)] == ["1", "2"]
        found.append(look(tmp_path / name).shape.format)
    assert found == [FileFormat.JSON_LINES, FileFormat.JSON, FileFormat.PARQUET]
