"""The command line.

Exit codes: 0 done; 1 done, and there is something to look at; 2 not done, and one line says why.
"""

from tabularium.cli.group import main

__all__ = ["main"]
