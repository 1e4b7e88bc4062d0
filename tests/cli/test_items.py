"""`tabularium item`: an item proposed from a file, asked for, checked and used; no register is needed."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tabularium.cli import main
from tabularium.core.identifiers import uscc_check_character
from tabularium.intake.items import parse_item
from tabularium.intake.proposing_text import MARK
from tests.cli.conftest import Shell


def decisions(count: int = 6) -> str:
    rows = []
    for number in range(1, count + 1):
        body = f"91999900{number:09d}"
        code = body + uscc_check_character(body)
        rows.append(
            f"P-{number},虚构公司{number},{code},2026-01-{number:02d},Fine,010 1234,{number}.5"
        )
    return "\n".join(["Reference,Organisation,Code,Decided,Measure,Phone,Amount", *rows]) + "\n"


ANSWERS = (
    "made-up-office",  # authority
    "en",
    "Made-up Office",
    "",  # jurisdiction: as the numbers say
    "",  # time zone: as the rules say
    "-",  # no site
    "made-up-fines",
    "fine",  # no such kind: asked again
    "penalty",
    "food-safety",
    "Made-up fines",
    "虚构处罚",
    "",  # monthly
    "Made-up Act, article 5",
    "",  # letter
    "In writing to the office.",
    "书面向该局提出。",
    "",  # corrections
    "",
    "",  # name
    "",  # identifier
    "",  # scheme
    "1",  # reference, by its number in the list
    "Decided",
    "",  # measure
    "",  # no summary
    "6",  # amount
    "cny",  # not so: asked again
    "CNY",
    "",  # pack-default
    "",  # begins with the decision
    "",  # key
    "-",  # no details
)
OPTIONS = (
    "--authority=made-up-office",
    "--jurisdiction=cn",
    "--kind=penalty",
    "--field=food-safety",
    "--language=en",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decisions.csv").write_text(decisions(), "utf-8")
    return tmp_path


def run(*arguments: str, answers: Sequence[str] = ()) -> Result:
    result = CliRunner().invoke(
        main, ["item", *arguments], input="".join(f"{each}\n" for each in answers)
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_an_answered_interview_gives_an_item_that_is_right(folder: Path) -> None:
    made = run("new", "decisions.csv", "--output", "item.toml", answers=ANSWERS)
    assert made.exit_code == 0, made.output
    assert "It is one of: licence, penalty" in made.output
    assert "Three capital letters" in made.output
    assert "Phone (phone)" in made.output
    assert "6 would become drafts" in made.output
    assert "010 1234" not in made.output + (folder / "item.toml").read_text("utf-8")
    item = parse_item((folder / "item.toml").read_text("utf-8"), "item.toml")
    assert (item.code, item.kind, item.mapping.key) == ("made-up-fines", "penalty", ("Reference",))
    checked = run("check", "item.toml")
    assert checked.exit_code == 0
    assert "cn.toml judges decisions from 2021-01-01" in checked.output


def test_the_sample_is_submitted_with_the_item_that_was_made_of_it(register: Shell) -> None:
    register.write("decisions.csv", decisions())
    answers = {
        "code": "made-up-fines",
        "authority_name": "Made-up Office",
        "title_en": "Fines",
        "title_zh": "处罚",
        "time_zone": "Asia/Shanghai",
        "frequency": "monthly",
        "legal_basis": "Made-up Act",
        "notice": "letter",
        "objection_en": "Write.",
        "objection_zh": "请来函。",
        "corrections_en": "Write.",
        "corrections_zh": "请来函。",
        "currency": "CNY",
        "term": "pack-default",
    }
    pairs = [f"--set={name}={answer}" for name, answer in answers.items()]
    result = CliRunner().invoke(
        main,
        [
            *(
                "item",
                "new",
                str(register.folder / "decisions.csv"),
                "--no-input",
                *OPTIONS,
                *pairs,
            ),
            *("--output", str(register.folder / "item.toml")),
        ],
    )
    assert result.exit_code == 0, result.output
    submitted = register.run("submit", "decisions.csv", "--item", "item.toml", "--json")
    assert submitted.code == 0
    assert submitted.json["entries_made"] == 6


def test_without_input_the_check_points_to_the_lines_that_are_marked(folder: Path) -> None:
    made = run("new", "decisions.csv", "--no-input", *OPTIONS)
    assert made.exit_code == 1
    text = (folder / "decisions.toml").read_text("utf-8")
    marked = {number for number, line in enumerate(text.split("\n"), 1) if MARK in line}
    checked = run("check", "decisions.toml", "--json")
    assert checked.exit_code == 1
    (answer,) = json.loads(checked.stdout)
    assert {each["line"] for each in answer["mistakes"]} == marked
    assert {each["code"] for each in answer["mistakes"]} == {"missing"}
    first = min(marked)
    assert f"decisions.toml:{first}:" in run("check", "decisions.toml").stdout


def test_answers_that_end_too_early_leave_nothing_behind(folder: Path) -> None:
    stopped = run("new", "decisions.csv", answers=ANSWERS[:5])
    assert stopped.exit_code == 2
    assert "nothing was written" in stopped.stderr
    assert not (folder / "decisions.toml").exists()


def test_a_file_that_is_there_is_written_over_only_when_told_to(folder: Path) -> None:
    (folder / "decisions.toml").write_text("mine", "utf-8")
    refused = run("new", "decisions.csv", "--no-input")
    assert (refused.exit_code, (folder / "decisions.toml").read_text("utf-8")) == (2, "mine")
    assert run("new", "decisions.csv", "--no-input", "--force").exit_code == 1
    assert (folder / "decisions.toml").read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("absent.csv",), "no such file"),
        (("decisions.csv", "--set", "kind"), "NAME=ANSWER"),
        (("decisions.csv", "--set", "colour=red"), "There is no question 'colour'"),
        (("decisions.csv", "--kind", "rumour"), "It is one of: licence"),
        (("decisions.csv", "--set", "name_column=Phone"), "takes nothing from this column"),
        (("decisions.csv", "--set", "name_column=99"), "no such column"),
        (("decisions.csv", "--set", "time_zone=Mars/Base"), "no such time zone"),
        (("decisions.csv", "--output", "no/such/folder.toml", "--no-input"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    arguments: tuple[str, ...], said: str, folder: Path
) -> None:
    refused = run("new", *arguments)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert [each.name for each in folder.iterdir()] == ["decisions.csv"]


def test_several_items_are_checked_and_the_worst_is_told_by_the_exit_code(
    folder: Path, shell: Shell
) -> None:
    shell.write("bad.toml", 'code = "x"\nkind = "rumour"\n')
    shell.write("other.toml", "code = ")
    (folder / "latin.toml").write_bytes(b'code = "\xe9"')
    right = shell.item("penalty")
    assert run("check", right).exit_code == 0
    bad = run("check", right, "bad.toml", "other.toml")
    assert bad.exit_code == 1
    assert "bad.toml:2:8: kind is 'rumour'. Write one of: licence" in bad.stdout
    assert "other.toml:1:8: Not TOML" in bad.stdout
    assert f"{right}: right." in bad.stdout
    unreadable = run("check", "absent.toml", "latin.toml", right)
    assert unreadable.exit_code == 2
    assert len(unreadable.stderr.splitlines()) == 2
    assert f"{right}: right." in unreadable.stdout


def test_the_place_of_a_mistake_is_shown_under_its_line(folder: Path, shell: Shell) -> None:
    right = shell.item("penalty")
    text = (folder / right).read_text("utf-8")
    title = 'title = { en = "Made-up list", zh-hans = "虚构名录" }'
    wrong = text.replace(title, 'title = { zh-hans = "虚构名录",\t en = "" }')
    assert wrong != text
    (folder / "wrong.toml").write_text(wrong, "utf-8-sig")
    checked = run("check", "wrong.toml")
    assert checked.exit_code == 1
    message, line, mark = checked.stdout.splitlines()
    assert message.startswith("wrong.toml:9:35: title has an empty text for 'en'. Write the text")
    # A terminal gives each Chinese character two places.
    assert line == '    title = { zh-hans = "虚构名录",  en = "" }'
    assert mark == " " * (4 + 34 + 4) + "^"
    (answer,) = json.loads(run("check", "wrong.toml", "--json").stdout)
    (mistake,) = answer["mistakes"]
    assert (mistake["line"], mistake["column"], mistake["code"]) == (9, 35, "missing")
    assert mistake["text"] == wrong.splitlines()[8]


def test_of_a_long_line_the_part_around_the_mistake_is_shown_and_nothing_that_acts(
    folder: Path, shell: Shell
) -> None:
    shell.write("long.toml", "# " + "x" * 500 + "\n" + "code = " + '"' + "y" * 500 + '" 7 \x1b[2J')
    checked = run("check", "long.toml")
    message, line, mark = checked.stdout.splitlines()
    assert message.startswith("long.toml:2:511: Not TOML")
    assert len(line) < 200
    assert line[mark.index("^") - 1 :] == " 7 ?[2J"
    assert (folder / "long.toml").exists()


def test_a_sample_shows_how_many_rows_would_become_drafts_and_why_the_others_would_not(
    shell: Shell, folder: Path
) -> None:
    data = shell.decisions("presumed", "a", "a", "call +86 138 0013 8000", name="sample.csv")
    item = shell.item("licence")
    tried = run("check", item, "--sample", data)
    assert tried.exit_code == 1
    assert "first 4 rows 2 would become drafts" in tried.stdout
    assert "not-a-decision" in tried.stdout
    assert "phone-in-text: text:" in tried.stdout
    assert "8000" not in tried.stdout
    (answer,) = json.loads(run("check", item, "--sample", data, "--rows", "1", "--json").stdout)
    assert answer["sample"]["rows"] == 1
    # What is no decision is nothing to mend.
    assert run("check", item, "--sample", data, "--rows", "1").exit_code == 0
    assert [each["code"] for each in answer["sample"]["stopped"]] == ["not-a-decision"]
    absent = run("check", item, "--sample", str(folder / "absent.csv"))
    assert absent.exit_code == 2


def test_the_check_needs_no_register_and_no_settings(shell: Shell) -> None:

    code = "import sys; from tabularium.cli import main; main(sys.argv[1:], standalone_mode=False)"
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    item, data = shell.item("licence"), shell.decisions("a")
    done = subprocess.run(
        [sys.executable, "-c", code, "item", "check", item, "--sample", data],
        capture_output=True,
        text=True,
        check=False,
        cwd=shell.folder,
        env=bare,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "first 1 rows 1 would become drafts" in done.stdout
    assert sorted(each.name for each in shell.folder.iterdir()) == sorted([item, data])
