"""A program that parses packed files for another process, each in a process that has little to spend.

It is started once by `apart` and then only forks, so that a file costs milliseconds. It knows neither the
settings nor the secrets of the register: they are not in its environment.
"""

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tabularium.intake.confining import Limits, confine, end_with_parent
from tabularium.intake.readers.in_place import look_in_place, rows_in_place
from tabularium.intake.readers.passing import END, line_of, lines_of_rows, of_look, to_shape
from tabularium.intake.readers.shape import UnreadableFile

_LONGEST_REQUEST = 1 << 20
_DONE, _FAILED = 0, 1


def answer(request: dict[str, Any]) -> Iterator[bytes]:
    """What a request is answered with, line by line; the last is END, or says why there are no more."""
    path, shape = Path(request["path"]), to_shape(request["shape"])
    try:
        if request["rows"]:
            yield from lines_of_rows(rows_in_place(path, shape))
        else:
            yield line_of(of_look(look_in_place(path, shape)))
            yield END
    except UnreadableFile as error:
        yield line_of({"refused": str(error)})
    except MemoryError:
        # All that was read is let go of by now, so there is memory to say so.
        yield line_of({"spent": "memory"})


def serve(control: socket.socket) -> None:
    """Fork for each request until the other side is gone; it gets a hold on the process that parses."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        said, (into, *_), _, _ = socket.recv_fds(control, _LONGEST_REQUEST, 1)
        request = json.loads(said)
        me = os.getpid()
        child = os.fork()
        if child == 0:
            code = _FAILED
            try:
                code = _parse(control, request, into, me)
            finally:
                os._exit(code)
        os.close(into)
        with contextlib.suppress(ProcessLookupError):
            hold = os.pidfd_open(child)
            socket.send_fds(control, [b"."], [hold])
            os.close(hold)
            continue
        # It has ended already.
        control.send(b".")


def _parse(control: socket.socket, request: dict[str, Any], into: int, parent: int) -> int:
    control.close()
    limits = Limits(**request["limits"])
    if not end_with_parent(signal.SIGKILL, parent):
        return _FAILED
    confine(limits)
    try:
        with open(into, "wb") as pipe:
            for line in answer(request):
                pipe.write(line)
                pipe.flush()
    except OSError:
        # Nobody wants the rest.
        return _FAILED
    return _DONE


def main() -> None:
    """Serve at the socket whose number is the only argument."""
    with socket.socket(fileno=int(sys.argv[1])) as control, contextlib.suppress(ValueError):
        # Unpacking nothing is how it is told that the other side is gone.
        serve(control)


if __name__ == "__main__":
    main()
