"""Days, sums and durations as authorities write them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.intake.readers import PlainNumber
from tabularium.intake.values import (
    Duration,
    date_form_problem,
    parse_amount,
    parse_day,
    parse_duration,
)

DAYS = st.dates(date(1800, 1, 1), date(2999, 12, 31))
SPANISH = (
    "",
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("01/06/2018", "%d/%m/%Y", date(2018, 6, 1)),
        ("1/18/2024", "%m/%d/%Y", date(2024, 1, 18)),
        ("1/2/2025 12:00:00 AM", "%m/%d/%Y", date(2025, 1, 2)),
        ("07/24/03 00:00:00", "%m/%d/%Y", None),
        ("1 de junio de 2018", "%d de %B de %Y", date(2018, 6, 1)),
        ("16 junio 2017", "%d %B %Y", date(2017, 6, 16)),
        ("3 setiembre 2017", "%d %B %Y", date(2017, 9, 3)),
        ("5 de março de 2020", "%d de %B de %Y", date(2020, 3, 5)),
        ("12 Jan. 2020", "%d %b %Y", date(2020, 1, 12)),
        ("2020-02-30", "%d/%m/%Y", None),
        ("2020-02-03T10:00:00", "%d/%m/%Y", date(2020, 2, 3)),
        ("31/06/2018", "%d/%m/%Y", None),
        ("1 de brumario de 2018", "%d de %B de %Y", None),
        ("More than 8 years", "%d/%m/%Y", None),
        ("0001-01-01", "%Y-%m-%d", None),
    ],
)
def test_days(text: str, form: str, expected: date | None) -> None:
    assert parse_day(text, (form,)) == expected


@given(DAYS)
def test_a_day_is_read_back_in_every_form(day: date) -> None:
    forms = ("%d/%m/%Y",)
    assert parse_day(f"{day.day}/{day.month}/{day.year:04}", forms) == day
    assert parse_day(f"{day.day:02}/{day.month:02}/{day.year:04}", forms) == day
    assert parse_day(day.isoformat(), forms) == day
    words = f"{day.day} de {SPANISH[day.month].upper()} de {day.year}"
    assert parse_day(words, ("%d de %B de %Y",)) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_days(text: str) -> None:
    found = parse_day(text, ("%d/%m/%Y", "%d de %B de %Y"))
    assert found is None or 1800 <= found.year <= 2999


@pytest.mark.parametrize("form", ["%d/%m", "%y-%m-%d", "%d/%m/%B/%Y", "", "%d %d %m %Y"])
def test_a_form_of_a_day_needs_day_month_and_year(form: str) -> None:
    assert date_form_problem(form)


@pytest.mark.parametrize(
    ("text", "decimal", "grouping", "expected"),
    [
        ("4.965,70", ",", ".", "4965.70"),
        ("608016,54", ",", "", "608016.54"),
        ("6000,0", ",", "", "6000.0"),
        ("$6600", ".", ",", "6600"),
        ("12,900.00", ".", ",", "12900.00"),
        ("384.298.009,00", ",", ".", "384298009.00"),
        ("0012", ".", ",", "12"),
        ("1,2", ".", ",", None),
        ("12,34,567", ".", ",", None),
        ("1.234,5", ".", ",", None),
        ("-5", ".", ",", None),
        ("Não se aplica", ",", ".", None),
        ("", ".", ",", None),
        ("9" * 60, ".", ",", None),
        (PlainNumber("1234.5"), ",", ".", "1234.5"),
        (PlainNumber("1E+3"), ",", ".", "1000"),
        (PlainNumber("-1"), ",", ".", None),
        (PlainNumber("NaN"), ",", ".", None),
        (PlainNumber("1E+900000000"), ",", ".", None),
    ],
)
def test_sums(text: str, decimal: str, grouping: str, expected: str | None) -> None:
    assert parse_amount(text, decimal=decimal, grouping=grouping, prefixes=("$",)) == expected


@given(st.integers(0, 10**15), st.integers(0, 99))
def test_a_sum_is_the_same_in_every_writing(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02}"
    brazilian = english.translate(str.maketrans(",.", ".,"))
    expected = Decimal(f"{whole}.{cents:02}")
    for text, decimal, grouping in ((english, ".", ","), (brazilian, ",", ".")):
        read = parse_amount(text, decimal=decimal, grouping=grouping)
        assert read is not None
        assert Decimal(read) == expected
        assert parse_amount(PlainNumber(read), decimal=",", grouping=".") == read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 AÑO 3 MESES", Duration(15)),
        ("TRES MESES", Duration(3)),
        ("3 AÑOS 1 MES", Duration(37)),
        ("12 MESES", Duration(12)),
        ("dois anos e seis meses", Duration(30)),
        ("18 (dieciocho) meses", Duration(18)),
        ("one year and 10 days", Duration(12, 10)),
        ("2 weeks", Duration(0, 14)),
        ("SEIS MESES.", Duration(6)),
        ("", None),
        ("3", None),
        ("meses", None),
        ("3 meses 2 meses", None),
        ("3 meses ilimitados", None),
        ("0 meses", None),
    ],
)
def test_durations(text: str, expected: Duration | None) -> None:
    assert parse_duration(text) == expected


@given(st.integers(0, 30), st.integers(0, 11), st.integers(0, 31))
def test_a_duration_in_digits_is_read_back(years: int, months: int, days: int) -> None:
    text = f"{years} años {months} meses {days} días"
    total = years * 12 + months
    expected = Duration(total, days) if total or days else None
    assert parse_duration(text) == expected


@given(DAYS.filter(lambda day: day.year < 2900), st.integers(1, 10000))
def test_a_duration_in_days_counts_its_first_day(begins: date, days: int) -> None:
    assert Duration(days=days).last_day_from(begins) == begins + timedelta(days=days - 1)


def test_the_last_day_of_months() -> None:
    assert Duration(3).last_day_from(date(2014, 5, 8)) == date(2014, 8, 7)
    assert Duration(1).last_day_from(date(2024, 1, 31)) == date(2024, 2, 28)
    assert Duration(12 * 9000).last_day_from(date(2024, 1, 31)) is None
