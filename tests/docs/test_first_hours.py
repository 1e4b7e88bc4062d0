"""What the first hours let a newcomer type does what they say."""

import re
from pathlib import Path

import pytest

from tests.browser.keyboard import Keyboard
from tests.docs.by_hand import follow
from tests.docs.typed import DOCS, Reader, commands

PAGES = ("first-hour-operator.md", "first-hour-authority.md", "first-hour-re-user.md")


@pytest.mark.whole
def test_a_newcomer_follows_the_first_hours_one_after_the_other(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    try:
        assert [wrong for page in PAGES for wrong in reader.follow(page)] == []
    finally:
        reader.leave()


@pytest.mark.whole
def test_what_does_not_come_as_a_page_says_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.docs.typed.DOCS", tmp_path)
    (tmp_path / "page.md").write_text(
        "<!-- run -->\n```\n$ tabularium --version\nTabularium ...\n"
        "$ tabularium --version\nsomething else\n```\n"
    )
    [wrong] = Reader(tmp_path).follow("page.md")
    assert wrong.startswith("page.md: $ tabularium --version\nsaid: something else\ncame: ")


@pytest.mark.parametrize("line", ["Think of **something**.", "Write `x` somewhere.", "Press on."])
def test_a_step_that_nobody_can_do_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("tests.docs.by_hand.DOCS", tmp_path)
    (tmp_path / "page.md").write_text(f"<!-- by hand: steps -->\n- {line}\n")
    nobody = Keyboard(None, "")  # type: ignore[arg-type] # no step is done
    with pytest.raises(AssertionError, match="Nobody knows how to do this"):
        follow(nobody, "page.md", "steps")
    with pytest.raises(AssertionError, match="has no list"):
        follow(nobody, "page.md", "others")


def test_every_list_of_steps_is_followed_by_a_test() -> None:
    """They are followed in the tales of the browser, where somebody has been written to."""
    page = "first-hour-organisation.md"
    named = set(re.findall(r"<!-- by hand: (.+) -->", (DOCS / page).read_text("utf-8")))
    tales = (DOCS.parent / "tests" / "browser" / "test_tales.py").read_text("utf-8")
    assert named == set(re.findall(rf'"{re.escape(page)}", "([^"]+)"', tales))
    assert len(named) == 4


def test_each_of_them_has_something_to_type() -> None:
    for page in PAGES:
        assert list(commands((DOCS / page).read_text("utf-8").split("<!-- run -->")[1]))
