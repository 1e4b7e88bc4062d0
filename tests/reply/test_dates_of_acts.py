"""The organisation reads on which day the authority did something, and which court ordered it."""

from datetime import date

import pytest

from tabularium.register import services
from tabularium.register.services.decisions import Order
from tests import builders
from tests.reply.conftest import Move, shop_of, words


@pytest.mark.parametrize(
    ("language", "day", "court"),
    [
        (
            "en",
            "Day of the decision about it: 5 March 2026",
            "Ordered by: Made-up Court · (2026) 7",
        ),
        ("zh-hans", "决定日期： 2026年3月5日", "作出命令的机构： Made-up Court · (2026) 7"),
    ],
)
def test_the_day_and_the_court_of_a_stay_stand_in_the_history(
    town: builders.Town, move: Move, language: str, day: str, court: str
) -> None:
    entry = builders.published(town, move)
    services.stay(
        entry.pk,
        by=town.approver,
        order="So ordered.",
        dated=date(2026, 3, 5),
        ordered=Order("Made-up Court", "(2026) 7"),
    )
    shop = shop_of(entry)
    read = words(shop.get(shop.of(entry, "", language)))
    assert day in read
    assert court in read


def test_nothing_is_said_of_a_day_where_nobody_decided(town: builders.Town, move: Move) -> None:
    entry = builders.published(town, move)
    shop = shop_of(entry)
    services.answer(entry.pk, by=shop.user, text="Our answer.", shown=False)
    read = words(shop.get(shop.of(entry)))
    assert "Our answer." in read
    assert "Day of the decision about it" not in read
    assert "Ordered by" not in read
