import json
import unicodedata
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium.core.canonical import (
    LARGEST_INTEGER,
    CanonicalError,
    amount,
    canonical_bytes,
    normalised,
)
from tabularium.core.kinds import Kind

COMPOSED, DECOMPOSED = "\u00e9", "e\u0301"


def test_keys_are_sorted_by_utf_16_as_in_section_3_2_3_of_rfc_8785() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
        # The example of the RFC has U+FB33 here, which normal form C takes apart.
        "\uff21": "Fullwidth Latin Capital Letter A",
    }
    assert list(json.loads(canonical_bytes(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Fullwidth Latin Capital Letter A",
    ]


def test_texts_and_literals_are_written_as_in_section_3_2_2_of_rfc_8785() -> None:
    value = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = rb'{"literals":[null,true,false],"string":"' + "€".encode()
    assert canonical_bytes(value) == expected + rb"""$\u000f\nA'B\"\\\\\"/"}"""


def test_the_other_public_vectors_without_floats() -> None:
    # Files arrays, structures and weird of the RFC's test data, as far as they hold no fraction.
    assert canonical_bytes([56, {"d": True, "10": None, "1": []}]) == (
        b'[56,{"1":[],"10":null,"d":true}]'
    )
    nested = {"1": {"f": {"f": "hi", "F": 5}, "\n": 56}, "10": {}, "": "empty", "a": {}}
    nested |= {"111": [{"e": "yes", "E": "no"}], "A": {}}
    assert canonical_bytes(nested) == (
        b'{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],'
        b'"A":{},"a":{}}'
    )


def test_texts_and_keys_take_normal_form_c() -> None:
    assert canonical_bytes({DECOMPOSED: DECOMPOSED}) == canonical_bytes({COMPOSED: COMPOSED})
    assert canonical_bytes("统一社会信用代码") == '"统一社会信用代码"'.encode()


def test_mappings_tuples_and_text_enumerations_have_the_form_of_their_content() -> None:
    value = MappingProxyType({"kind": Kind.LICENCE, "list": (1, 2)})
    assert canonical_bytes(value) == b'{"kind":"licence","list":[1,2]}'


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        ({"a": [1, 2.0]}, "$.a[1]", "float"),
        ({"a": float("nan")}, "$.a", "float"),
        ({"a b": {"c": b"secret"}}, '$["a b"].c', "bytes"),
        ([date(2026, 1, 1)], "$[0]", "date"),
        ([Decimal("1.5")], "$[0]", "Decimal"),
        ({1, 2}, "$", "set"),
        ({"n": LARGEST_INTEGER + 1}, "$.n", "2^53-1"),
        ({"n": -LARGEST_INTEGER - 1}, "$.n", "2^53-1"),
        ({"a": {7: "x"}}, "$.a", "int"),
        ({"a": "\ud800"}, "$.a", "surrogate"),
        ({"a": {"\udfff": 1}}, "$.a", "surrogate"),
        ({COMPOSED: 1, DECOMPOSED: 2}, '$["\\u00e9"]', "two keys"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(
    value: object, path: str, reason: str
) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical_bytes(value)
    assert caught.value.path == path
    assert reason in caught.value.reason
    assert str(caught.value) == f"{path}: {caught.value.reason}"


@pytest.mark.parametrize("value", [3.25, b"secret", 2**60 + 12345, "secret\ud800"])
def test_a_message_never_repeats_the_value(value: object) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical_bytes({"place": value})
    for part in ("secret", "3.25", "12345", str(2**60 + 12345)):
        assert part not in str(caught.value)


def test_nesting_has_an_end() -> None:
    value: object = "leaf"
    for _ in range(64):
        value = [value]
    assert canonical_bytes(value) == b"[" * 64 + b'"leaf"' + b"]" * 64
    with pytest.raises(CanonicalError, match="deep"):
        canonical_bytes([value])


@pytest.mark.parametrize("text", ["0", "0.50", "4965.70", "12900.00", "1000000"])
def test_a_plain_decimal_is_an_amount_and_keeps_its_decimals(text: str) -> None:
    assert amount(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4.965,70",
        "12,900.00",
        "1e3",
        "-1",
        "+1",
        "007",
        ".5",
        "5.",
        " 5",
        "5\n",
        "٥",
        "$5",
        "1_0",
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(CanonicalError) as caught:
        amount(text)
    assert not text.strip() or text not in str(caught.value)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def collides(value: object) -> bool:
    if isinstance(value, dict):
        names = {unicodedata.normalize("NFC", key) for key in value}
        return len(names) < len(value) or any(collides(each) for each in value.values())
    return isinstance(value, list) and any(collides(each) for each in value)


def reordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(each) for each in value] if isinstance(value, list) else value


@settings(deadline=None)
@given(VALUES.filter(lambda value: not collides(value)))
def test_bytes_read_back_give_the_normalised_value_and_the_same_bytes(value: object) -> None:
    canonical = canonical_bytes(value)
    read = json.loads(canonical)
    assert read == normalised(value)
    assert canonical_bytes(read) == canonical
    assert canonical_bytes(reordered(value)) == canonical
