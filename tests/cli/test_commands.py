"""From a file to a public page on the command line, with exit codes that a script can trust."""

import csv
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from tabularium.cli import main
from tabularium.cli.group import COMMANDS
from tests.cli.conftest import Shell


def test_every_command_has_help_with_a_sentence_for_each_option() -> None:
    runner = CliRunner()
    assert runner.invoke(main, ["--help"]).exit_code == 0
    for name in COMMANDS:
        answered = runner.invoke(main, [name, "--help"])
        assert answered.exit_code == 0, name
        assert "Usage:" in answered.output
        assert len(answered.output.splitlines()) > 6, name


def test_init_keeps_the_secret_to_its_owner_and_may_be_run_again(shell: Shell) -> None:
    first = shell.run("init", "--json")
    assert first.code == 0
    assert first.json == {"folder": str(shell.data), "made": True}
    secret = shell.data / "secret.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    certificate = shell.data / "extract-certificate.pem"
    assert stat.S_IMODE(certificate.stat().st_mode) == 0o600
    before = secret.read_text("ascii"), certificate.read_text("ascii")
    again = shell.run("init", "--json")
    assert (again.code, again.json["made"]) == (0, False)
    assert (secret.read_text("ascii"), certificate.read_text("ascii")) == before


def test_from_a_file_of_licences_to_a_public_entry(register: Shell) -> None:
    submitted = register.run(
        "submit", register.decisions("bread", "milk"), "--item", register.item("licence"), "--json"
    )
    assert submitted.code == 0
    assert submitted.json["entries_made"] == submitted.json["rows_read"] == 2
    entry = submitted.json["entries"][0]
    assert register.run("search", "虚构公司").code == 1, "a draft is not found"
    assert register.run("show", entry).code == 1

    register.run("account", "li", "--authority", "made-up-office", "--role", "approver")
    number = str(submitted.json["submission"])
    approved = register.run("approve", "--submission", number, "--as", "li", "--yes")
    assert approved.code == 0
    assert "2 licences are public" in approved.out
    found = register.run("search", "公司1", "--json")
    assert found.code == 0
    assert [each["id"] for each in found.json["organisations"][0]["entries"]] == [entry]
    shown = register.run("show", entry, "--json")
    assert (shown.code, shown.json["appearance"]) == (0, "public")
    assert [event["type"] for event in shown.json["events"]] == ["recorded", "approved"]
    checked = register.run("check", "--json")
    assert (checked.code, checked.json["entries"], checked.json["problems"]) == (0, 2, [])


def test_an_adverse_entry_waits_for_another_person_and_for_its_notice(register: Shell) -> None:
    register.run("submit", register.decisions("x"), "--item", register.item("penalty"), "--dry-run")
    register.run("submit", register.decisions("x"), "--item", register.item("licence"))
    register.run("account", "li", "--authority", "made-up-office", "--role", "approver")
    register.run("account", "li", "--authority", "made-up-office", "--role", "clerk")
    register.run("account", "wu", "--authority", "made-up-office", "--role", "approver")
    submitted = register.run(
        "submit", "decisions.csv", "--item", register.item("penalty"), "--as", "li", "--json"
    )
    entry = submitted.json["entries"][0]
    by_recorder = register.run("approve", entry, "--as", "li", "--yes")
    assert by_recorder.code == 2
    assert "by-the-recorder" in by_recorder.err
    bulk = register.run(
        "approve", "--submission", str(submitted.json["submission"]), "--as", "wu", "--yes"
    )
    assert bulk.code == 2
    assert "one by one" in bulk.err
    assert register.run("approve", entry, "--as", "wu", "--yes").code == 0
    waiting = register.run("notices", "--json").json
    assert [each["entry"] for each in waiting] == [entry]
    assert register.run("tick", "--json").json["published"] == 0
    given = register.run("notices", "--given", entry)
    assert given.code == 0
    assert "public from" in given.out
    assert register.run("notices", "--given", entry).code == 2, "a notice is given once"
    assert register.run("tick", "--json").json["published"] == 0, "the window is open"


def test_an_approver_goes_through_the_adverse_drafts_of_a_submission(register: Shell) -> None:
    file = register.decisions("first", "second", "third", "fourth")
    submitted = register.run("submit", file, "--item", register.item("penalty"), "--json").json
    register.run("account", "wu", "--authority", "made-up-office", "--role", "approver")
    number = str(submitted["submission"])
    gone_through = register.run(
        "approve", "--submission", number, "--as", "wu", typed="yes\nno\nyes\nstop\n"
    )
    assert gone_through.code == 0
    assert "2 of 4 drafts are approved" in gone_through.out
    assert all(text in gone_through.out for text in ("first", "second", "third", "fourth"))
    stages = [register.run("show", entry, "--json").json["stage"] for entry in submitted["entries"]]
    assert [stage == "draft" for stage in stages] == [False, True, False, True]


