"""A plan parted by columns, and looked through by Arrow first, has the outcome of the undivided one."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pytest

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.readers import Row
from tabularium.intake.sets import screen as screening
from tabularium.intake.sets.apart import parted
from tabularium.intake.sets.plan import OUTCOME, Plan, plan_for
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.screen import Manner, Screen, manner_for
from tabularium.rules.loader import rule_book
from tests.intake.conftest import ITEM, ROW
from tests.intake.conftest import TODAY as DAY
from tests.intake.sets.comparing import compare, table_of
from tests.intake.sets.conftest import TODAY
from tests.intake.sets.test_soundness import POOLS

DemoRows = Mapping[str, tuple[ItemSpec, list[Row]]]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_for(parse_item(ITEM, "made-up.toml"), rule_book(), DAY)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """A row for every unusual cell, and some that have two."""
    cells = [{**ROW, column: value} for column, pool in POOLS.items() for value in pool]
    cells += [
        {**one, **dict(list(two.items())[3:9])} for one, two in zip(cells, cells[::-1], strict=True)
    ]
    return [Row(number, each) for number, each in enumerate(cells, start=2)]


@pytest.fixture(scope="module")
def undivided(plan: Plan, rows: list[Row]) -> list[dict[str, Any]]:
    return outcome(plan, rows, Manner())


def outcome(plan: Plan, rows: Sequence[Row], manner: Manner) -> list[dict[str, Any]]:
    screen = Screen(plan, manner=manner)
    said: list[dict[str, Any]] = screen.of(table_of(plan, rows)).to_pylist()
    screen.close()
    return said


def of_passing(said: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a screen says, without the values of rows that do not pass, which mean nothing."""
    return [each if each["reasons"] == 0 else {"row": each["row"]} for each in said]


def manners(plan: Plan) -> dict[str, Manner]:
    names = plan.names
    return {
        "apart": Manner(frozenset(names)),
        "looked": Manner(looked=True),
        "apart and looked": Manner(frozenset(names), looked=True),
        "some": Manner(frozenset(names[::2]), looked=True),
        "others": Manner(frozenset(names[1::2])),
    }


@pytest.mark.parametrize("manner", ["apart", "looked", "apart and looked", "some", "others"])
def test_whichever_way_the_columns_are_gone_through_the_same_rows_pass(
    plan: Plan,
    rows: list[Row],
    undivided: list[dict[str, Any]],
    manner: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screening, "_FEW", 0)
    said = outcome(plan, rows, manners(plan)[manner])
    assert [each["reasons"] for each in said] == [each["reasons"] for each in undivided]
    assert of_passing(said) == of_passing(undivided)
    assert 50 < len([each for each in said if each["reasons"] == 0]) < len(said)


def test_the_demo_has_the_same_outcome_apart(
    demo_rows: DemoRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "_FEW", 0)
    # To make a plan ready takes seconds: unless all of them are asked for, those of a few items are.
    every = 1 if os.environ.get("TABULARIUM_SOAK") else 4
    for item, rows in list(demo_rows.values())[::every]:
        plan = plan_for(item, rule_book(), TODAY)
        formed = [row for row in rows if row.trouble is None]
        said = outcome(plan, formed, Manner(frozenset(plan.names), looked=True))
        assert of_passing(said) == of_passing(outcome(plan, formed, Manner())), item.code


def test_few_odd_rows_are_left_to_the_row_path(
    plan: Plan, rows: list[Row], undivided: list[dict[str, Any]]
) -> None:
    said = outcome(plan, rows[:150], Manner(looked=True))
    for left, right in zip(said, undivided[:150], strict=True):
        assert left["reasons"] in {right["reasons"], int(Reason.UNUSUAL_CHARACTERS)}
    assert len([each for each in said if each["reasons"] == 0]) > 20


