"""Files that several processes work on, and that are to outlive a power cut."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held_alone(path: Path) -> Iterator[bool]:
    """Whether this process is the only one that holds a file, until the block ends; made if it is not there.

    The kernel lets go what a process held that is no more.
    """
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def sync_path(path: Path, sync: Callable[[int], None] | None = None) -> None:
    """Let a file, or the names in a folder, outlive a power cut.

    Args:
        path: of it.
        sync: does so with a file descriptor; `os.fsync` if not given.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        (sync or os.fsync)(descriptor)
    finally:
        os.close(descriptor)
