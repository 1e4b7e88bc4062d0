"""The file of sign-in providers: what it says, and what is said of one that is not right."""

from pathlib import Path

import pytest

from tabularium.accounts.providers import (
    ConfigurationError,
    SignInProvider,
    as_allauth_has_them,
    read,
)

RIGHT = """
[providers.town-hall]
name = "Town hall"
server = "https://login.town.example/"
client_id = "register"
client_secret_file = "town-hall.secret"

[providers.at-home]
name = "At home"
server = "http://localhost:9000"
client_id = "register"
client_secret_variable = "MADE_UP_SECRET"
"""


def test_providers_are_read_with_their_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sign-in.toml").write_text(RIGHT)
    (tmp_path / "town-hall.secret").write_text("from a file\n")
    monkeypatch.setenv("MADE_UP_SECRET", "from a variable")
    found = read(tmp_path / "sign-in.toml")
    assert found == (
        SignInProvider(
            "town-hall", "Town hall", "https://login.town.example", "register", "from a file"
        ),
        SignInProvider(
            "at-home", "At home", "http://localhost:9000", "register", "from a variable"
        ),
    )
    apps = as_allauth_has_them(found)["sign_on"]["APPS"]
    assert [(each["provider_id"], each["secret"]) for each in apps] == [
        ("town-hall", "from a file"),
        ("at-home", "from a variable"),
    ]


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read(tmp_path / "sign-in.toml") == ()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("[providers.town-hall]", "[providers.Town_Hall]", "small letters"),
        ('name = "Town hall"', "", "name is missing"),
        ('client_id = "register"', 'client_id = ""', "client_id is missing"),
        ("https://login.town.example/", "http://login.town.example/", "https://"),
        ("https://login.town.example/", "login.town.example", "https://"),
        ("client_secret_file =", "secret =", "it may say"),
        ('"town-hall.secret"', '"absent.secret"', "cannot be read"),
        ("[providers.at-home]", "[others]", "nothing else"),
        ("MADE_UP_SECRET", "ABSENT_SECRET", "is not set"),
        ("name =", "name", "sign-in.toml: "),
    ],
)
def test_what_is_not_right_is_said_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, why: str
) -> None:
    monkeypatch.setenv("MADE_UP_SECRET", "x")
    (tmp_path / "town-hall.secret").write_text("x")
    (tmp_path / "sign-in.toml").write_text(RIGHT.replace(before, after, 1))
    with pytest.raises(ConfigurationError, match=why):
        read(tmp_path / "sign-in.toml")
