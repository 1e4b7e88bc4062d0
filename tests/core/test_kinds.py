import pytest

from tabularium.core.kinds import ADVERSE_KINDS, Field, Kind, NoticeChannel


@pytest.mark.parametrize(
    ("kind", "adverse", "about_an_authority"),
    [
        (Kind.LICENCE, False, False),
        (Kind.PENALTY, True, False),
        (Kind.EXCLUSION, True, False),
        (Kind.PROMISE, False, True),
        (Kind.JUDGMENT, True, True),
    ],
)
def test_what_a_kind_asks_for(kind: Kind, adverse: bool, about_an_authority: bool) -> None:
    assert kind.is_adverse is adverse
    assert (kind in ADVERSE_KINDS) is adverse
    assert kind.is_about_an_authority is about_an_authority


def test_there_is_no_sixth_kind() -> None:
    assert len(Kind) == 5
    with pytest.raises(ValueError, match="rating"):
        Kind("rating")


def test_the_fields_are_those_of_economic_regulation_and_no_other() -> None:
    """Line 4 of the design, written out a second time, so that adding a field is no small slip."""
    assert {each.value for each in Field} == {
        "product-safety",
        "food-safety",
        "drug-safety",
        "workplace-safety",
        "environment",
        "construction",
        "transport",
        "tax",
        "wages",
        "health-and-care",
        "data-protection",
        "competition",
        "consumer-protection",
        "public-procurement",
        "financial-services",
        "business-licensing",
    }


@pytest.mark.parametrize("code", ["speech", "assembly", "religion", "migration", "defence", ""])
def test_no_other_field_is_taken(code: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Field"):
        Field(code)


def test_a_notice_goes_by_letter_mail_or_mailbox() -> None:
    assert {each.value for each in NoticeChannel} == {"letter", "e-mail", "mailbox"}
