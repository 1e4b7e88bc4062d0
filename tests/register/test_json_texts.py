"""What the database writes as JSON is what Python's `json` writes."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import DateField, DateTimeField, IntegerField, TextField, Value
from django.db.models.functions import Cast

from tabularium.register.json_texts import (
    EachIn,
    Instant,
    Joined,
    List,
    Quoted,
    QuotedOrNull,
    UnlessEmpty,
    literal,
    members,
)
from tabularium.register.models import Authority, RegisteredIdentifier
from tests import builders

STRANGE = "".join(map(chr, range(1, 256))) + "\u2028 地 \U0001f600 %s %% ' \\' </script>"


def _told(town: builders.Town, written: Any) -> str:
    told: str = Authority.objects.filter(pk=town.code).values_list(written, flat=True).get()
    return told


def _text(value: str) -> Any:
    return Cast(Value(value), TextField())


def test_texts_numbers_and_days_are_written_as_python_writes_them(town: builders.Town) -> None:
    expected = json.dumps(STRANGE, ensure_ascii=False)
    assert _told(town, Quoted(_text(STRANGE))) == expected
    assert _told(town, Quoted(Cast(Value(12), IntegerField()))) == "12"
    day = Cast(Value(date(2026, 1, 31)), DateField())
    assert _told(town, QuotedOrNull(day)) == '"2026-01-31"'
    assert _told(town, QuotedOrNull(Cast(Value(None), DateField()))) == "null"
    for text, told in (("", "null"), (STRANGE, expected)):
        assert _told(town, UnlessEmpty(_text(text), Quoted(_text(text)))) == told


@pytest.mark.parametrize("fraction", [0, 5, 250_000, 123_456])
def test_an_instant_is_written_in_utc_with_its_fraction(town: builders.Town, fraction: int) -> None:
    instant = datetime(2026, 1, 31, 23, 59, 58, fraction, tzinfo=UTC)
    told = _told(town, Instant(Value(instant)))
    assert datetime.fromisoformat(json.loads(told)).replace(tzinfo=UTC) == instant
    assert _told(town, Instant(Cast(Value(None), DateTimeField()))) == "null"


def test_members_and_lists_are_put_together(town: builders.Town) -> None:
    two = members(("a", Quoted(_text("x"))), ("b", literal("null")))
    assert _told(town, Joined(literal("{"), two, literal("}"))) == '{"a":"x","b":null}'
    listed = List(_text(STRANGE), Cast(Value(1), IntegerField()))
    assert json.loads(_told(town, listed)) == [STRANGE, 1]


def test_a_literal_is_a_text_of_ours() -> None:
    for text in ("it's", "50 %"):
        with pytest.raises(AssertionError):
            literal(text)


def test_each_row_is_in_the_list(town: builders.Town, move: Any) -> None:
    builders.published(town, move)
    each = EachIn("scheme", "value")
    told = RegisteredIdentifier.objects.order_by().values(one=Value(1)).annotate(each=each)
    rows = RegisteredIdentifier.objects.values_list("scheme", "value")
    assert sorted(json.loads(told.get()["each"])) == sorted(map(list, rows))
    assert len(rows) > 0
