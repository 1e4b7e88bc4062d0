"""Processes that begin with the libraries at hand: most of a short command's time goes into their import.

One process imports them, and nothing of Tabularium that reads its settings; each command is then a fork
of it, with arguments, folder, environment, input and output of its own. It ends like any other process.
"""

import atexit
import contextlib
import importlib
import io
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

LIBRARIES = (
    "charset_normalizer",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "django.contrib.auth",
    "django.core.management",
    "django.core.serializers.json",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.http",
    "django.test.client",
    "django.urls",
    "django.utils.autoreload",
    "duckdb",
    "holidays",
    "ibis",
    "ibis.backends.duckdb",
    "ijson",
    "pydantic",
    "numpy",
    "openpyxl",
    "phonenumbers",
    "psycopg",
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.parquet",
    "pypdf",
    "requests",
    "rfc8785",
    "stdnum",
    "typst",
    "tabularium.cli.group",
    "tabularium.core.clocks",
    "tabularium.core.content",
    "tabularium.core.identifiers",
    "tabularium.core.life",
    "tabularium.core.rules",
    "tabularium.intake.items",
    "tabularium.intake.sets.plan",
)


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class Started:
    """A process that was started; to be waited for."""

    def __init__(self, folder: "tempfile.TemporaryDirectory[str]", told: BinaryIO) -> None:
        self._folder = folder
        self._told = told
        self.pid = int(told.readline())

    def wait(self, timeout: float | None = None) -> Ended:
        """How it ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        ready, _, _ = select.select([self._told], [], [], timeout)
        if not ready:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        code = int(self._told.readline())
        self._told.close()
        out, err = (Path(self._folder.name, name).read_text("utf-8") for name in ("out", "err"))
        self._folder.cleanup()
        return Ended(code, out, err)

    def kill(self) -> None:
        """Kill it and what it started."""
        os.killpg(self.pid, signal.SIGKILL)


def start(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], typed: str = "") -> Started:
    """A Python with these arguments (`-m MODULE ...` or `-c PROGRAM ...`) in a process of its own."""
    folder = tempfile.TemporaryDirectory(prefix="prepared-")
    into = Path(folder.name)
    (into / "in").write_text(typed, "utf-8")
    os.mkfifo(into / "told")
    asked = {"arguments": [*arguments], "cwd": str(cwd), "env": dict(env), "folder": folder.name}
    server = _server()
    assert server.stdin is not None
    server.stdin.write(json.dumps(asked) + "\n")
    server.stdin.flush()
    # Without a buffer, so that what is not yet read is seen by select.
    return Started(folder, (into / "told").open("rb", buffering=0))


def run(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], typed: str = "") -> Ended:
    """The same, when it has ended."""
    return start(arguments, cwd, env, typed).wait()


@cache
def _server() -> "subprocess.Popen[str]":
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.prepared"],
        cwd=Path(__file__).resolve().parents[1],
        stdin=subprocess.PIPE,
        text=True,
    )
    atexit.register(_stop, server)
    return server


def _stop(server: "subprocess.Popen[str]") -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait(timeout=300)


def _serve() -> None:
    for each in LIBRARIES:
        importlib.import_module(each)
    # Nobody waits for those who watch over the commands.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            _watch(json.loads(line))


def _watch(asked: dict[str, Any]) -> None:
    """Start a command, and tell who it is and how it ended; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(asked["folder"], "told").open("wb", buffering=0) as told:
        child = os.fork()
        if child == 0:
            told.close()
            _become(asked)
        told.write(f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        told.write(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(asked: dict[str, Any]) -> None:
    """Be the command; never returns."""
    code = 70
    try:
        os.setsid()
        for number, (name, flags) in enumerate(
            (("in", os.O_RDONLY), ("out", _WRITTEN), ("err", _WRITTEN))
        ):
            os.dup2(os.open(Path(asked["folder"], name), flags, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.FileIO(number, mode, closefd=False), "utf-8", write_through=True)
            for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        tempfile.tempdir = None
        sys.path.insert(0, asked["cwd"])
        code = _main(*asked["arguments"])
        for each in (sys.stdout, sys.stderr):
            each.flush()
    finally:
        os._exit(code)


_WRITTEN = os.O_WRONLY | os.O_CREAT


def _main(option: str, what: str, *arguments: str) -> int:
    sys.argv = [option if option == "-c" else what, *arguments]
    try:
        if option == "-c":
            exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102 - as python -c
        else:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - an interpreter does the same with what nobody caught
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        _serve()