def test_rows_are_stopped_and_none_is_lost(register: Shell) -> None:
    file = register.decisions("fine", "presumed", "write to a.b@mail.example", "fine")
    with (register.folder / file).open("a", encoding="utf-8") as decisions:
        decisions.write("No. 9,92999900000000001A,虚构小店,2026-01-05,fine\n")
    ran = register.run(
        "submit", file, "--item", register.item("licence"), "--report", "out.csv", "--json"
    )
    assert ran.code == 1
    said = ran.json
    assert said["rows_read"] == said["entries_made"] + said["rows_stopped"] == 5
    assert said["rows_stopped_by"]["e-mail-in-text"] == 1
    assert said["rows_stopped_by"]["not-a-decision"] == 1
    assert all(each["message"] and each["message_zh"] for each in said["findings"])
    with (register.folder / "out.csv").open(encoding="utf-8-sig", newline="") as report:
        rows = list(csv.DictReader(report))
    assert [row["Register: row (guarded)"] for row in rows] == ["4", "6"]
    assert all(row["Register: what is wrong"] for row in rows)
    assert "a.b@mail.example" not in ran.out + ran.err


def test_a_file_sent_again_is_recognised(register: Shell) -> None:
    file, item = register.decisions("a", "b"), register.item("licence")
    assert register.run("submit", file, "--item", item).code == 0
    again = register.run("submit", file, "--item", "made-up-licence", "--json")
    assert again.json["rows_stopped_by"] == {"already-in-register": 2}
    assert again.json["entries_made"] == 0


def test_a_trial_leaves_nothing_behind(register: Shell) -> None:
    ran = register.run(
        "submit", register.decisions("a"), "--item", register.item("licence"), "--dry-run", "--json"
    )
    assert (ran.code, ran.json["entries_made"], ran.json["submission"]) == (0, 1, None)
    assert register.run("check", "--json").json["entries"] == 0
    assert register.run("submit", "decisions.csv", "--item", "made-up-licence").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["submit", "absent.csv", "--item", "licence.toml"], "no such file"),
        (["submit", "decisions.csv", "--item", "absent.toml"], "cannot be read"),
        (["submit", "decisions.csv", "--item", "broken.toml"], "broken.toml:1"),
        (["submit", "decisions.csv", "--item", "unknown"], "knows no catalogue item"),
        (["submit", "decisions.csv", "--item", "licence.toml", "--as", "nobody"], "no account"),
        (["show", "000000000000"], "no entry"),
        (["approve", "000000000000", "--as", "nobody"], "no account"),
        (["account", "li", "--authority", "absent", "--role", "clerk"], "no authority"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    register: Shell, arguments: list[str], said: str
) -> None:
    register.decisions("a")
    register.item("licence")
    register.write("broken.toml", "code = \n")
    ran = register.run(*arguments)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_a_folder_without_a_register_says_how_to_make_one(shell: Shell) -> None:
    ran = shell.run("search", "x")
    assert ran.code == 2
    assert "tabularium init --data" in ran.err
    assert not shell.data.exists()


def test_a_broken_database_is_one_clear_line(register: Shell) -> None:
    for file in register.data.glob("register.sqlite3*"):
        file.unlink()
    (register.data / "register.sqlite3").write_bytes(b"no database at all" * 400)
    for command in (["tick"], ["init"], ["serve", "--port", "1"], ["demo", "--make-only"]):
        ran = register.run(*command)
        assert ran.code == 2, command
        assert len(ran.err.strip().splitlines()) == 1
        assert str(register.data) in ran.err


def test_check_finds_a_row_that_was_changed_behind_its_back(register: Shell) -> None:
    register.run("submit", register.decisions("a"), "--item", register.item("penalty"))
    with sqlite3.connect(register.data / "register.sqlite3") as database:
        database.execute("UPDATE register_entry SET was_public = 1")
        database.execute("DROP TRIGGER register_event_no_delete")
        database.execute("DELETE FROM register_organisation_search")
    database.close()
    (register.data / "extract-certificate.pem").unlink()
    ran = register.run("check", "--json")
    assert ran.code == 1
    said = " ".join(each["what"] for each in ran.json["problems"])
    for expected in (
        *("was_public", "register_event_no_delete", "cannot be found by search"),
        "No extract is signed as PDF",
    ):
        assert expected in said


def test_the_command_line_document_names_every_command() -> None:
    document = (Path(__file__).parents[2] / "docs/command-line.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"`tabularium {name}" in document
