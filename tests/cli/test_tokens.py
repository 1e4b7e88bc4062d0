"""A token is made, shown once, listed without itself and taken back, as somebody types it."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

TOKEN = r"tabularium_[0-9A-Za-z]{61}"


@pytest.fixture
def office(register: Shell) -> Shell:
    assert (
        register.run("submit", register.decisions("x"), "--item", register.item("licence")).code
        == 0
    )
    return register


def test_a_token_from_its_making_to_its_end(office: Shell) -> None:
    empty = office.run("token", "list")
    assert (empty.code, empty.out.startswith("There is no token.")) == (0, True)
    made = office.run("token", "new", "made-up-office", "--label", "Case system", "--days", "30")
    assert made.code == 0
    assert re.fullmatch(TOKEN + "\n", made.out), "standard output is the token and nothing else"
    assert "shown this once" in made.err
    identity = made.out[len("tabularium_") :][:12]
    assert identity in made.err
    assert made.out.strip() not in made.err

    listed = office.run("token", "list", "--authority", "made-up-office", "--json")
    [token] = listed.json["tokens"]
    assert (token["id"], token["authority"]) == (identity, "made-up-office")
    assert (token["label"], token["state"], token["last_used_on"]) == ("Case system", "valid", None)
    assert not re.search(TOKEN, listed.out)
    assert "never" in office.run("token", "list").out

    revoked = office.run("token", "revoke", made.out.strip())
    assert (revoked.code, made.out.strip() in revoked.out) == (0, False)
    assert office.run("token", "revoke", identity).code == 0
    assert office.run("token", "list", "--json").json["tokens"][0]["state"] == "revoked"


def test_the_token_is_nowhere_in_the_folder(office: Shell) -> None:
    made = office.run("token", "new", "made-up-office", "--label", "x", "--json").json
    secret = made["token"].removeprefix("tabularium_" + made["id"]).encode()
    files = [each for each in office.data.rglob("*") if each.is_file()]
    assert any(made["id"].encode() in each.read_bytes() for each in files)
    assert [each.name for each in files if secret in each.read_bytes()] == []


REFUSED = [
    (("new", "nobody", "--label", "x"), "knows no authority 'nobody'; it knows: made-up-office"),
    (("new", "made-up-office", "--label", " "), "needs a label"),
    (("new", "made-up-office", "--label", "x", "--days", "732"), "1 to 731 days"),
    (("revoke", "000000000000"), "There is no such token"),
    (("list", "--authority", "nobody"), "knows no authority"),
]


def test_what_cannot_be_done_is_one_line(office: Shell) -> None:
    for arguments, said in REFUSED:
        ran = office.run("token", *arguments)
        assert ran.code == 2
        assert said in ran.err
        assert len(ran.err.strip().splitlines()) == 1


def test_the_documents_name_every_command_and_option() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "command-line.md").read_text("utf-8")
    for each in ("token new", "token list", "token revoke", "--label", "--days"):
        assert each in text
