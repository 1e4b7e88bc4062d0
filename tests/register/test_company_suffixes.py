"""Words for a legal form are left out of a question, once, and never so that nothing is left."""

import pytest

from tabularium.register.company_suffixes import without_suffix
from tabularium.register.search_text import fold, runs_of


def left_of(name: str) -> list[str]:
    return list(without_suffix(list(runs_of(fold(name)))))


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Acme Mill Ltd", ["acme", "mill"]),
        ("Acme S.A.", ["acme"]),  # letters that stand alone are one word
        ("Acme Sp. z o.o.", ["acme"]),
        ("SARL Moulin", ["moulin"]),  # at the beginning, where custom has it there
        ("虚构食品有限公司", ["虚构食品"]),
        ("株式会社虚構食品", ["虚构食品"]),
        ("虚构 有限公司", ["虚构"]),  # written apart
        ("株式会社 虚構", ["虚构"]),
    ],
)
def test_the_words_for_a_legal_form_are_left_out(name: str, left: list[str]) -> None:
    assert left_of(name) == left


@pytest.mark.parametrize(
    "name", ["Ltd", "有限公司", "株式会社", "虚有限公司", "Acme Mill", "虚构食品", ""]
)
def test_of_a_name_that_is_little_else_or_has_none_all_is_searched(name: str) -> None:
    assert left_of(name) == list(runs_of(fold(name)))


def test_one_is_left_out_and_not_all_that_follow_each_other() -> None:
    assert left_of("Acme Limited Ltd") == ["acme", "limited"]
