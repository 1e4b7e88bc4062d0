"""Each reader meets changed and random files: it gives rows, or says in one line why not."""

import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.intake.readers import FileFormat, FileShape, Row, in_place
from tests.fuzz import made_up
from tests.fuzz.oracle import judge

SCRIPT = Path(__file__).with_name("fuzz_readers.py")
NAMES = ("auto", "csv", "json", "jsonl", "parquet", "ods", "xlsx")
SHORT = ("-runs=1500", "-max_total_time=2", "-timeout=100", "-verbosity=0")
# The same inputs each time, so that a change fails over itself alone; the long way looks further.
SEED = "0" if os.environ.get("TABULARIUM_SOAK") else "1"
MOST_MEMORY = 1024
"""MiB of one run."""


def _memory_limit() -> str:
    """What libFuzzer takes for a process's peak counts that of the process which started it, too."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"-rss_limit_mb={MOST_MEMORY + own}"


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_in_a_short_time(name: str, tmp_path: Path) -> None:
    corpora, findings = tmp_path / "corpora", tmp_path / "findings"
    corpora.mkdir()
    findings.mkdir()
    found = subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            name,
            *SHORT,
            _memory_limit(),
            f"-seed={SEED}",
            "-print_final_stats=1",
        ],
        cwd=findings,
        env=os.environ | {"TMPDIR": str(corpora)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-4_000:]
    assert "stat::number_of_executed_units" in found.stderr
    assert list(findings.iterdir()) == []


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
def test_a_reader_that_is_unknown_is_said_so() -> None:
    found = subprocess.run(
        [sys.executable, str(SCRIPT), "xls"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "Name a reader: auto, csv" in found.stderr


def _raises(*_: object) -> Iterator[Row]:
    raise IndexError


def _counts_backwards(*_: object) -> Iterator[Row]:
    yield Row(2, {})
    yield Row(1, {})


def _hands_out_no_text(*_: object) -> Iterator[Row]:
    yield Row(1, {"name": "\udcff"})


@pytest.mark.parametrize("reader", [_raises, _counts_backwards, _hands_out_no_text])
def test_a_reader_with_a_fault_is_caught(
    reader: Callable[..., Iterator[Row]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_place, "_READERS", {FileFormat.CSV: reader})
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises((IndexError, AssertionError, UnicodeEncodeError)):
        judge(tmp_path / "list.csv", FileShape(FileFormat.CSV))


def judged(content: bytes, name: str, shape: FileShape | None = None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return judge(path, shape or FileShape())


@given(st.binary(max_size=600), st.sampled_from(FileFormat))
def test_random_bytes(content: bytes, file_format: FileFormat) -> None:
    judged(content, "list.csv", FileShape(file_format))


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5", "cp1252", "shift_jis"]


@given(
    st.lists(st.tuples(st.text(max_size=20), st.sampled_from(ENCODINGS)), min_size=1, max_size=12)
)
def test_texts_in_mixed_encodings(lines: list[tuple[str, str]]) -> None:
    content = b"\n".join(text.encode(encoding, "ignore") for text, encoding in lines)
    judged(b"name,town\n" + content, "list.csv")
    judged(content, "list.txt")


FILES = {
    "csv": made_up.csv(),
    "xlsx": made_up.xlsx(),
    "shared.xlsx": made_up.packed(made_up.shared_workbook()),
    "ods": made_up.ods(),
    "json": made_up.json_document(),
    "jsonl": made_up.json_lines(),
    "parquet": made_up.parquet(),
}


@pytest.mark.parametrize("name", FILES)
def test_the_files_to_begin_with_are_read(name: str) -> None:
    assert judged(FILES[name], f"list.{name}") == ""


@settings(max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_files_that_are_cut_off_or_changed_in_some_bytes(name: str, data: st.DataObject) -> None:
    content = bytearray(FILES[name])
    content = content[: data.draw(st.integers(1, len(content)))]
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        content[place] = byte
    judged(bytes(content), f"list.{name}")


TAGS = ["row", "c", "v", "f", "is", "t", "sheetData", "x"]
ATTRIBUTES = ['r="A1"', 'r="2"', 'r="ZZZ9"', 't="s"', 't="b"', 't="e"', 't="d"', 's="0"', 's="99"']
ODS_TAGS = ["table:table-row", "table:table-cell", "table:table", "text:p", "text:s", "office:x"]
ODS_ATTRIBUTES = [
    'table:number-rows-repeated="3"',
    'table:number-columns-repeated="99999999999"',
    'office:value-type="float"',
    'office:value="1e999"',
    'office:value-type="date"',
    'table:formula="of:=1"',
    'text:c="9999999999999"',
]


def elements(tags: list[str], attributes: list[str]) -> st.SearchStrategy[str]:
    """Elements within each other, in any order and with any attribute."""

    def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(
            lambda tag, given_attributes, content: (
                f"<{tag} {' '.join(given_attributes)}>{''.join(content)}</{tag}>"
            ),
            st.sampled_from(tags),
            st.lists(
                st.sampled_from(attributes), max_size=2, unique_by=lambda each: each.split("=")[0]
            ),
            st.lists(inner, max_size=4),
        )

    return st.recursive(
        st.sampled_from(["", "1", "0", "x", "45000.5", "-1"]), around, max_leaves=12
    )


@given(st.lists(elements(TAGS, ATTRIBUTES), max_size=5))
def test_sheets_of_elements_in_any_order(rows: list[str]) -> None:
    parts = made_up.xlsx_parts("".join(rows).encode(), ("a", "b"))
    judged(made_up.packed(parts, method=0), "list.xlsx")


@given(st.lists(elements(ODS_TAGS, ODS_ATTRIBUTES), max_size=5))
def test_spreadsheets_of_elements_in_any_order(rows: list[str]) -> None:
    judged(made_up.ods(made_up.ods_content("".join(rows))), "list.ods")
