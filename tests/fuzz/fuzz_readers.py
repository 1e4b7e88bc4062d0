"""Fuzzing the readers with atheris, by hand and for as long as you like.

    python tests/fuzz/fuzz_readers.py csv -max_total_time=600

Readers: auto, csv, json, jsonl, parquet as they stand; ods and xlsx with the bytes as a part of a package,
for a ZIP archive that is changed is refused before anything in it is read. The options are libFuzzer's.
What it finds, it writes into the folder from which it was started, and tells the file's name.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["tabularium.intake.readers"]):
    from tabularium.intake.readers import FileFormat, FileShape
    from tests.fuzz import made_up
    from tests.fuzz.oracle import judge

XLSX_PARTS = (
    made_up.SHEET,
    made_up.SHARED,
    "xl/workbook.xml",
    "xl/styles.xml",
    "_rels/.rels",
    made_up.RELATED,
)
"""The parts of a workbook that are put in place of the input, told by its first byte."""

_XLSX = made_up.shared_workbook()


def as_it_stands(data: bytes) -> bytes:
    """The input is the file."""
    return data


def as_workbook(data: bytes) -> bytes:
    """The input is a part of a workbook."""
    part = XLSX_PARTS[data[0] % len(XLSX_PARTS)] if data else XLSX_PARTS[0]
    return made_up.packed(_XLSX | {part: data[1:]}, method=0)


def as_open_document(data: bytes) -> bytes:
    """The input is the content of a spreadsheet."""
    return made_up.packed({"mimetype": made_up.ODS_TYPE.encode(), made_up.CONTENT: data}, method=0)


READERS: Mapping[str, tuple[FileFormat, Callable[[bytes], bytes]]] = {
    "auto": (FileFormat.AUTO, as_it_stands),
    "csv": (FileFormat.CSV, as_it_stands),
    "json": (FileFormat.JSON, as_it_stands),
    "jsonl": (FileFormat.JSON_LINES, as_it_stands),
    "parquet": (FileFormat.PARQUET, as_it_stands),
    "ods": (FileFormat.ODS, as_open_document),
    "xlsx": (FileFormat.XLSX, as_workbook),
}


def seeds(reader: str) -> list[bytes]:
    """Right files, with which the search begins."""
    texts = [made_up.csv(), made_up.csv(";"), "a;é\n".encode("cp1252"), "a\n名\n".encode("utf-16")]
    by_reader = {
        "csv": texts,
        "json": [made_up.json_document(), b"[[1,2],[3]]"],
        "jsonl": [made_up.json_lines()],
        "parquet": [made_up.parquet(), made_up.parquet(compression="none", use_dictionary=False)],
        "ods": [made_up.parts_of(made_up.ods())[made_up.CONTENT]],
        "xlsx": [bytes([place]) + _XLSX[part] for place, part in enumerate(XLSX_PARTS)],
    }
    if reader == "auto":
        return [*texts, made_up.json_document(), made_up.xlsx(), made_up.ods(), made_up.parquet()]
    return by_reader[reader]


def main() -> None:
    """Fuzz the reader that is named first."""
    reader = sys.argv[1] if len(sys.argv) > 1 else ""
    if reader not in READERS:
        raise SystemExit(f"Name a reader: {', '.join(READERS)}.")
    file_format, made = READERS[reader]
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(reader)):
        (corpus / str(number)).write_bytes(seed)
    path = folder / "file.txt"
    shape = FileShape(file_format)

    def one_input(data: bytes) -> None:
        path.write_bytes(made(data))
        judge(path, shape)

    atheris.Setup([sys.argv[0], *sys.argv[2:], str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
