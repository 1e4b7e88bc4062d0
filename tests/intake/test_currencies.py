"""The list of currencies is the one that the world uses, and a decision is judged by its own day."""

from datetime import date

import pytest
from babel.core import get_global

from tabularium.intake.currencies import CURRENCIES, WITHDRAWN, is_currency

NO_MONEY = {"XAG", "XAU", "XPD", "XPT", "XTS", "XXX", "XBA", "XBB", "XBC", "XBD"}
NEWER_THAN_THE_OTHER_LIST = {"XAD"}
NO_CODE_OF_ISO = {"CNH"}
WENT_AFTER_THE_OTHER_LIST = {"BGN"}


def of_cldr() -> tuple[set[str], dict[str, date]]:
    """Codes without a last day, and the last of their last days of the others."""
    open_ended: set[str] = set()
    ended: dict[str, date] = {}
    for uses in get_global("territory_currencies").values():
        for code, _, end, _ in uses:
            if end is None:
                open_ended.add(code)
            else:
                ended[code] = max(date(*end), ended.get(code, date.min))
    return open_ended, {code: day for code, day in ended.items() if code not in open_ended}


def test_the_codes_in_use_are_those_of_the_other_list() -> None:
    in_use, _ = of_cldr()
    expected = in_use - NO_MONEY - NO_CODE_OF_ISO - WENT_AFTER_THE_OTHER_LIST
    assert CURRENCIES - expected == NEWER_THAN_THE_OTHER_LIST | {"SVC"}
    assert expected - CURRENCIES == set()


def test_the_last_days_are_those_of_the_other_list() -> None:
    _, ended = of_cldr()
    assert CURRENCIES.isdisjoint(WITHDRAWN)
    ours = {code: day for code, day in WITHDRAWN.items() if code in ended}
    assert ours == {code: ended[code] for code in ours}
    assert set(WITHDRAWN) - set(ended) <= WENT_AFTER_THE_OTHER_LIST


@pytest.mark.parametrize("code", ["CNY", "BRL", "MXN", "PEN", "USD", "GBP", "EUR", "CLF", "XDR"])
def test_a_currency_in_use(code: str) -> None:
    assert is_currency(code, date(2026, 3, 1))


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "RMB", "UKP", "EURO", "R$", "eur", ""])
def test_what_is_none(code: str) -> None:
    assert not is_currency(code, date(2026, 3, 1))


def test_a_currency_counts_until_its_last_day() -> None:
    assert is_currency("DEM", date(2002, 5, 15))
    assert not is_currency("DEM", date(2002, 5, 16))
