"""Numbers of people are found however they are written."""

import pytest

from tabularium.core.personal import PersonalKind, personal_in, personal_number_in

CPF = PersonalKind.CPF
NUMBER = PersonalKind.IDENTITY_NUMBER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("110105<b>19491231</b>002X", NUMBER),
        ("１１０１０５１９４９１２３１００２Ｘ", NUMBER),
        ("٥٢٩.٩٨٢.٢٤٧-٢٥", CPF),
        ("529.982.247\u201325", CPF),
        ("529.982.247\u221225", CPF),
        ("529.982\u200b.247-25", CPF),
        ("529.982\u034f.247-25", CPF),
        ("529.982\ufe00.247-25", CPF),
        ("529.982\ufe0f.247-25", CPF),
        ("***.982.***-**", CPF),
        ("护照 1234567", NUMBER),
        ("passport no 123456", NUMBER),
    ],
)
def test_a_persons_number_is_found_in_any_script_with_any_dash_and_through_what_has_no_width(
    text: str, kind: PersonalKind
) -> None:
    assert personal_in(text, "br") is kind
    assert personal_number_in(text, "br") is kind


@pytest.mark.parametrize(
    ("text", "region", "is_found"),
    [
        ("call 020 7946 0018", "gb", True),
        ("Permit 020 7946 0018", "gb", False),
        ("#020 7946 0018", "gb", False),
        ("020 7946 0018/2019", "gb", False),
        ("file no. +44 20 7946 0018", "gb", True),
        ("file no. +44 20 7946 0018", "", True),
    ],
)
def test_a_phone_number_stands_alone_or_begins_with_a_plus(
    text: str, region: str, is_found: bool
) -> None:
    assert (personal_in(text, region) is PersonalKind.PHONE) is is_found
    assert personal_number_in(text, region) is None


@pytest.mark.parametrize("text", ["no number", "a < b", "12 of 100", "六号"])
def test_a_text_without_such_a_number_is_kept(text: str) -> None:
    assert personal_in(text, "br") is None
    assert personal_number_in(text, "br") is None
