"""A report that cannot be written stops the submission before anything is recorded."""

from tests.cli.conftest import Shell


def test_report_that_cannot_be_written(register: Shell) -> None:
    decisions, item = register.decisions("Smoke."), register.item("penalty")
    before = (register.folder / decisions).read_bytes()
    for report, said in (
        ("absent/report.json", "cannot be written"),
        ("report.xlsx", "another ending"),
        (decisions, "take the place"),
    ):
        refused = register.run("submit", decisions, "--item", item, "--report", report)
        assert refused.code == 2
        assert said in refused.err
    assert (register.folder / decisions).read_bytes() == before
    done = register.run("submit", decisions, "--item", item, "--report", "report.csv", "--json")
    assert (done.code, done.json["entries_made"]) == (0, 1)
    assert (register.folder / "report.csv").read_text("utf-8").startswith("row,column,")


def test_an_item_that_is_no_file(register: Shell) -> None:
    (register.folder / "folder.toml").mkdir()
    refused = register.run("submit", register.decisions("Smoke."), "--item", "folder.toml")
    assert refused.code == 2
    assert "is no file" in refused.err
