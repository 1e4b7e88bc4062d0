"""Files of a log, without a register: compared with its leaves, what came after them, and its size."""

import shutil
from itertools import chain
from pathlib import Path

import pytest

from tabularium.log.checking_files import Files
from tabularium.log.folder import LogFolder
from tests.log.test_folder import entry, grown

SIZE = 305


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with one full tile, the newest edge, and those of two checkpoints before it."""
    return grown(tmp_path_factory.mktemp("whole"), 3, 300, SIZE).path


@pytest.fixture
def log(whole: Path, tmp_path: Path) -> LogFolder:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    return LogFolder(tmp_path)


def found(log: LogFolder) -> list[tuple[str, str]]:
    """What is said, shortened."""
    files = Files(log, SIZE)
    taken = chain.from_iterable(files.take(entry(each)) for each in range(SIZE))
    every = chain(taken, files.end(), files.beyond())
    return [(each.where, each.what[:20]) for each in every]


def test_a_whole_log_is_as_it_has_to_be_with_the_edges_it_had(log: LogFolder) -> None:
    (log.public / "tile/0/001.p/60.half-written").write_bytes(bytes(3))
    assert found(log) == []


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/000.p/3", "tile/entries/000.p/3", "tile/0/001.p/44", "tile/entries/001.p/44"),
    ],
)
@pytest.mark.parametrize("place", [0, -1])
def test_a_former_edge_says_what_came_after_it(log: LogFolder, path: str, place: int) -> None:
    data = bytearray((log.public / path).read_bytes())
    data[place] ^= 1
    (log.public / path).write_bytes(data)
    assert found(log) == [(path, "says otherwise than ")]


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/000", "tile/0/001.p/49", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/49"),
    ],
)
def test_a_file_that_is_missing_is_said_once(log: LogFolder, path: str) -> None:
    (log.public / path).unlink()
    assert found(log) == [(path, "is missing from the ")]


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/002.p/1", "tile/0/001.p/50", "tile/entries/001.p/50", "tile/1/000.p/2"),
        *("tile/2/000.p/1", "tile/0/001", "tile/1/000"),
        *("tile/64/000.p/1", "tile/00/000.p/1", "tile/0/000.p/0", "tile/0/000.p/256"),
        *("tile/0/000.p/01", "tile/0/x000/000.p/1", "tile/0/1", "tile/entries/000.p/x", "tile/x"),
    ],
)
def test_what_is_no_part_of_the_log_is_said(log: LogFolder, path: str) -> None:
    """It lies beyond the checkpoint, or no tile is called so."""
    file = log.public / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(32))
    assert found(log) == [(path, "is no part of a log ")]
