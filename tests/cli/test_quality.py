"""`tabularium quality`: the figures that the public reads, on the command line."""

from tests.cli.conftest import Shell


def sent(register: Shell, rows: int = 60) -> None:
    """A submission of today, whose quarter is not over."""
    data = register.decisions(*["Fine"] * rows)
    assert register.run("submit", data, "--item", register.item("penalty")).code == 0


def test_what_came_today_is_in_time_and_not_counted_before_the_quarter_is_over(
    register: Shell,
) -> None:
    sent(register)
    said = register.run("quality", "made-up-office")
    assert said.code == 0
    assert "made-up-penalty  weekly" in said.out
    assert "in time, next by" in said.out
    assert "All files: 0 files, 0 rows" in said.out
    assert "Given by quarter alone." in said.out
    answer = register.run("quality", "made-up-office", "--json").json
    assert answer["period"]["name"] == "year"
    (item,) = answer["coverage"]
    assert (item["item"], item["coming"], item["overdue_since"]) == (
        "made-up-penalty",
        "in-time",
        None,
    )
    assert answer["together"]["rows"] == 0
    assert {each["withheld"] for each in answer["together"]["shares"].values()} == {"nothing-yet"}


def test_an_unknown_authority_or_period_is_one_clear_line(register: Shell) -> None:
    sent(register, rows=1)
    unknown = register.run("quality", "no-such-office")
    assert unknown.code == 2
    assert "knows no authority 'no-such-office'" in unknown.err
    period = register.run("quality", "made-up-office", "--period", "1999-Q1")
    assert period.code == 2
    assert "Write one of: year, 20" in period.err
    quarter = period.err.rstrip(".\n").split(", ")[-1]
    asked = register.run("quality", "made-up-office", "--period", quarter)
    assert asked.code == 0
    assert "fewer than 100 decisions" in asked.out
