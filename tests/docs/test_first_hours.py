"""What the first hours let a newcomer type does what they say."""

from pathlib import Path

import pytest

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


def test_each_of_them_has_something_to_type() -> None:
    for page in PAGES:
        assert list(commands((DOCS / page).read_text("utf-8").split("<!-- run -->")[1]))
