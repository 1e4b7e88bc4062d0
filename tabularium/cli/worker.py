"""The web application as `tabularium serve` starts it, in each of its worker processes."""

import multiprocessing
import os
import signal
import threading

# Ctrl-C goes to every process of a group. The server is to hear it and stop its workers, which hang when
# they are told twice; so each leaves the group before it listens to signals.
os.setpgrp()

LOOKED_EVERY = 1.0
"""Seconds between two looks at whether the server is still there."""

ENDED_WITHIN = 10.0
"""Seconds in which what is being answered is finished; then the process is killed."""


def end_with(server: int) -> None:
    """Wait until the server is no more, and end.

    A server that is killed tells its workers nothing. They would go on answering at its port, with what it
    was started with, and no other could be started there.

    Args:
        server: number of the process that started this one.
    """
    never = threading.Event()
    while os.getppid() == server:
        never.wait(LOOKED_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    never.wait(ENDED_WITHIN)
    os.kill(os.getpid(), signal.SIGKILL)


_server = multiprocessing.parent_process()
if _server is not None and _server.pid is not None:
    threading.Thread(target=end_with, args=(_server.pid,), name="end", daemon=True).start()

from tabularium.wsgi import application  # noqa: E402 - the group is left first

__all__ = ["application"]
