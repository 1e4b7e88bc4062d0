"""The files of the log: in which order they come to be, and what stops the log."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tabularium.log import folder as log_folder
from tabularium.log.folder import LogError, LogFolder
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.merkle import check_inclusion, leaf_hash, root_of
from tabularium_verify.signed_notes import Note, Signature
from tabularium_verify.tiles import new_tiles

ORIGIN = "register.example/log"


def entry(number: int) -> bytes:
    return number.to_bytes(32, "big")


def entries(start: int, end: int) -> list[bytes]:
    return [entry(each) for each in range(start, end)]


def checkpoint(size: int, root: bytes | None = None, origin: str = ORIGIN) -> bytes:
    found = root or root_of(leaf_hash(each) for each in entries(0, size))
    text = Checkpoint(origin, size, found).text()
    return Note(text, (Signature(origin, bytes(4), bytes(64)),)).encode()


def grown(path: Path, *sizes: int) -> LogFolder:
    log = LogFolder(path)
    for size in sizes:
        log.keep_signed(checkpoint(size))
        log.publish(entries)
    return log


def files(log: LogFolder) -> set[str]:
    return {str(each.relative_to(log.public)) for each in log.public.rglob("*") if each.is_file()}


def test_a_log_grows_from_checkpoint_to_checkpoint(tmp_path: Path) -> None:
    log = grown(tmp_path, 0, 3, 3, 256, 700)
    assert log.published() == log.signed() == checkpoint(700)
    expected = {"checkpoint"}
    for tile in [each for size in (3, 256, 700) for each in new_tiles(0, size)]:
        expected |= {tile.path} | ({tile.bundle_path} if tile.level == 0 else set())
    assert files(log) == expected
    root = read_checkpoint(checkpoint(700)).root
    check_inclusion(leaf_hash(entry(299)), 299, 700, root, log.proof_of(299))


class StoppedError(Exception):
    """Stands for a process that is no more."""


def test_stopped_at_any_file_it_shows_a_whole_log_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = log_folder._place
    stopped = 0
    for limit in range(100):
        log = grown(tmp_path / str(limit), 300)
        left = limit

        def write(path: Path, data: bytes, mode: int) -> None:
            nonlocal left
            if left == 0:
                raise StoppedError
            left -= 1
            real(path, data, mode)

        monkeypatch.setattr(log_folder, "_place", write)
        try:
            log.keep_signed(checkpoint(600))
            log.publish(entries)
        except StoppedError:
            stopped += 1
        monkeypatch.setattr(log_folder, "_place", real)
        published = read_checkpoint(log.published() or b"")
        assert log.tree().root() == published.root
        signed = read_checkpoint(log.signed() or b"").size
        allowed = {each.path for each in [*new_tiles(0, 300), *new_tiles(0, signed)]}
        assert {each for each in files(log) if each.startswith("tile/0/")} <= allowed
        log.keep_signed(checkpoint(600))
        log.publish(entries)
        assert files(log) == files(grown(tmp_path / f"{limit}-whole", 300, 600))
        if published.size == 600:
            break
    assert stopped == 7, "the signed checkpoint, five tiles and bundles, and the checkpoint"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (checkpoint(2), "Is it an older backup"),
        (checkpoint(3, bytes(32)), "Somebody changed the leaves"),
        (checkpoint(9, origin="another.example/log"), r"The log is called register\.example/log"),
    ],
)
def test_a_log_does_not_go_back(tmp_path: Path, data: bytes, why: str) -> None:
    log = grown(tmp_path, 3)
    with pytest.raises(LogError, match=why):
        log.keep_signed(data)
    assert log.signed() == checkpoint(3)


def test_leaves_that_do_not_lead_to_the_signed_root_are_not_published(tmp_path: Path) -> None:
    log = grown(tmp_path, 3)
    before = files(log)
    log.keep_signed(checkpoint(300))

    def changed(start: int, end: int) -> Iterable[bytes]:
        return [bytes(32) if each == 200 else entry(each) for each in range(start, end)]

    with pytest.raises(LogError, match="do not lead to the root"):
        log.publish(changed)
    with pytest.raises(LogError, match="do not lead to the root"):
        log.publish(lambda start, end: entries(start, end - 1))
    assert (files(log), log.published()) == (before, checkpoint(3))


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("tile/0/001.p/44", "other entries than its tile says"),
        ("tile/entries/001.p/44", "other entries than its tile says"),
        ("tile/1/000.p/1", "lead to another root"),
    ],
)
def test_a_changed_tile_stops_the_log(tmp_path: Path, path: str, why: str) -> None:
    log = grown(tmp_path, 300)
    file = log.public / path
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    log.keep_signed(checkpoint(305))
    before = files(log)
    with pytest.raises(LogError, match=why):
        log.publish(entries)
    assert files(log) == before
    file.write_bytes(data[:-1])
    with pytest.raises(LogError, match="not those of its checkpoint"):
        log.publish(entries)
    file.unlink()
    with pytest.raises(LogError, match="not those of its checkpoint"):
        log.publish(entries)


def test_a_file_that_says_otherwise_is_never_overwritten(tmp_path: Path) -> None:
    log = grown(tmp_path, 3)
    there = log.public / "tile/0/000.p/5"
    there.write_bytes(bytes(160))
    log.keep_signed(checkpoint(5))
    with pytest.raises(LogError, match="files of a log never change"):
        log.publish(entries)
    assert there.read_bytes() == bytes(160)


def test_files_outlive_a_power_cut_before_a_checkpoint_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file lasts once its folder is on the disk, and a new folder once the one above it is."""
    log = grown(tmp_path / "log", 3)
    log.keep_signed(checkpoint(300))
    steps, place = list[Path](), log_folder._place

    def write(path: Path, data: bytes, mode: int) -> None:
        steps.append(path)
        place(path, data, mode)

    monkeypatch.setattr(log_folder, "_place", write)
    monkeypatch.setattr(log_folder, "sync_path", steps.append)
    log.publish(entries)
    given_out = steps.index(log.public / "checkpoint")
    assert steps[given_out + 1 :] == [log.public]
    lasting = set[Path]()
    for each in reversed(steps[:given_out]):
        if each.is_dir():
            assert each.is_relative_to(log.path), "what is above the log is not its own"
            lasting.add(each)
        else:
            above = [each.parent, *each.parent.parents]
            assert set(above[: above.index(log.path) + 1]) <= lasting


def test_a_log_begins_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert grown(tmp_path / "some" / "where", 3).size() == 3


def test_nothing_is_published_that_was_not_signed(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No checkpoint was signed"):
        LogFolder(tmp_path).publish(entries)


def test_another_account_can_give_out_what_is_public_and_nothing_else(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        log = grown(tmp_path / "log", 300)
    finally:
        os.umask(before)
    for each in (log.public, *log.public.rglob("*")):
        assert each.stat().st_mode & 0o777 == (0o755 if each.is_dir() else 0o644)
    assert (log.path / "signed").stat().st_mode & 0o077 == 0
