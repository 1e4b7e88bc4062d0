"""The web application as `tabularium serve` starts it, in each of its worker processes."""

import os

# Ctrl-C goes to every process of a group. The server is to hear it and stop its workers, which hang when
# they are told twice; so each leaves the group before it listens to signals.
os.setpgrp()

from tabularium.wsgi import application  # noqa: E402 - the group is left first

__all__ = ["application"]
