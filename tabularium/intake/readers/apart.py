"""Packed files, read by another process under limits of memory and time, without network and without writing.

A package of a few kilobytes can be made so that parsing it takes all memory or hours, or to use a mistake
of a parser in C. The readers bound what they can (`packages`, `xml_parts`); this bounds the rest.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from tabularium.intake.confining import Limits
from tabularium.intake.readers.looked import Looked
from tabularium.intake.readers.passing import (
    LONGEST_LINE,
    line_of,
    of_shape,
    rows_of_lines,
    to_look,
)
from tabularium.intake.readers.shape import FileShape, Row, UnreadableFile

LIMITS = Limits(memory=2 << 30, seconds=900)
"""Of one reading. A workbook with the most shared texts takes about 1 GiB, a million rows a few minutes."""
SILENCE = 180
"""Seconds of waiting for a row after which a reading is ended."""

_PACKED = b"PK\x03\x04"
_PIECE = 1 << 16
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
"""What the other process is told; no setting and no secret of the register is among it."""


def is_packed(path: Path) -> bool:
    """Whether a file begins as a package does.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_PACKED)) == _PACKED


def look_apart(path: Path, shape: FileShape) -> Looked:
    """See `readers.look`."""
    with _Reading(path, shape, rows=False) as reading, reading.judged():
        return to_look(next(reading.lines()))


def rows_apart(path: Path, shape: FileShape) -> Iterator[Row]:
    """See `readers.open_rows`."""
    with _Reading(path, shape, rows=True) as reading, reading.judged():
        yield from rows_of_lines(reading.lines())


class _Parser:
    """The program that forks, one for each process of ours, started when first needed."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "tabularium.intake.readers.parsing", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            )
        self._socket = ours
        self.owner = os.getpid()

    def ask(self, request: bytes, into: int) -> int | None:
        """Send a request; a hold on the process that parses, None if it has ended already.

        Raises:
            OSError: the program is gone.
        """
        socket.send_fds(self._socket, [request], [into])
        said, holds, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not said:
            raise ConnectionError
        return holds[0] if holds else None

    def end(self) -> None:
        """Let it end, which it does when nobody is there to ask."""
        self._socket.close()
        self._process.kill()
        self._process.wait()


_parser: _Parser | None = None
_lock = threading.Lock()


def _ask(request: bytes, into: int) -> int | None:
    global _parser  # noqa: PLW0603 - one for each process
    with _lock:
        if _parser is not None and _parser.owner == os.getpid():
            try:
                return _parser.ask(request, into)
            except OSError:
                _parser.end()
        _parser = _Parser()
        return _parser.ask(request, into)


class _Reading:
    """One request and its answer; whoever leaves it ends the process that parses."""

    def __init__(self, path: Path, shape: FileShape, *, rows: bool) -> None:
        self._name = path.name
        request = {
            "path": str(path.resolve()),
            "shape": of_shape(shape),
            "rows": rows,
            "limits": asdict(LIMITS),
        }
        self._pipe, theirs = os.pipe()
        try:
            self._hold = _ask(line_of(request), theirs)
        finally:
            os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._pipe)
        if self._hold is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._hold, signal.SIGKILL)
            os.close(self._hold)

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Refuse a file after which something else came than rows or a look.

        Raises:
            UnreadableFile: see there.
        """
        try:
            yield
        except UnreadableFile:
            raise
        except (ValueError, TypeError, KeyError, IndexError):
            raise self._too_much() from None

    def lines(self) -> Iterator[Any]:
        """The lines of the answer before its end.

        Raises:
            UnreadableFile: the file cannot be read, or not within the limits.
        """
        rest = bytearray()
        with closing(self._pieces()) as pieces:
            for piece in pieces:
                begins = len(rest)
                rest += piece
                if rest.find(b"\n", begins) < 0:
                    if len(rest) > LONGEST_LINE:
                        break
                    continue
                *whole, last = bytes(rest).split(b"\n")
                rest = bytearray(last)
                for line in whole:
                    said = json.loads(line)
                    if said == []:
                        return
                    if isinstance(said, dict) and "refused" in said:
                        raise UnreadableFile(_one_line(said["refused"]))
                    if isinstance(said, dict) and "spent" in said:
                        raise self._too_much()
                    yield said
        raise self._too_much()

    def _pieces(self) -> Generator[bytes]:
        """What comes through the pipe, until it ends or nothing comes for too long."""
        waiting = select.poll()
        waiting.register(self._pipe, select.POLLIN)
        while waiting.poll(SILENCE * 1000):
            piece = os.read(self._pipe, _PIECE)
            if not piece:
                return
            yield piece

    def _too_much(self) -> UnreadableFile:
        return UnreadableFile(
            f"{self._name}: reading it takes more memory or time than a table does. Save it with its own "
            "program and send it again, or send it as CSV."
        )


def _one_line(said: object) -> str:
    return " ".join(str(said).split())
