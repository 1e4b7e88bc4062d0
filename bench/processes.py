"""A task in a process of its own, watched from outside for memory and disk."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.tasks import peak_of

ROOT = Path(__file__).resolve().parents[1]
_LOOK_EVERY = 0.1
"""Seconds between two looks at a running process."""
_BLOCK = 512
"""Bytes of the unit in which the kernel counts what a file occupies."""


class TaskFailedError(RuntimeError):
    """A measured process did not come to its end; its last words are the text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task did and took.

    Attributes:
        seconds: the call by itself, without the start of the process.
        rows: how many it went through.
        peak_memory: bytes that the process had at most, with the processes it started. What several of them
            share counts in each.
        temporary_disk: bytes that its temporary files occupied at most, those without a name included.
        swapped: bytes of it that were swapped out at most.
        said: what else it answered.
    """

    seconds: float
    rows: int
    peak_memory: int
    temporary_disk: int
    swapped: int
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Rows in a second."""
        return self.rows / self.seconds


@dataclass(slots=True)
class _Watch:
    process: int
    scratch: Path
    memory: int = 0
    disk: int = 0
    swapped: int = 0

    def look(self) -> None:
        every = list(family(self.process))
        self.memory = max(self.memory, sum(peak_of(each) for each in every))
        self.swapped = max(self.swapped, sum(_swapped(each) for each in every))
        self.disk = max(self.disk, _occupied(self.scratch, every))


def run(task: str, environment: Mapping[str, str], folder: Path, /, **arguments: Any) -> Outcome:
    """Do a task in a process of its own.

    Args:
        task: its name in `tasks.TASKS`.
        environment: variables on top of those of this process.
        folder: where the process may keep temporary files; it begins and ends empty.
        arguments: of the task.

    Raises:
        TaskFailedError: the process ended with an error.
    """
    os.sync()
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        process = subprocess.Popen(  # noqa: S603 - our own task
            [sys.executable, "-m", "bench.tasks", task, json.dumps(arguments)],
            # In an empty folder, because some engines put temporary files into the current one.
            cwd=scratch,
            env={
                **os.environ,
                **environment,
                "TMPDIR": scratch,
                "PYTHONPATH": str(ROOT),
            },
            stdout=out,
            stderr=errors,
        )
        watch = _Watch(process.pid, Path(scratch))
        try:
            while process.poll() is None:
                watch.look()
                time.sleep(_LOOK_EVERY)
        finally:
            process.kill()
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise TaskFailedError(
                f"{task}: {errors.read().decode('utf-8', 'replace').strip()[-2000:]}"
            )
        said = json.loads(out.read())
    return Outcome(
        seconds=said.pop("seconds"),
        rows=said.pop("rows"),
        peak_memory=max(watch.memory, said.pop("peak_memory")),
        temporary_disk=watch.disk,
        swapped=watch.swapped,
        said=said,
    )


def family(process: int) -> Iterator[int]:
    """A process and all that it started."""
    yield process
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def _swapped(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmSwap:")]
    return int(sizes[0]) * 1024 if sizes else 0


def _occupied(scratch: Path, every: list[int]) -> int:
    """Bytes of the files below a folder, and of those there that are open and have no name any more."""
    found: dict[int, int] = {}
    named = (Path(folder, name) for folder, _, names in os.walk(scratch) for name in names)
    for path in (*named, *_open_files(every, scratch)):
        try:
            status = path.stat()
        except OSError:
            continue
        found[status.st_ino] = status.st_blocks * _BLOCK
    return sum(found.values())


def _open_files(every: list[int], scratch: Path) -> Iterator[Path]:
    for process in every:
        try:
            descriptors = list(Path(f"/proc/{process}/fd").iterdir())
        except OSError:
            continue
        for each in descriptors:
            try:
                target = os.readlink(each)  # noqa: PTH115 - a Path would drop " (deleted)"
            except OSError:
                continue
            if target.startswith(f"{scratch}/"):
                yield each
