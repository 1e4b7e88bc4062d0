"""Backups as somebody makes them and brings them back, from one kind of database into the other."""

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_killed import Register, registers


def kept_apart(register: Path, target: Path) -> None:
    """Put the keys and the secret where a register is brought back, as somebody does by hand."""
    target.mkdir()
    shutil.copytree(register / "keys", target / "keys")
    shutil.copy(register / "secret.key", target)


def filled(register: Register) -> None:
    shell = register.shell
    assert register.run("init").code == 0
    for kind in ("licence", "penalty"):
        submitted = register.run(
            "submit", shell.decisions("one", "two", "three"), "--item", shell.item(kind), "--json"
        )
        assert submitted.code == 0


@pytest.mark.whole
def test_a_register_comes_back_from_a_backup(shell: Shell) -> None:
    with registers(shell, "first", "second") as (first, second):
        for each in (first, second):
            each.copied_from(None)
        filled(first)
        made = first.run("backup", "today", "--json")
        assert (made.code, made.json["rows"]["register.Entry"]) == (0, 6)
        file = shell.folder / "today"
        assert file.stat().st_mode & 0o777 == 0o600
        assert "虚构公司".encode() not in file.read_bytes()
        kept_apart(first.folder, second.folder)
        back = second.run("restore", "today", "--json")
        assert (back.code, back.json["problems"], back.json["forgotten"]) == (0, [], 0)
        assert back.json["rows"] == made.json["rows"]
        assert second.content() == first.content()
        again = second.run("restore", "today")
        assert again.code == 2
        assert "not empty" in again.err
        assert second.content() == first.content()
        twice = first.run("backup", "today")
        assert (twice.code, len(twice.err.splitlines())) == (2, 1)


@pytest.mark.whole
def test_a_register_moves_from_one_kind_of_database_into_the_other(shell: Shell) -> None:
    server = os.environ.get("TABULARIUM_DATABASE", "")
    if not server.startswith("postgres"):
        pytest.skip("TABULARIUM_DATABASE names no PostgreSQL.")
    here, there = Register(shell, "here", ""), Register(shell, "there", server)
    back = Register(shell, "back", "")
    try:
        there.copied_from(None)
        filled(here)
        assert here.run("backup", "from-here").code == 0
        kept_apart(here.folder, there.folder)
        assert there.run("restore", "from-here").code == 0
        assert there.content() == here.content()
        assert there.run("backup", "from-there").code == 0
        kept_apart(there.folder, back.folder)
        assert back.run("restore", "from-there").code == 0
        assert back.content() == here.content()
        # Rows that come now are numbered after those that came back.
        sent = there.run(
            "submit", shell.decisions("four"), "--item", shell.item("exclusion"), "--json"
        )
        assert sent.code == 0
    finally:
        there.drop()


@pytest.mark.whole
def test_what_cannot_be_brought_back_is_one_clear_line(register: Shell) -> None:
    assert register.run("backup", "today").code == 0
    whole = (register.folder / "today").read_bytes()
    (register.folder / "short").write_bytes(whole[:-1])
    register.write("text", "TABULARIUM")
    kept_apart(register.data, register.folder / "other")
    shutil.rmtree(register.folder / "other" / "keys")
    for file, data, said in (
        ("short", None, "ends too early"),
        ("text", None, "no backup of a register"),
        ("today", None, "not empty"),
        ("today", register.folder / "other", "Put the folder of keys back"),
        ("absent", None, "does not exist"),
    ):
        # A register in which nothing is yet takes a backup, so that of the first two is given one thing.
        ran = register.run("restore", file, data=data or register.data)
        assert ran.code == 2
        assert said in ran.err
    ran = register.run("backup", "no/such/folder")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
