"""Keys of the log as somebody types it: made, shown and rotated, and never shown themselves."""

import re
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tabularium.log.keys import read_keys
from tests.cli.typed import Typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(tmp_path: Path, settings: Settings) -> Typed:
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEYS = tmp_path / "log-keys"
    settings.LOG_CONFIGURATION = tmp_path / "log.toml"
    settings.LOG_NAME = "register.example/log"
    return Typed(tmp_path)


def test_a_key_from_its_making_to_its_rotation(typed: Typed) -> None:
    none = typed.run("log", "key", "show")
    assert (none.code, "tabularium log key new" in none.err) == (2, True)
    made = typed.run("log", "key", "new")
    assert made.code == 0
    assert re.fullmatch(r"register\.example/log\+[0-9a-f]{8}\+[0-9A-Za-z+/]{44}\n", made.out)
    assert (typed.folder / "log-keys").stat().st_mode & 0o777 == 0o600
    assert typed.run("log", "key", "show").out == made.out
    again = typed.run("log", "key", "new")
    assert (again.code, "tabularium log key rotate" in again.err) == (2, True)
    rotated = typed.run("log", "key", "rotate")
    assert rotated.code == 0
    new, old = rotated.out.splitlines(keepends=True)
    assert (old, new != old) == (made.out, True)
    shown = typed.run("log", "key", "show", "--json")
    assert shown.json == {
        "name": "register.example/log",
        "verifier_keys": [new.strip(), old.strip()],
    }
    answers = [none, made, again, rotated, shown]
    for key in read_keys(typed.folder / "log-keys"):
        secret = key.encode().split("+", 4)[4]
        assert len(secret) == 44
        assert [each for each in answers if secret in each.out + each.err] == []


def test_what_is_wrong_with_the_configuration_is_one_line(typed: Typed) -> None:
    (typed.folder / "log.toml").write_text("quorum = 3\n", "utf-8")
    for command in ("new", "show", "rotate"):
        refused = typed.run("log", "key", command)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("Error: log.toml: quorum is a number")
