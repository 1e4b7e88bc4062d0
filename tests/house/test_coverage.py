"""What is not counted in the coverage of branches says why, at the line."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.house.test_audit import programs

# What the settings may say; `omit`, `exclude_also` and what else leaves out by the file is not among it.
_SETTINGS = {
    "run": {"branch", "source_pkgs", "data_file", "parallel", "concurrency", "patch", "sigterm"},
    "report": {"show_missing", "skip_covered", "exclude_lines", "partial_branches"},
}
_LEFT_OUT = re.compile(r"#\s*pragma:?\s*no\s*(?:cover|branch)\b(?P<after>.*)", re.IGNORECASE)
_REASON = re.compile(r" - (?:\S+ ){2,}\S+")


def unreasoned(name: str, text: str) -> Iterator[str]:
    """Lines of a program that are left out without a reason of at least three words."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _LEFT_OUT.search(line)
        if found and not _REASON.match(found["after"]):
            yield f"{name}:{number}: {line.strip()}"


def unreasoned_settings(text: str) -> Iterator[str]:
    """Settings of coverage that leave out files, and patterns without a reason beside them."""
    settings = tomllib.loads(text)["tool"]["coverage"]
    for table, said in settings.items():
        yield from (f"{table}: {each}" for each in said if each not in _SETTINGS.get(table, ()))
    report = settings.get("report", {})
    for pattern in (*report.get("exclude_lines", ()), *report.get("partial_branches", ())):
        if not re.search(rf"'{re.escape(pattern)}',  # (?:\S+ ){{2,}}\S+", text):
            yield f"{pattern}: no reason beside it"


def test_a_line_that_is_not_counted_says_why() -> None:
    found = [each for name, text in programs() for each in unreasoned(name, text)]
    assert not found, "\n".join(found)


def test_the_settings_leave_out_no_file_and_say_why_of_each_pattern() -> None:
    assert not list(unreasoned_settings((ROOT / "pyproject.toml").read_text("utf-8")))


def test_what_is_counted_is_the_register_and_what_checks_its_extracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["coverage"]
    assert settings["run"]["branch"]
    assert set(settings["run"]["source_pkgs"]) == {"tabularium", "tabularium_verify"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "coverage report --fail-under 95" in makefile


@pytest.mark.parametrize(
    "line",
    [
        "return 1  # pragma: no cover",
        "if x:  # pragma: no branch - why",
        "a()  # PRAGMA NO COVER: x",
    ],
)
def test_a_line_without_a_reason_is_met(line: str) -> None:
    assert list(unreasoned("made_up.py", f"x = 1\n{line}\n")) == [f"made_up.py:2: {line}"]


def test_a_line_with_a_reason_is_let_pass() -> None:
    assert not list(
        unreasoned("made_up.py", "a()  # pragma: no cover - runs in a process without files")
    )


@pytest.mark.parametrize(
    ("settings", "met"),
    [
        ("[tool.coverage.run]\nomit = ['*/cli/*']", "run: omit"),
        ("[tool.coverage.report]\nexclude_also = ['def ']", "report: exclude_also"),
        ("[tool.coverage.report]\nexclude_lines = [\n  'raise',\n]", "raise: no reason beside it"),
        ("[tool.coverage.html]\ntitle = 'x'", "html: title"),
    ],
)
def test_settings_that_leave_out_are_met(settings: str, met: str) -> None:
    assert list(unreasoned_settings(settings)) == [met]
