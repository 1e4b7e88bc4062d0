"""Plans beside the row path, on both engines; one Spark for all tests."""

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from unittest import mock

import pytest
from stdnum.br import cnpj
from stdnum.cn import uscc
from stdnum.iso7064 import mod_97_10

from tabularium.demo.files import write
from tabularium.demo.plan import lay_out
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.readers import Row, open_rows
from tabularium.intake.sets.engines import EngineMissing, OnSpark, spark_session
from tests.conftest import START

TODAY = START.date()
DAMAGED = 20_000


@pytest.fixture(scope="session")
def on_spark() -> Iterator[OnSpark]:
    """Spark on this machine; skipped where there is none, a failure where there must be one."""
    # It runs for a minute and not for hours: what is compiled at once need not be compiled better.
    quick = {"SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    try:
        with mock.patch.dict(os.environ, quick):
            session = spark_session()
    except EngineMissing as missing:
        if "java" in os.environ.get("TABULARIUM_REQUIRE", ""):
            pytest.fail(f"{missing} TABULARIUM_REQUIRE asks for it.")
        pytest.skip(str(missing))
    yield OnSpark(session)
    session.stop()


@pytest.fixture(scope="session")
def demo_rows(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, tuple[ItemSpec, list[Row]]]:
    """The rows of the demo's files by item; files of one item one behind the other."""
    folder = tmp_path_factory.mktemp("demo")
    plan = lay_out(TODAY, organisations=100, entries=900)
    write(plan, folder)
    items: dict[str, ItemSpec] = {}
    rows: dict[str, list[Row]] = defaultdict(list)
    for file in plan.files:
        item = items.setdefault(file.stock.spec.code, file.stock.spec)
        for row in open_rows(folder / file.name, item.file):
            number = len(rows[item.code]) + 2
            rows[item.code].append(Row(number, row.cells, row.trouble, row.expected, row.found))
    return {code: (item, rows[code]) for code, item in items.items()}


@pytest.fixture(scope="session")
def damaged() -> list[tuple[str, str]]:
    """Numbers of three schemes by their scheme, most of them damaged in one way or another."""
    draw = random.Random(31)  # noqa: S311 - the same numbers each time
    return [_damaged(draw) for _ in range(DAMAGED)]


def _damaged(draw: random.Random) -> tuple[str, str]:
    scheme, value = draw.choice(_MAKERS)(draw)
    return scheme, draw.choice(_WAYS)(value, draw)


def _uscc(draw: random.Random) -> tuple[str, str]:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    begins = draw.choice(("91", "93", "12", "51", "92", "N1", "A1"))
    first = begins + f"{draw.randrange(10**6):06d}" + "".join(draw.choices(letters, k=9))
    return "CN-USCC", first + uscc.calc_check_digit(first)


def _cnpj(draw: random.Random) -> tuple[str, str]:
    letters = "0123456789" if draw.random() < 0.7 else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    first = "".join(draw.choices(letters, k=12))
    value = first + cnpj.calc_check_digits(first)
    if draw.random() < 0.3:
        value = f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}"
    return "BR-CNPJ", value


def _lei(draw: random.Random) -> tuple[str, str]:
    first = "".join(draw.choices("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=18))
    return "XI-LEI", first + mod_97_10.calc_check_digits(first)


_MAKERS = (_uscc, _cnpj, _lei)


def _place(value: str, draw: random.Random) -> int:
    return draw.randrange(len(value))


def _changed(value: str, draw: random.Random) -> str:
    place = _place(value, draw)
    return value[:place] + draw.choice("0123456789ABCXYZ") + value[place + 1 :]


def _missing(value: str, draw: random.Random) -> str:
    place = _place(value, draw)
    return value[:place] + value[place + 1 :]


def _added(value: str, draw: random.Random) -> str:
    place = _place(value, draw)
    return value[:place] + draw.choice("0A \n-./．\u200b９") + value[place:]


def _swapped(value: str, draw: random.Random) -> str:
    place = _place(value[:-1], draw)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


def _full_width(value: str, draw: random.Random) -> str:
    place = _place(value, draw)
    return value[:place] + chr(ord(value[place]) + 0xFEE0) + value[place + 1 :]


_WAYS = (
    lambda value, _: value,
    lambda value, _: value,
    lambda value, _: value.lower(),
    lambda value, _: value + "\n",
    lambda value, _: "\n" + value,
    lambda value, _: f" {value} ",
    lambda _, __: "",
    lambda value, _: value[:-2] + draw_pair(value),
    _changed,
    _missing,
    _added,
    _swapped,
    _full_width,
)


def draw_pair(value: str) -> str:
    """Other last two digits that leave the same rest mod 97, where there are any."""
    pair = int(value[-2:]) if value[-2:].isdigit() else 0
    return f"{(pair + 97) % 194 % 100:02d}"
