"""Ports for servers that tests start."""

import secrets
import socket

_FIRST, _BEHIND = 20_000, 32_000
"""Below those that the system gives to connections that go out (ip_local_port_range, from 32768)."""


def free_port() -> int:
    """A port of this machine at which nothing listens.

    Whoever is to listen there binds it some time later. One that the system chose could be given to somebody
    else's connection meanwhile; this one is lost only if another test draws the same of many.
    """
    while True:
        port = _FIRST + secrets.randbelow(_BEHIND - _FIRST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
