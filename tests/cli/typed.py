"""Commands in this process, on the tests' database, where a process of their own would prove no more."""

import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from tabularium.cli.folder import SECRET
from tabularium.cli.group import main
from tests.cli.conftest import Ran


@dataclass(frozen=True)
class Typed:
    """A data folder whose register is the tests' database."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / SECRET).write_text("of these tests alone", "ascii")

    def run(self, *arguments: str) -> Ran:
        # What a command sets for the processes that it starts is for no later test.
        with patch.dict(os.environ):
            done = CliRunner().invoke(main, [*arguments, "--data", str(self.folder)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)
