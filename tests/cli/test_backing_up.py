"""Backups as somebody makes them and brings them back, from one kind of database into the other."""

import os
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import LazySettings

from tabularium.cli import backing_up
from tests.builders import Town, in_notice
from tests.cli.conftest import Shell
from tests.cli.test_killed import Register
from tests.cli.typed import Typed


def kept_apart(register: Path, target: Path) -> None:
    """Put the keys and the secret where a register is brought back, as somebody does by hand."""
    target.mkdir()
    shutil.copytree(register / "keys", target / "keys")
    shutil.copy(register / "secret.key", target)


def said(register: Register) -> tuple[list[list[str]], dict[str, int]]:
    """Its content, with instants as both kinds of database write them."""
    rows, counts = register.content()
    return [[str(each).removesuffix("+00:00") for each in row] for row in rows], counts


@pytest.mark.whole
def test_a_register_comes_back_also_in_the_other_kind_of_database(
    shell: Shell, new_register: Path
) -> None:
    server = os.environ.get("TABULARIUM_DATABASE", "")
    kinds = ["", server, ""] if server.startswith("postgres") else ["", ""]
    places = [Register(shell, f"place-{number}", kind) for number, kind in enumerate(kinds)]
    first = places[0]
    shutil.copytree(new_register, first.folder)
    command = ("submit", shell.decisions("one", "two", "three"), "--item", shell.item("penalty"))
    assert first.run(*command).code == 0
    try:
        for number, (here, there) in enumerate(pairwise(places)):
            made = here.run("backup", f"backup-{number}", "--json")
            assert (made.code, made.json["rows"]["register.Entry"]) == (0, 3)
            file = shell.folder / f"backup-{number}"
            assert file.stat().st_mode & 0o777 == 0o600
            assert "虚构公司".encode() not in file.read_bytes()
            there.copied_from(None)
            kept_apart(here.folder, there.folder)
            back = there.run("restore", file.name, "--json")
            assert (back.code, back.json["problems"], back.json["forgotten"]) == (0, [], 0)
            assert back.json["rows"] == made.json["rows"]
            assert said(there) == said(first)
        # Rows that come now are numbered after those that came back.
        item = shell.item("exclusion")
        assert places[1].run("submit", shell.decisions("four"), "--item", item).code == 0
    finally:
        for each in places:
            each.drop()


# ---- what is refused, in this process


@pytest.fixture
def office(
    db: None, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Typed:
    """A register in which something is, and whose tables are there."""
    del db
    monkeypatch.setenv("TABULARIUM_DATA", "")
    monkeypatch.setattr(backing_up, "make", lambda _: False)
    settings.KEY_FOLDER = tmp_path / "register" / "keys"
    in_notice(Town())
    return Typed(tmp_path / "register")


def test_a_backup_is_told_in_words_and_never_written_over(office: Typed) -> None:
    file = office.folder / "today"
    made = office.run("backup", str(file))
    assert made.code == 0
    assert f"Wrote {file}: " in made.out
    assert f"sealed by the keys in {office.folder / 'keys'}" in made.out
    before = file.read_bytes()
    twice = office.run("backup", str(file))
    assert (twice.code, len(twice.err.splitlines())) == (2, 1)
    assert file.read_bytes() == before
    into = office.folder / "backups"
    into.mkdir()
    assert office.run("backup", str(into)).code == 0
    (named,) = into.iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z\.tabularium", named.name)
    nowhere = office.run("backup", str(office.folder / "no" / "such" / "folder"))
    assert (nowhere.code, len(nowhere.err.splitlines())) == (2, 1)
    assert [each.name for each in office.folder.glob("*.part")] == []


def test_a_backup_whose_keys_cannot_be_made_leaves_no_file(office: Typed) -> None:
    (office.folder / "keys").write_text("in the way")
    made = office.run("backup", str(office.folder / "today"))
    assert made.code == 2
    assert "Cannot write to" in made.err
    assert not list(office.folder.glob("today*"))


def test_what_cannot_be_brought_back_is_one_clear_line(office: Typed, tmp_path: Path) -> None:
    today = tmp_path / "today"
    assert office.run("backup", str(today)).code == 0
    (tmp_path / "text").write_text("TABULARIUM")
    (tmp_path / "short").write_bytes(today.read_bytes()[:40])
    for file, said in (
        ("text", "no backup of a register"),
        ("short", "ends too early"),
        ("today", "not empty"),
        ("absent", "does not exist"),
    ):
        ran = office.run("restore", str(tmp_path / file))
        assert (ran.code, said in ran.err) == (2, True), ran.err
    (office.folder / "keys").rename(office.folder / "elsewhere")
    ran = office.run("restore", str(today))
    assert (ran.code, "Put the folder of keys back" in ran.err) == (2, True)
