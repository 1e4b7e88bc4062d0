"""What the first look finds is doubtful at a glance, whatever the column; and little else is."""

import random
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest
from pyarrow import compute

from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.items import parse_item
from tabularium.intake.sets import people
from tabularium.intake.sets.characters import USUAL
from tabularium.intake.sets.columns import columns_of
from tabularium.intake.sets.glance import Glance, glance_for, glances
from tabularium.intake.sets.laid import laid
from tabularium.intake.sets.looks import first_look
from tests.intake.conftest import ITEM
from tests.intake.sets.test_soundness import POOLS

REGIONS = ("cn", "br", "us", "gb", "mx", "pe")
KEPT = ("name", "summary", "number", "case")
OF_NUMBERS = (
    "110101199003074477",
    "1101 0119-9003.0744 7X",
    "123.456.789-09",
    "123-45-6789",
    "GODE561231GR8",
    "身份证1101012",
    "护照 1-2-3-4-5-6",
    "020 7946 0958",
    "1（2）3，4.5/6",
    "12 345 678 张三",
    "1-2-3-4-5-6-7-8-9",
)


def of_region(region: str) -> ItemSpec:
    return parse_item(
        ITEM.replace('jurisdiction = "gb"', f'jurisdiction = "{region}"'), "item.toml"
    )


def every_glance(usual: str = "") -> Iterator[tuple[str, str, Glance, str]]:
    """Region, column, glance and the pattern that it is to find no less than."""
    for region in REGIONS:
        item = of_region(region)
        assert item.authority.jurisdiction == region
        columns = columns_of(item)
        for name in KEPT:
            look = first_look(columns, item, name)
            for glance in glances(columns, item, name, usual):
                yield region, name, glance, look


PIECES = (*OF_NUMBERS, *"0123456789 -xX.,/·—（），\n@<?#EFAaéÃ锟烫涓枃错误:中号生户", "Err:5")
GLANCES = [*every_glance(), *every_glance("有限公司个体工商先生负责普通的")]


def missed(texts: list[str], regions: Sequence[str] = REGIONS) -> list[tuple[str, str, str]]:
    """The cells in which a first look finds something and a glance finds nothing doubtful."""
    taken = [each for each in GLANCES if each[0] in regions]
    column = pa.array(["。", *texts, "。"]).slice(1, len(texts))
    found = {look: compute.match_substring_regex(column, look).to_pylist() for *_, look in taken}
    return [
        (region, name, text)
        for region, name, glance, look in taken
        for text, finds, doubts in zip(texts, found[look], glance.doubtful(column), strict=True)
        if finds and not doubts
    ]


def test_there_is_a_glance_at_every_text_and_at_every_number_that_is_kept() -> None:
    assert {name for _, name, _, _ in GLANCES} >= {"name", "summary", "case"}
    assert {region for region, *_ in GLANCES} == set(REGIONS)


def test_whatever_unusual_cell_is_found_is_doubtful_at_a_glance() -> None:
    texts = [text for pool in POOLS.values() for text in pool]
    texts += [*OF_NUMBERS, *(f"见{number}号" for number in OF_NUMBERS)]
    assert missed(texts) == []


def test_whatever_word_tells_of_a_person_is_doubtful_at_a_glance() -> None:
    words = {word for region in REGIONS for word in people.chinese_words(region)}
    assert {"个体工商户", "先生", "负责人"} <= words
    assert missed([f"铜{word}匠" for word in words]) == []


def test_whatever_single_or_double_character_is_found_is_doubtful_at_a_glance() -> None:
    every = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]
    assert missed([f"中{each}文" for each in every], ["cn"]) == []
    halves = sorted(each for each in USUAL if each >= "¡")
    pairs = [one + other for one, other in zip(halves, halves[::-1], strict=True)]
    assert (
        missed(
            [*pairs, *(each * 3 for each in halves), *(each * 2 for each in halves)], ["cn", "br"]
        )
        == []
    )


def test_whatever_is_found_in_a_made_up_cell_is_doubtful_at_a_glance() -> None:
    # All at once and not example by example: to make a pattern ready takes longer than to look.
    draw = random.Random(20261126)  # noqa: S311 - the same cells in every run
    texts = ["".join(draw.choices(PIECES, k=draw.randrange(15))) for _ in range(4_000)]
    assert missed(texts) == []


def test_a_glance_that_looked_for_less_would_be_noticed() -> None:
    item = of_region("cn")
    look = first_look(columns_of(item), item, "summary")
    careless = Glance(USUAL)
    texts = pa.array(["a@b.co", "110101199003074477", "涓浗浜烘皯"])
    assert compute.all(compute.match_substring_regex(texts, look)).as_py()
    assert not careless.doubtful(texts).any()


@pytest.mark.parametrize(
    "text", ["穗环罚〔2026〕12号", "于2026年3月14日检查，罚款120元。", "第22条第3项"]
)
def test_what_stands_in_every_decision_is_not_doubtful(text: str) -> None:
    item = of_region("cn")
    (glance,) = glances(columns_of(item), item, "summary")
    assert glance.doubtful(pa.array([text])).tolist() == [False]


def test_where_much_is_doubtful_no_glance_is_taken() -> None:
    item = of_region("cn")
    columns = columns_of(item)
    plain, mixed = (
        ["超标排放污染物。"] * 10,
        ["超标排放。", "写信到 a@b.co", "电 020 7946 0958"] * 10,
    )
    assert glance_for(columns, item, "summary", pa.array(plain)) is not None
    assert glance_for(columns, item, "summary", pa.array(mixed)) is None
    assert glance_for(columns, item, "decided", pa.array(plain)) is None


def test_of_two_glances_the_one_is_taken_that_leaves_less_doubtful() -> None:
    item = of_region("cn")
    columns = columns_of(item)
    long = glance_for(columns, item, "case", pa.array(["穗环罚〔2026〕1234567号"] * 10))
    lettered = glance_for(columns, item, "case", pa.array(["HB-2026 第12号"] * 10))
    assert long is not None
    assert lettered is not None
    assert (long.digits, lettered.digits) == (9, 6)


def test_empty_cells_and_columns_are_not_doubtful() -> None:
    glance = Glance(USUAL, 6)
    assert glance.doubtful(pa.array([], pa.string())).tolist() == []
    assert glance.doubtful(pa.array(["", ""])).tolist() == [False, False]
    assert laid(pa.array(["a", "", "é"]).slice(1)).ends.tolist() == [0, 2]
