"""Workbooks are parsed by a process of their own, and what a file does to it is done to nobody else."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tabularium.intake import confining, readers
from tabularium.intake.confining import Limits
from tabularium.intake.readers import (
    FileFormat,
    FileShape,
    PlainNumber,
    Row,
    Trouble,
    UnreadableFile,
    apart,
    look,
    open_rows,
    parsing,
    passing,
)
from tabularium.intake.readers.in_place import look_in_place, rows_in_place
from tests.fuzz import made_up

TOO_MUCH = "more memory or time than a table does"
XLSX = FileShape(FileFormat.XLSX, header_row=1)
MIB = 1 << 20
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAST_TEXT = 40_000


@pytest.fixture(scope="module", autouse=True)
def read_apart(read_in_place: None) -> Iterator[None]:
    """As the register does it."""
    del read_in_place
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "is_packed", apart.is_packed)
        yield


def with_part(path: Path, part: str, begin: bytes, middle: bytes, times: int, end: bytes) -> Path:
    """A workbook of a few kilobytes in which one part unpacks to `middle` so many times.

    The only cell of its sheet has the last of its shared texts, unless that sheet is the part.
    """
    cell = b'<row><c t="s"><v>%d</v></c></row>' % LAST_TEXT
    sheet = b"<worksheet " + SPACE + b"><sheetData>" + cell + b"</sheetData></worksheet>"
    parts = dict(made_up.shared_workbook()) | {made_up.SHEET: sheet}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            if name != part:
                package.writestr(name, content)
        with package.open(part, "w") as bomb:
            bomb.write(begin)
            block = middle * 1000
            for _ in range(times // 1000):
                bomb.write(block)
            bomb.write(end)
    return path


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sheet of a header, a row, and very many elements that are nothing."""
    begin = b"<worksheet " + SPACE + b"><sheetData>" + b'<row><c t="str"><v>a</v></c></row>' * 2
    return with_part(
        tmp_path_factory.mktemp("slow") / "list.xlsx",
        made_up.SHEET,
        begin,
        b"<x/>" * 10,
        1_000_000,
        b"</sheetData></worksheet>",
    )


def large(path: Path) -> Path:
    """A workbook whose only cell has the last of very many shared texts."""
    return with_part(
        path,
        made_up.SHARED,
        b"<sst " + SPACE + b">",
        b"<si><t>" + "名".encode() * 2_000 + b"</t></si>",
        LAST_TEXT + 1000,
        b"</sst>",
    )


