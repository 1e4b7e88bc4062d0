"""What an examination remembers of other rows can be put elsewhere, and rows can be taken twice."""

from collections.abc import Iterator
from datetime import date

import pytest

from tabularium.intake.across_rows import RowsBefore
from tabularium.intake.checks import Examination, Reopened, examine
from tabularium.intake.findings import FindingCode
from tabularium.intake.items import parse_item
from tabularium.intake.readers import Row
from tabularium.rules.loader import rule_book

TODAY = date(2026, 3, 1)
FIRST = '[[not_a_decision]]\ncolumn = "status"\nvalues'
RULE = '[superseding]\ncolumn = "status"\npattern = "^Reheard"\nsame = ["number"]\n\n'


def test_keys_and_names_are_told_apart_whatever_their_length() -> None:
    before = RowsBefore()
    for row, key in enumerate(("a", "b", "a" * 1000, "a" * 1001, "\ud800"), start=2):
        assert before.row_of_key(key) is None
        before.keep_key(key, row)
        assert before.row_of_key(key) == row
    assert before.row_of_other_name("case", "one", 2) is None
    assert before.row_of_other_name("case", "one", 3) is None
    assert before.row_of_other_name("case", "two", 4) == 2
    assert before.row_of_other_name("other", "two", 5) is None


class Elsewhere:
    """Knows from elsewhere that every key stands in row 7."""

    def row_of_key(self, key: str) -> int | None:
        return 7 if key else None

    def keep_key(self, key: str, row: int) -> None:
        raise AssertionError((key, row))

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        raise AssertionError((case, name, row))


def test_another_memory_can_take_its_place(item_text: str, good_row: dict[str, str]) -> None:
    item = parse_item(item_text, "made-up.toml")
    (examined,) = examine(item, [Row(9, good_row)], rule_book(), TODAY, Elsewhere())
    assert examined.primary is not None
    assert examined.primary.code is FindingCode.DUPLICATE_IN_FILE
    assert examined.primary.parameters == {"other_row": "7"}


@pytest.mark.parametrize("taken_once", [True, False])
def test_an_item_with_superseding_takes_its_rows_twice(
    taken_once: bool, item_text: str, good_row: dict[str, str]
) -> None:
    item = parse_item(item_text.replace(FIRST, RULE + FIRST), "made-up.toml")
    later = {"case": "C-18", "decided": "05/02/2026", "status": "Reheard. Fined."}
    rows = [Row(2, good_row), Row(3, {**good_row, **later})]
    opened = 0

    def open_again() -> Iterator[Row]:
        nonlocal opened
        opened += 1
        return iter(rows)

    source = open_again() if taken_once else Reopened(open_again)
    before, after = examine(item, source, rule_book(), TODAY)
    assert before.primary is not None
    assert before.primary.parameters == {"reason": "superseded"}
    assert after.draft is not None
    assert opened == (1 if taken_once else 2)


def test_an_item_without_superseding_takes_its_rows_one_at_a_time(
    item_text: str, good_row: dict[str, str]
) -> None:
    handed_out = []

    def rows() -> Iterator[Row]:
        for number in range(2, 5):
            handed_out.append(number)
            yield Row(number, {**good_row, "case": f"C-{number}"})

    results = examine(parse_item(item_text, "made-up.toml"), Reopened(rows), rule_book(), TODAY)
    assert handed_out == []
    assert next(results).draft is not None
    assert handed_out == [2]


def test_some_rows_of_a_file_are_examined_alone(item_text: str, good_row: dict[str, str]) -> None:
    examination = Examination(parse_item(item_text, "made-up.toml"), rule_book(), TODAY)
    assert examination.examined(Row(17, {**good_row, "count": "many"})).draft is None
    assert examination.examined(Row(40, good_row)).draft is not None
