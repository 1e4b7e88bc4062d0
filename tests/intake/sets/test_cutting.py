"""A file cut into blocks gives the rows that the row reader gives, in the same numbers."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium.intake.readers import FileFormat, FileShape, Row, UnreadableFile, look, open_rows
from tabularium.intake.sets import cutting
from tabularium.intake.sets.cutting import cut

PLAIN = FileShape(FileFormat.CSV, encoding="utf-8", delimiter=",", quote='"', header_row=1)


def rows_cut(path: Path, shape: FileShape, columns: list[str]) -> tuple[list[Any], int]:
    """All rows that blocks give, in order: number, cells by column, trouble; and how many were odd."""
    rows: list[Any] = []
    odd = 0
    for block in cut(path, shape, columns):
        of_table = [
            (each["row"], tuple(each[f"c{place}"] for place in range(len(columns))), None)
            for each in block.table.to_pylist()
        ]
        of_rows = [as_tuple(row, columns) for row in block.odd]
        assert [row[0] for row in of_table] == sorted(row[0] for row in of_table)
        assert block.size == len(of_table) + len(of_rows)
        odd += len(of_rows)
        rows += sorted(of_table + of_rows, key=lambda row: row[0])
    return rows, odd


def as_tuple(row: Row, columns: list[str]) -> Any:
    if row.trouble is not None:
        return (row.number, (row.expected, row.found, row.column), row.trouble)
    return (row.number, tuple(row.cells.get(name) for name in columns), None)


def rows_read(path: Path, shape: FileShape, columns: list[str]) -> list[Any]:
    return [as_tuple(row, columns) for row in open_rows(path, shape)]


def outcome(rows: Any) -> Any:
    try:
        return rows()
    except UnreadableFile as error:
        return str(error)


TEXTS = [
    "a,b,c\n1,2,3\n4,5,6\n",
    "a,b,c\r\n1,2,3\r\n4,5,6",
    'a,b,c\n"1","two\nlines","3,4"\n5,6,7\n',
    'a,b,c\n"1 ""x""",2,3\n\n\n4,5,6\n',
    "a,b,c\n1,2\n4,5,6\n1,2,3,4\n7,8,9\n",
    "a,b,c\n,,\n4,5,6\n",
    'a,b,c\n"","",""\n4,5,6\n',
    'a,b,c\n1,x"y,3\n4,5,6\n',
    'a,b,c\n1,"x"y,3\n4,5,6\n',
    'a,b,c\n1, "x",3\n4,5,6\n',
    'a,b,c\n="001",2,3\n4,5,6\n',
    "a,b,c\n1,2\0,3\n4,5,6\n",
    "a,b,c\r1,2,3\r4,5,6\r",
    "a,b,c\n1,2\r,3\n4,5,6\n",
    "a,b,c\n1,2,3\n4,5,6,\n",
    "a,b,a\n1,2,1\n4,5,6\n",
    "a,,c\n1,2,3\n",
    'a,b,c\n1,2,"3\n4,5,6\n',
    'a,b,c\n"",2,""""\n4,5,6\n',
    "a,b,c\n",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("small", [False, True])
def test_blocks_give_the_rows_of_the_reader(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    if small:
        monkeypatch.setattr(cutting, "BLOCK_BYTES", 16)
        monkeypatch.setattr(cutting, "SMALL_BLOCK_BYTES", 8)
        monkeypatch.setattr(cutting, "FEW_ROWS", 1)
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode())
    columns = ["c", "a", "absent"]
    cut_up = outcome(lambda: rows_cut(path, PLAIN, columns)[0])
    assert cut_up == outcome(lambda: rows_read(path, PLAIN, columns))


PIECES = [
    b"1",
    b",",
    b",",
    b'"',
    b'""',
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"x,y,z\n",
    b"\xff",
    b"\0",
]
PIECES += [b"=", b'"a\nb",', b'"q""q"', "值".encode(), "值".encode("gb18030")]
BYTES = st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join)


@given(BYTES, st.integers(8, 64))
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_blocks_of_any_bytes_give_the_rows_of_the_reader(
    tmp_path: Path, data: bytes, size: int
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b,c\n" + data)
    columns = ["a", "b", "c"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "BLOCK_BYTES", size)
        patch.setattr(cutting, "SMALL_BLOCK_BYTES", size // 2)
        patch.setattr(cutting, "FEW_ROWS", 2)
        cut_up = outcome(lambda: rows_cut(path, PLAIN, columns)[0])
    assert cut_up == outcome(lambda: rows_read(path, PLAIN, columns))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "cp1252", "utf-32"])
def test_any_encoding_is_cut(tmp_path: Path, encoding: str) -> None:
    text = "a,b,c\n" + "".join(f'{number},"é{number}\nx",z\n' for number in range(3000))
    path = tmp_path / "rows.csv"
    path.write_bytes(text.encode(encoding))
    shape = FileShape(FileFormat.CSV, encoding, ",", '"', 1)
    columns = ["a", "b", "c"]
    rows, odd = rows_cut(path, shape, columns)
    assert rows == rows_read(path, shape, columns)
    assert (len(rows), odd) == (3000, 0)


def test_bytes_that_are_no_text_stop_their_rows_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a,b,c\n" + b"1,2,3\n" * 5 + b"1,\xff,3\n" + b"1,2,3\n" * 5)
    rows, _ = rows_cut(path, PLAIN, ["a"])
    assert rows == rows_read(path, PLAIN, ["a"])
    assert [row[2] for row in rows].count(None) == 10


def test_few_rows_of_a_large_file_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = [f"{number},{'x' * 90},z\n" for number in range(200_000)]
    lines[777] = '1,x"y,3\n'
    lines[150_000] = "1,2\n"
    path.write_text("a,b,c\n" + "".join(lines), "utf-8")
    rows, odd = rows_cut(path, PLAIN, ["a", "b"])
    assert rows == rows_read(path, PLAIN, ["a", "b"])
    assert odd < 5000


def test_public_files_are_cut_as_they_are_read(shared_data: Path) -> None:
    for path in sorted(shared_data.glob("*/*.csv")):
        shape = look(path, FileShape()).shape
        first = next(iter(open_rows(path, shape)))
        columns = list(first.cells)[:5]
        rows, odd = rows_cut(path, shape, columns)
        assert rows == rows_read(path, shape, columns), path.name
        assert odd <= len(rows)