@pytest.mark.parametrize("name", ["list.xlsx", "list.ods"])
def test_what_is_read_apart_is_what_is_read_in_place(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(made_up.xlsx() if name.endswith("xlsx") else made_up.ods())
    looked = look(path)
    assert looked == look_in_place(path, FileShape())
    rows = list(open_rows(path, looked.shape))
    assert rows == list(rows_in_place(path, looked.shape))
    assert rows
    kinds = [[type(cell) for cell in row.cells.values()] for row in rows]
    assert kinds == [
        [type(cell) for cell in row.cells.values()] for row in rows_in_place(path, looked.shape)
    ]


def test_every_kind_of_row_passes_as_it_is() -> None:
    rows = [
        Row(2, {"a": "x", "b": PlainNumber("1.50")}),
        Row(3, {"a": None, "b": "虚构\n\u2028"}),
        Row(4, {"b": "other columns"}),
        Row(5, {"a": "x"}, Trouble.TOO_MANY_CELLS, 2, 3),
        Row(6, {"a": "x", "b": None}, Trouble.FORMULA_WITHOUT_VALUE, column="b"),
        *(Row(number, {"a": str(number)}) for number in range(7, 2000)),
    ]
    *lines, end = passing.lines_of_rows(rows)
    assert end == passing.END
    assert max(line.count(b"]") for line in lines) > passing.MOST_ROWS // 2
    assert list(passing.rows_of_lines(map(json.loads, lines))) == rows
    (plain,) = list(passing.rows_of_lines(map(json.loads, lines)))[:1]
    assert [type(cell) for cell in plain.cells.values()] == [str, PlainNumber]


def test_a_shape_passes_as_it_is() -> None:
    shape = FileShape(FileFormat.ODS, header_row=None, columns=("a", "b"), needed=frozenset("ab"))
    assert passing.to_shape(json.loads(json.dumps(passing.of_shape(shape)))) == shape


@pytest.mark.parametrize(
    "line",
    [b'[["a"],[1,["x","y"]]]', b'[["a"],[1,[7]]]', b'[["a"],{"n":1}]', b"{", b"[7]", b'{"b":1}'],
)
def test_what_is_no_row_is_refused(
    line: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that a file has taken over can say what it likes."""

    def taken_over(request: bytes, into: int) -> None:
        del request
        os.write(into, line + b"\n")

    monkeypatch.setattr(apart, "_ask", taken_over)
    path = tmp_path / "list.xlsx"
    path.write_bytes(made_up.xlsx())
    with pytest.raises(UnreadableFile, match=TOO_MUCH):
        list(open_rows(path, XLSX))


def test_a_file_that_cannot_be_read_is_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(made_up.xlsx()[:-40])
    with pytest.raises(UnreadableFile) as here:
        list(rows_in_place(path, XLSX))
    with pytest.raises(UnreadableFile) as there:
        list(open_rows(path, XLSX))
    assert str(there.value) == str(here.value)
    assert str(there.value).startswith("list.xlsx: ")


def test_a_file_that_takes_all_memory_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = large(tmp_path / "list.xlsx")
    assert path.stat().st_size < 4 * MIB
    # What it has before it reads, and some. With more it would hold all texts, within its own bounds.
    monkeypatch.setattr(apart, "LIMITS", Limits(memory=380 * MIB, seconds=60))
    with pytest.raises(UnreadableFile, match=TOO_MUCH):
        list(open_rows(path, XLSX))
    path.write_bytes(made_up.xlsx())
    assert list(open_rows(path, XLSX))


def test_a_file_that_takes_for_ever_is_ended(slow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert slow.stat().st_size < 4 * MIB
    monkeypatch.setattr(apart, "LIMITS", Limits(memory=1 << 30, seconds=1))
    began = time.process_time()
    with pytest.raises(UnreadableFile, match=TOO_MUCH):
        list(open_rows(slow, XLSX))
    assert time.process_time() - began < 1, "the work is done by another process"


def test_a_reading_that_falls_silent_is_ended(slow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SILENCE", 0.05)
    with pytest.raises(UnreadableFile, match=TOO_MUCH):
        list(open_rows(slow, XLSX))


def test_after_a_file_that_was_ended_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(made_up.xlsx())
    expected = list(open_rows(path, XLSX))
    parser = apart._parser
    assert parser is not None
    parser._process.kill()
    parser._process.wait()
    assert list(open_rows(path, XLSX)) == expected


def test_who_takes_the_first_row_alone_leaves_nothing_running(slow: Path) -> None:
    rows = open_rows(slow, XLSX)
    assert next(rows).number == 2
    parser = apart._parser
    assert parser is not None
    children = Path(f"/proc/{parser._process.pid}/task/{parser._process.pid}/children")
    assert len(children.read_text().split()) == 1
    rows.close()  # type: ignore[attr-defined]  # it is a generator
    for _ in range(6_000):
        if not children.read_text().split():
            break
        time.sleep(0.02)
    assert children.read_text().split() == []


def test_many_at_once_get_each_their_own(tmp_path: Path) -> None:
    found: dict[int, list[Row]] = {}

    def read(number: int) -> None:
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(
            made_up.xlsx() if number % 2 else made_up.packed(made_up.shared_workbook())
        )
        found[number] = list(open_rows(path, FileShape()))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found[1] == found[3] == found[5]
    assert found[0] == found[2] == found[4]
    assert found[0]


def test_the_parsing_program_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_parser", None)
    monkeypatch.setenv("TABULARIUM_SMTP", "smtps://login:password@host")
    path = tmp_path / "list.xlsx"
    path.write_bytes(made_up.xlsx())
    look(path)
    parser = apart._parser
    assert parser is not None
    told = Path(f"/proc/{parser._process.pid}/environ").read_bytes()
    assert b"TABULARIUM" not in told
    assert b"PATH=" in told
    parser.end()


CONFINED = """
import mmap, os, socket, sys
from tabularium.intake.confining import Limits, confine
if sys.argv[1] == "confined":
    confine(Limits(memory=1 << 30, seconds=5))
folder = sys.argv[2]
tries = {
    "network": lambda: socket.socket().close(),
    "program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "process": lambda: os.fork() or os._exit(0),
    "write": lambda: open(folder + "/new", "w").close(),
    "empty": lambda: os.open(folder + "/old", os.O_RDONLY | os.O_TRUNC),
    "remove": lambda: os.unlink(folder + "/old"),
    "rename": lambda: os.rename(folder + "/old", folder + "/other"),
    "rights": lambda: os.chmod(folder, 0o777),
    "kill": lambda: os.kill(os.getppid(), 0),
    "memory": lambda: mmap.mmap(-1, 2 << 30).close(),
}
for name, attempt in tries.items():
    try:
        attempt()
    except (OSError, MemoryError):
        continue
    print(name, flush=True)
print(open("/proc/self/comm").read() and "read")
"""


def _can(how: str, folder: Path) -> set[str]:
    (folder / "old").write_text("kept")
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, how, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_a_confined_process_reads_and_does_nothing_else(tmp_path: Path) -> None:
    assert _can("confined", tmp_path) == {"read"}
    assert (tmp_path / "old").read_text() == "kept"


def test_what_a_confined_process_cannot_do_another_can(tmp_path: Path) -> None:
    can = _can("free", tmp_path)
    assert {"network", "program", "write", "remove", "kill", "memory", "read"} <= can


def test_on_a_machine_whose_calls_are_not_known_the_limits_hold_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confining.platform, "machine", lambda: "vax")
    assert confining.refuse_calls() is False


def test_a_request_is_answered_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(made_up.xlsx())
    asked = {"path": str(path), "shape": passing.of_shape(XLSX), "rows": True}
    *lines, end = parsing.answer(asked)
    assert end == passing.END
    assert list(passing.rows_of_lines(map(json.loads, lines))) == list(rows_in_place(path, XLSX))
    look_line, end = parsing.answer({**asked, "rows": False})
    assert passing.to_look(json.loads(look_line)) == look_in_place(path, XLSX)

    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04")
    (refused,) = parsing.answer({**asked, "path": str(tmp_path / "bad.xlsx")})
    assert json.loads(refused)["refused"].startswith("bad.xlsx: ")

    def spends_all(*_: object) -> Iterator[Row]:
        yield Row(1, {})
        raise MemoryError

    monkeypatch.setattr(parsing, "rows_in_place", spends_all)
    assert [json.loads(line) for line in parsing.answer(asked)][-1] == {"spent": "memory"}


def test_a_program_whose_asker_is_gone_ends() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        started = subprocess.Popen(
            [sys.executable, "-m", "tabularium.intake.readers.parsing", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
        )
    ours.close()
    assert started.wait(timeout=300) == 0