def test_no_row_passes_wrongly_whichever_way_is_taken(plan: Plan, rows: list[Row]) -> None:
    screen = Screen(plan, manner=manners(plan)["apart and looked"])
    assert compare(plan.item, rows, DAY, plan, screen).unsound == []


def test_what_is_known_of_values_holds_for_later_blocks_and_is_forgotten_when_too_much(
    plan: Plan, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    manner = Manner(frozenset(plan.names))
    expected = outcome(plan, rows, manner)
    for most in (250_000, 12):
        monkeypatch.setattr(screening, "_MOST_KEPT", most)
        screen = Screen(plan, workers=1, manner=manner)
        parts = [rows[:40], rows[40:50], rows[50:], rows[:40]]
        said = [each for part in parts for each in screen.of(table_of(plan, part)).to_pylist()]
        assert said == [*expected, *expected[:40]]
        screen.close()


def test_columns_that_say_little_are_taken_apart(plan: Plan) -> None:
    table = table_of(
        plan, [Row(n, {**ROW, "summary": f"Smoke {n}.", "case": f"C-{n}"}) for n in range(2000)]
    )
    manner = manner_for(table, plan)
    named = {
        column
        for name, column in zip(plan.names, plan.columns, strict=True)
        if name in manner.apart
    }
    assert {"number", "decided", "measure", "status"} <= named
    assert not {"summary", "case"} & named
    assert manner.looked
    assert manner_for(table.slice(0, 100), plan) == Manner()


def test_part_of_the_outcome_can_be_asked_for(plan: Plan, rows: list[Row]) -> None:
    table = table_of(plan, rows)
    some = Screen(plan, outcome=("row", "reasons", "key")).of(table)
    whole = Screen(plan).of(table)
    assert whole.column_names == list(OUTCOME)
    assert some.equals(whole.select(["row", "reasons", "key"]))


def test_facts_are_worked_out_once_for_each_value() -> None:
    table = ibis.table({"row": "int64", "a": "string", "b": "string"}, name="t")
    table = table.mutate(small=table.a.lower(), length=table.b.length())
    whole = table.select(
        "row", both=table.small + table.b, right=(table.length > 1) & (table.small != "")
    )
    parts = parted(whole, ["a"], "t")
    assert list(parts.facts) == ["a"]
    assert sorted(parts.facts["a"].schema().values(), key=str) == [
        ibis.dtype("boolean"),
        ibis.dtype("string"),
    ]
    assert "LOWER" not in str(ibis.to_sql(parts.rest, dialect="duckdb")).upper()
    assert "LENGTH" in str(ibis.to_sql(parts.rest, dialect="duckdb")).upper()


def test_what_is_no_row_of_selections_is_not_parted() -> None:
    table = ibis.table({"a": "string"}, name="t")
    with pytest.raises(TypeError, match="Filter"):
        parted(table.filter(table.a != "").select("a"), ["a"], "t")


def test_a_table_that_is_fed_is_let_go(plan: Plan) -> None:
    screen = Screen(plan, workers=1)
    screen.of(table_of(plan, [Row(2, ROW)]))
    (worker,) = screen._workers
    assert all(feed.table.num_rows == 0 for feed in worker._fed._feeds.values())
    assert isinstance(screen.of(table_of(plan, [Row(3, ROW)])), pa.Table)


def test_parts_with_and_without_unusual_cells_go_together(
    plan: Plan, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "_FEWEST_ROWS", 1)
    monkeypatch.setattr(screening, "_FEW", len(rows))
    plain = [Row(number, ROW) for number in range(2, 2 + len(rows))]
    others = [Row(2 + len(rows) + number, each.cells) for number, each in enumerate(rows)]
    screen = Screen(plan, workers=2, manner=Manner(looked=True))
    said = screen.of(table_of(plan, [*plain, *others]))
    screen.close()
    assert said["reasons"].to_pylist()[: len(rows)] == [0] * len(rows)
    assert any(said["reasons"].to_pylist()[len(rows) :])
