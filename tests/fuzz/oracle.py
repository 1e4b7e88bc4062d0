"""What every reader owes to every file, whatever it holds."""

from itertools import islice
from pathlib import Path

from tabularium.intake.readers import FileFormat, FileShape, Row, UnreadableFile
from tabularium.intake.readers.in_place import look_in_place, rows_in_place

MOST_ROWS = 5_000
"""Rows after which a file is left: a small one that holds more is only slow to look at."""


def judge(path: Path, shape: FileShape) -> str:
    """Read a file and check what comes: rows with growing numbers, or one line that says what is wrong.

    Returns:
        That line, or "" for a file that was read.

    Raises:
        AssertionError: a row is not as it should be. Anything else that is raised is a mistake, too.
    """
    try:
        looked = look_in_place(path, shape)
        assert looked.shape.format is not FileFormat.AUTO
        assert looked.text_en.endswith(".")
        assert looked.text_zh.endswith("。")
        last = 0
        for row in islice(rows_in_place(path, looked.shape), MOST_ROWS):
            _check(row, last)
            last = row.number
    except UnreadableFile as error:
        said = str(error)
        assert said.startswith(f"{path.name}: ")
        assert "\n" not in said
        return said
    return ""


def _check(row: Row, last: int) -> None:
    assert isinstance(row, Row)
    assert row.number > last
    for name, text in row.cells.items():
        assert isinstance(name, str)
        assert text is None or isinstance(text, str)
    if row.trouble is None:
        # What is no text has its trouble, so all else can be written down.
        "".join(text for text in row.cells.values() if text).encode()
