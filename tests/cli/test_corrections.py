"""Corrections that a later file offers, and what a whole list leaves out, on the command line."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests import prepared
from tests.cli.conftest import Shell

APPROVER = "approver"


@pytest.fixture(scope="module")
def sent_once(tmp_path_factory: pytest.TempPathFactory, new_register: Path) -> Path:
    """A folder with a register of three approved licences of one file; the item's files are whole lists."""
    made = Shell(tmp_path_factory.mktemp("sent"))
    shutil.copytree(new_register, made.data)
    item = made.item("licence")
    text = (made.folder / item).read_text("utf-8")
    made.write(item, text.replace("version = 1\n", "version = 1\nwhole_list = true\n", 1))
    made.run("submit", made.decisions("one", "two", "three"), "--item", item)
    made.run("account", APPROVER, "--authority", "made-up-office", "--role", "approver")
    done = made.run("approve", "--submission", "1", "--as", APPROVER, "--yes")
    assert done.code == 0, done.err
    return made.folder


@pytest.fixture
def sent(sent_once: Path, tmp_path: Path) -> Shell:
    """A copy of it for one test."""
    return Shell(Path(shutil.copytree(sent_once, tmp_path, dirs_exist_ok=True)))


def entries(shell: Shell) -> list[str]:
    """Identities of the entries, in the order of rows."""
    with sqlite3.connect(shell.data / "register.sqlite3") as database:
        rows = database.execute("SELECT id FROM register_entry ORDER BY decision_key")
        return [identity for (identity,) in rows]


# Holds the last file submitted against the register. What a submission did of this already adds nothing.
COMPARE = """
import sys
from pathlib import Path
from tabularium.cli.folder import open_register
open_register(Path(sys.argv[1]))
from tabularium.intake.comparing import compare_with_register
from tabularium.intake.services import check
from tabularium.intake.items import parse_item
from tabularium.register import services
from tabularium.register.models import Submission
latest = Submission.objects.latest("pk")
spec = parse_item(latest.item.definition, "item")
drafts = {each.draft.key: each.draft for each in check(Path(sys.argv[2]), spec) if each.draft}
changes = compare_with_register(latest.item, drafts)
services.offer_corrections(changes.values(), submission=latest)
services.see([each.entry_id for each in changes.values()], submission=latest)
"""


def send_again(shell: Shell, *texts: str) -> None:
    """Send a file of the licences again, with these texts."""
    file = shell.decisions(*texts, name="later.csv")
    assert shell.run("submit", file, "--item", "licence.toml").code == 0
    done = prepared.run(
        ["-c", COMPARE, str(shell.data), str(shell.folder / file)],
        cwd=shell.folder,
        env={**os.environ, "TABULARIUM_DATABASE": ""},
    )
    assert done.returncode == 0, done.stderr


def offer(shell: Shell, *texts: str) -> int:
    """Send a file with other texts; the one offer that this makes."""
    send_again(shell, *texts)
    listed = shell.run("corrections", "list", "--json")
    assert listed.code == 1
    (waiting,) = listed.json
    return int(waiting["offer"])


def test_nothing_waits_at_first(sent: Shell) -> None:
    ran = sent.run("corrections", "list")
    assert (ran.code, ran.out) == (0, "No correction waits.\n")


def test_a_changed_decision_is_shown_and_accepted(sent: Shell) -> None:
    number = offer(sent, "one", "changed", "three")
    (waiting,) = sent.run("corrections", "list", "--json").json
    assert waiting["entry"] == entries(sent)[1]
    assert (waiting["item"], waiting["row"]) == ("made-up-licence", 3)
    assert waiting["changes"] == [{"fact": "summary", "stands": "two", "offered": "changed"}]
    shown = sent.run("corrections", "list", "--authority", "made-up-office").out
    assert "changed" in shown
    assert sent.run("corrections", "list", "--authority", "another").code == 0
    ran = sent.run("corrections", "accept", str(number), "--as", APPROVER, "--reasons", "So.")
    assert (ran.code, ran.err) == (0, "")
    assert "has version 2. It is public." in ran.out
    shown_now = sent.run("show", entries(sent)[1], "--json").json
    assert shown_now["content"]["summary"] == "changed"
    assert sent.run("corrections", "list").code == 0
    again = sent.run("corrections", "accept", str(number), "--as", APPROVER, "--reasons", "So.")
    assert again.code == 2
    assert "no longer open" in again.err


def test_a_dismissed_correction_leaves_the_entry(sent: Shell) -> None:
    number = offer(sent, "one", "changed", "three")
    ran = sent.run("corrections", "dismiss", str(number), "--as", APPROVER, "--reasons", "No.")
    assert (ran.code, ran.out) == (0, f"Dismissed: entry {entries(sent)[1]} stays as it is.\n")
    assert sent.run("show", entries(sent)[1], "--json").json["content"]["summary"] == "two"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("accept", "77", "--as", APPROVER, "--reasons", "So."), "no offered correction 77"),
        (("dismiss", "77", "--as", "nobody", "--reasons", "So."), "no account 'nobody'"),
        (("accept", "77", "--as", APPROVER, "--reasons", " "), "say why with --reasons"),
    ],
)
def test_what_cannot_be_decided_is_said_in_one_line(
    sent: Shell, arguments: tuple[str, ...], said: str
) -> None:
    ran = sent.run("corrections", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_draft_is_approved_before_it_is_corrected(register: Shell) -> None:
    register.run("submit", register.decisions("one"), "--item", register.item("licence"))
    register.run("account", APPROVER, "--authority", "made-up-office", "--role", "approver")
    number = offer(register, "changed")
    ran = register.run("corrections", "accept", str(number), "--as", APPROVER, "--reasons", "So.")
    assert ran.code == 2
    assert "still a draft. Approve it first" in ran.err


def test_what_a_whole_list_leaves_out_is_listed_and_stands(sent: Shell) -> None:
    everything = sent.run("missing", "made-up-licence")
    assert (everything.code, everything.out) == (
        0,
        "decisions.csv holds every decision that stands.\n",
    )
    send_again(sent, "one", "two")
    ran = sent.run("missing", "made-up-licence", "--json")
    assert ran.code == 1
    (gone,) = ran.json["missing"]
    assert gone["entry"] == entries(sent)[2]
    assert (gone["decision_number"], gone["stage"]) == ("No. 3", "published")
    assert gone["entry"] in sent.run("missing", "made-up-licence").out
    assert sent.run("show", gone["entry"], "--json").json["appearance"] == "public"


def test_missing_needs_an_item_whose_files_are_whole(register: Shell) -> None:
    assert "knows no catalogue item" in register.run("missing", "made-up-penalty").err
    item = register.item("penalty")
    register.run("submit", register.decisions("one"), "--item", item, "--dry-run")
    register.run("submit", register.decisions("one"), "--item", item)
    ran = register.run("missing", "made-up-penalty")
    assert ran.code == 2
    assert "does not say whole_list" in ran.err
    assert json.loads(register.run("corrections", "list", "--json").out) == []
