"""The commands as somebody types them: each in a process of its own, on a folder of its own."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tabularium import clock
from tabularium.core.identifiers import uscc_check_character
from tests import made_tables, prepared

ITEM = """
code = "made-up-{kind}"
version = 1
effective_from = 2020-01-01
kind = "{kind}"
field = "food-safety"
language = "en"
frequency = "weekly"
title = {{ en = "Made-up list", zh-hans = "虚构名录" }}

[authority]
code = "made-up-office"
jurisdiction = "cn"
time_zone = "Asia/Shanghai"
website = "https://office.example/"
name = {{ en = "Made-up Office", zh-hans = "虚构局" }}

[authority.corrections]
text = {{ en = "Write to the office.", zh-hans = "请致函该局。" }}

[legal_basis]
citation = "Made-up Act, article 5"

[notice]
channel = "letter"

[objection]
route = {{ en = "In writing to the office.", zh-hans = "书面向该局提出。" }}

[term]
rule = "{term}"

[file]
format = "csv"

[[schema.fields]]
name = "number"
[[schema.fields]]
name = "code"
[[schema.fields]]
name = "name"
[[schema.fields]]
name = "day"
[[schema.fields]]
name = "text"

[mapping]
key = ["number"]
name = {{ column = "name" }}
decision_number = {{ column = "number" }}
decided_on = {{ column = "day" }}
measure = {{ constant = "Made-up measure" }}
summary = {{ column = "text" }}

[[mapping.identifier]]
scheme = "CN-USCC"
column = "code"

[[not_a_decision]]
column = "text"
values = ["presumed"]
reason = "presumed"
"""


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A folder, and the command line in it."""

    folder: Path

    def run(self, *arguments: str, data: Path | None = None, typed: str = "") -> Ran:
        done = prepared.run(
            ["-m", "tabularium", *arguments, "--data", str(data or self.data)],
            typed=typed,
            cwd=self.folder,
            env={**os.environ, "TABULARIUM_DATABASE": "", "PYTHONIOENCODING": "utf-8"},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    @property
    def data(self) -> Path:
        return self.folder / "register"

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return name

    def item(self, kind: str) -> str:
        term = "open" if kind == "licence" else "pack-default"
        return self.write(f"{kind}.toml", ITEM.format(kind=kind, term=term))

    def decisions(self, *texts: str, name: str = "decisions.csv") -> str:
        """A file with a decision of yesterday for each text."""
        yesterday = clock.now().date() - timedelta(days=1)
        rows = ["number,code,name,day,text"]
        for number, text in enumerate(texts, 1):
            body = f"91999900{number:09d}"
            code = body + uscc_check_character(body)
            rows.append(f"No. {number},{code},虚构公司{number},{yesterday},{text}")
        return self.write(name, "\n".join(rows) + "\n")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def new_register(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # noqa: ARG001 - which makes tables that it begins with
) -> Path:
    """A folder that `tabularium init` made, to be copied: making tables takes longer than most commands."""
    made = Shell(tmp_path_factory.mktemp("made"))
    made.data.mkdir(mode=0o700)
    made_tables.begin_with(made.data)
    assert made.run("init").code == 0
    return made.data


@pytest.fixture
def register(shell: Shell, new_register: Path) -> Shell:
    """A shell beside a new register."""
    shutil.copytree(new_register, shell.data)
    return shell
