"""No row passes a plan that the row path has anything to say of, and what passes is kept alike."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.readers import Row, open_rows
from tabularium.intake.sets.plan import plan_for
from tabularium.intake.sets.reasons import MAY_BE, Reason
from tabularium.intake.sets.screen import Screen
from tabularium.rules.loader import rule_book
from tests.intake.conftest import ITEM, ROW
from tests.intake.conftest import TODAY as DAY
from tests.intake.real_files import FILES, Whole, item_text
from tests.intake.sets.comparing import compare, table_of
from tests.intake.sets.conftest import TODAY

FEW_ROWS = 1_000
"""Rows of a public file that are compared at least, taken from everywhere in it, unless all are asked for."""

DemoRows = Mapping[str, tuple[ItemSpec, list[Row]]]


@pytest.mark.data
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.item}-{file.today}")
def test_no_row_of_a_public_file_passes_wrongly(file: Whole, shared_data: Path) -> None:
    item = parse_item(item_text(file.item), file.item)
    plan = plan_for(item, rule_book(), file.today)
    rows = list(open_rows(shared_data / file.path, item.file))
    if not os.environ.get("TABULARIUM_SOAK"):
        rows = rows[:: max(1, len(rows) // FEW_ROWS)]
    found = compare(item, rows, file.today, plan, Screen(plan))
    assert found.unsound == []
    assert found.passed <= found.drafts


def test_nearly_every_right_row_of_the_demo_passes_and_no_wrong_one(demo_rows: DemoRows) -> None:
    drafts = passed = 0
    for item, rows in demo_rows.values():
        plan = plan_for(item, rule_book(), TODAY)
        found = compare(item, rows, TODAY, plan, Screen(plan))
        assert found.unsound == [], item.code
        drafts, passed = drafts + found.drafts, passed + found.passed
    assert drafts == 814
    assert passed >= 0.95 * drafts


def test_a_reason_is_named_for_every_bit_and_says_what_it_may_be() -> None:
    assert set(MAY_BE) == set(Reason)


_NAMES = (
    *(
        "Brass & Sons Ltd",
        "Mr. Brass",
        "J. Brass t/a Brass",
        "Brass (a partnership)",
        "Brass; Tin Ltd",
    ),
    *(
        "Maria Silva 123.456.789-09",
        "铜匠有限公司",
        "铜匠个体工商户",
        "张三（个体）",
        "Bräss GmbH",
        "Straße Ltd",
    ),
    *(
        "Tin, director of Brass Ltd",
        "  Brass Ltd",
        "Brass Ltd\u00a0",
        "Bra\u0301ss Ltd",
        "Ｂｒａｓｓ Ltd",
    ),
    *(
        "Brass e.K.",
        "Brass e. K.",
        "BRASS SOLE TRADER",
        "Brass sole-trader",
        "x" * 61,
        " Brass Cliff ",
        "Brass Ltdv\n",
        "#REF!",
        "😀 Ltd",
    ),
)
_NUMBERS = (
    *("11.222.333/0001-81", "11222333000181", "11222333000182", "11 222 333 0001 81", ""),
    *(
        "11222333000181.0",
        "1.1222333E+13",
        "1222333000181",
        "００",
        "12ABC34501DE35",
        "12abc34501de35",
    ),
    *(
        "123.456.789-09",
        "123-45-6789",
        "11222333000181\n",
        "\u200b11222333000181",
        "11222333000181 ",
    ),
)
_DAYS = (
    *("03/02/2026", "3/2/2026", "2026-02-03", "2026-2-3", "31/02/2026", "29/02/2024", "29/02/2023"),
    *(
        "03/02/2026 10:00",
        "2026-02-03T10:00:00",
        "45292",
        "02/03/2099",
        "01/01/1799",
        "３/2/2026",
        "",
    ),
    *(
        "03/02/26",
        "03-02-2026",
        " 03/02/2026",
        "2026-02-03 ",
        "0003/02/2026",
        "2999-12-31",
        "03/02/2026x",
    ),
)
_AMOUNTS = (
    *(
        "£1,200.50",
        "1200.50",
        "1200",
        "1,2",
        "0.5",
        "007",
        "1.",
        "none",
        "£",
        "£ 3",
        "-1",
        "1e3",
        "",
        "0",
    ),
    *("£1,200,300.00", "12,00", "1" * 41, "£none", "1,200.5\u00a0", "٣"),
)
_TEXTS = (
    *(
        "Smoke.",
        "",
        "Call 020 7946 0958 now",
        "call +44 20 7946 0958",
        "a@b.co",
        "a @ b.co",
        "2026-02-03",
    ),
    *(
        "no 2026-000123",
        "ID 110101199003074477 x",
        "CURP GODE561231GR8 y",
        "123.456.789-09",
        "***.456.789-**",
    ),
    *(
        "身份证110101",
        "passport 123456",
        "<b>1</b>2<i>3</i>4567890",
        "1 2 3 4 5 6 7 8 9 0 1",
        "１２３４５６７８９０１",
    ),
    *(
        "Ã©tÃ©",
        "锟斤拷",
        "涓浗浜烘皯",
        "ÖÐ¹ú",
        "????",
        "a\r\nb",
        'quote " here',
        "back\\slash",
        "line\nline",
    ),
    *(
        "tab\there",
        "\ufeffmark",
        "soft\u00adhyphen",
        "e\u0301",
        "😀",
        "x" * 10_001,
        "Err:502",
        "#N/A",
        "a|b",
    ),
    *(
        "tel 2026年3月14日12号",
        "1200000元",
        "穗环罚〔2026〕12号",
        "20-30-40-50-60",
        "A" * 3 + "123456",
    ),
    *(
        "0207 946 0958",
        "44/20/79460958",
        "(020) 7946-0958",
        "call 7946—0958—11",
        "5…5…5…5…5…5…5…5…5…5",
    ),
    *(
        "涓枃",
        "鍏徃鍚嶇О",
        "缁忚惀鍦板潃锛",
        "Â£5",
        "naïve café",
        "São Paulo — ações",
        "«É»",
        "IRMÔS",
    ),
)
POOLS: Mapping[str, tuple[str, ...]] = {
    "name": _NAMES,
    "number": _NUMBERS,
    "form": ("Company", "Trader", "company", "Company ", "", "Ｃompany"),
    "case": (
        "C-17",
        "C-1",
        "D-1",
        "C-",
        "c-17",
        "",
        "C-17 ",
        "C-123456789",
        "C-1234567890123456789",
    ),
    "decided": _DAYS,
    "begins": _DAYS,
    "ends": _DAYS,
    "measure": ("Fine", "Warning", "fine", "", "Fine "),
    "summary": _TEXTS,
    "amount": _AMOUNTS,
    "currency": ("GBP", "gbp", "EUR", "XXX", "DEM", "", "GB"),
    "count": ("3", "-3", "+3", "3.0", "x", "", "３"),
    "status": ("Final", "Presumed", "cleared", "CLEARED it", "", "Presumed ", "presumed", *_TEXTS),
}
_SIGNS = st.sampled_from(
    [
        *" \n\t\r0123456789abcxyzABCXYZ@+*<>|/\\.,;:-_()#%&'\"£éãçßøÃÂâ€“”—…中国公司号年月日（）〔〕，。",
        "\u200b",
        "\u00a0",
        "\u0301",
        "😀",
        "锟",
        "拷",
        "１",
        "Ａ",
    ]
)


def _cell(column: str) -> st.SearchStrategy[str]:
    pool = st.sampled_from((ROW[column], *POOLS[column]))
    noise = st.lists(_SIGNS, max_size=30).map("".join)
    before = st.tuples(noise, pool).map(lambda pair: pair[0][:3] + pair[1])
    behind = st.tuples(pool, noise).map(lambda pair: pair[0] + pair[1][:3])
    return st.one_of(pool, before, behind, noise)


# A cell or two that differ from a right row: what is wrong with one hides what is wrong with another.
_CHANGES = st.sampled_from(sorted(ROW)).flatmap(lambda name: st.tuples(st.just(name), _cell(name)))
_ROWS = st.lists(
    st.lists(_CHANGES, min_size=1, max_size=2).map(lambda changes: {**ROW, **dict(changes)}),
    min_size=40,
    max_size=60,
)


@pytest.fixture(scope="module")
def made_up() -> tuple[ItemSpec, Screen]:
    item = parse_item(ITEM, "made-up.toml")
    return item, Screen(plan_for(item, rule_book(), DAY))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=_ROWS)
@example(rows=[{**ROW, column: value} for column, pool in POOLS.items() for value in pool])
def test_no_row_that_is_made_up_passes_wrongly(
    made_up: tuple[ItemSpec, Screen], rows: list[dict[str, str]]
) -> None:
    item, screen = made_up
    plan = plan_for(item, rule_book(), DAY)
    numbered = [Row(number, cells) for number, cells in enumerate(rows, start=2)]
    assert compare(item, numbered, DAY, plan, screen).unsound == []


def test_a_right_row_passes_with_each_usual_way_of_writing(
    made_up: tuple[ItemSpec, Screen],
) -> None:
    item, screen = made_up
    plan = plan_for(item, rule_book(), DAY)
    usual: list[tuple[str, str]] = [
        *(
            ("number", value)
            for value in ("11.222.333/0001-81", "11222333000181", " 11222333000181 ")
        ),
        *(
            ("decided", value)
            for value in ("03/02/2026", "3/2/2026", "2026-02-03", "03/02/2026 10:00")
        ),
        *(("amount", value) for value in ("£1,200.50", "1200", "none", "", "0.50", "£ 3")),
        *(
            ("summary", value)
            for value in ("", "Smoke\nand noise.", "穗环罚〔2026〕12号", "São Paulo")
        ),
        *(("summary", value) for value in ("2026年3月14日，罚款120000元。", "naïve café, «sic».")),
        *(
            ("name", value)
            for value in ("Açúcar & Filhos Ltd", "Brass (North) Ltd", "  Brass Ltd ")
        ),
    ]
    rows = [Row(number, {**ROW, name: value}) for number, (name, value) in enumerate(usual, 2)]
    found = compare(item, rows, DAY, plan, screen)
    assert (found.unsound, found.passed, found.drafts) == ([], len(rows), len(rows))


def test_an_absent_cell_is_an_empty_one(made_up: tuple[ItemSpec, Screen]) -> None:
    item, screen = made_up
    plan = plan_for(item, rule_book(), DAY)
    rows = [Row(2, {**ROW, "summary": None}), Row(3, {**ROW, "summary": ""})]
    absent, empty = screen.of(table_of(plan, rows)).to_pylist()
    assert {**absent, "row": 3} == empty
    assert empty["reasons"] == 0
