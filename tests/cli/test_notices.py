"""Notices as somebody types the commands: letters out, the list back, addresses, and what goes wrong."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from tabularium import clock
from tests.cli.conftest import Shell


def _approved(register: Shell) -> str:
    file = register.decisions("first")
    submitted = register.run("submit", file, "--item", register.item("penalty"), "--json").json
    for login, role in (("wu", "approver"), ("li", "clerk")):
        register.run("account", login, "--authority", "made-up-office", "--role", role)
    (entry,) = submitted["entries"]
    approved = register.run("approve", entry, "--as", "wu", "--yes")
    assert approved.code == 0, approved.err
    (waiting,) = register.run("notices", "--json").json
    assert waiting["state"] == "waiting"
    return str(waiting["entry"])


def test_letters_are_printed_posted_and_open_windows(register: Shell) -> None:
    entry = _approved(register)
    out = register.folder / "out"
    without = register.run("notices", "letters", "--to", str(out), "--json")
    assert (without.code, without.json["no_address"], without.json["lists"]) == (1, 1, [])
    kept = register.run(
        *("notices", "address", "set", entry, "-", "--channel", "letter", "--as", "li"),
        typed="1 Made-up Street\n310000 Town\n",
    )
    assert kept.code == 0, kept.err
    shown = register.run("notices", "address", "show", entry, "--json")
    assert shown.json == {"letter": "1 Made-up Street\n310000 Town"}
    printed = register.run("notices", "letters", "--to", str(out), "--json")
    assert printed.code == 0
    (made,) = printed.json["lists"]
    assert (made["authority"], made["letters"]) == ("made-up-office", 1)
    folder = Path(made["folder"])
    assert len(list(folder.glob("*.pdf"))) == 1
    filled = _filled(register, folder, "1999-01-01")
    early = register.run("notices", "posted", str(filled), "--as", "li", "--json")
    assert early.code == 1
    assert early.json["problems"][0]["reason"] == "posted-before-it-was-made"
    filled = _filled(register, folder, str(clock.today(ZoneInfo("Asia/Shanghai"))))
    posted = register.run("notices", "posted", str(filled), "--as", "li", "--json")
    assert (posted.code, posted.json["posted"]) == (0, 1)
    assert register.run("notices", "--json").json == []
    assert register.run("notices", "posted", str(filled), "--as", "li", "--json").json["known"] == 1
    assert register.run("check").code == 0


def _filled(register: Shell, folder: Path, day: str) -> Path:
    book = openpyxl.load_workbook(folder / "posting-list.xlsx")
    book.worksheets[0]["G2"].value = day
    book.save(register.folder / "filled.xlsx")
    return register.folder / "filled.xlsx"


def test_sending_ends_with_1_where_somebody_has_to_look(register: Shell) -> None:
    assert register.run("notices", "send").code == 0
    entry = _approved(register)
    (waiting,) = register.run("notices", "--json").json
    assert register.run("notices", "send").code == 1, "it has no address"
    again = register.run("notices", "again", waiting["notice"], "--channel", "e-mail", "--as", "li")
    assert again.code == 0, again.err
    register.run(
        *("notices", "address", "set", entry, "o@firm.example", "--channel", "e-mail"),
        *("--as", "li"),
    )
    sent = register.run("notices", "send", "--json")
    assert sent.code == 1
    assert "TABULARIUM_SMTP" in sent.json["relay"]
    assert json.dumps(sent.json).count("firm.example") == 0


def test_what_cannot_be_done_is_one_line(register: Shell) -> None:
    entry = _approved(register)
    for arguments in (
        ("again", "no.1.such", "--as", "li"),
        ("address", "set", entry, "no address", "--channel", "e-mail", "--as", "li"),
        ("address", "set", "nosuchentry0", "o@firm.example", "--channel", "e-mail", "--as", "li"),
        ("address", "key", entry, "--as", "li"),
        ("posted", "no-such-file.csv", "--as", "li"),
        ("posted", "decisions.csv", "--as", "li"),
    ):
        ran = register.run("notices", *arguments)
        assert ran.code == 2, arguments
        assert len(ran.err.strip().splitlines()) == 1, arguments


def test_the_key_of_a_mailbox_is_shown_and_changed(register: Shell) -> None:
    entry = _approved(register)
    register.run(
        *("notices", "address", "set", entry, "https://firm.example/", "--channel", "mailbox"),
        *("--as", "li"),
    )
    first = register.run("notices", "address", "key", entry, "--as", "li").out
    assert len(first.split()) == 2
    assert len(first.split()[1]) == 64
    assert register.run("notices", "address", "key", entry, "--as", "li").out == first
    new = register.run("notices", "address", "key", entry, "--new", "--as", "li").out
    assert new != first
    gone = register.run("notices", "address", "remove", entry, "--channel", "mailbox", "--as", "li")
    assert gone.out == "Removed.\n"
    assert register.run("notices", "address", "show", entry).code == 1
