from dataclasses import FrozenInstanceError, fields, replace
from datetime import date

import pytest

from tabularium.core.canonical import canonical_bytes
from tabularium.core.content import LONGEST_NAME, Draft, EntryContent, Subject
from tabularium.core.kinds import Kind

FULL = EntryContent(
    decision_number="No. 1",
    decided_on=date(2026, 3, 3),
    measure="Fine",
    summary="First line.\nSecond line.",
    legal_basis="Made-up Act, article 5",
    legal_basis_url="https://law.example/5",
    amount="4965.70",
    currency="CNY",
    term_begins=date(2026, 3, 4),
    term_ends=date(2027, 3, 1),
    objection_route="In writing.",
    objection_url="https://office.example/objections",
    notice_channel="letter",
    language="en",
    details={"place": "Made-up Lane 1"},
    promised_to="Suppliers of the town",
    due_on=date(2026, 6, 30),
)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_missing_from_a_whole_decision(kind: Kind) -> None:
    assert FULL.missing_for(kind) == ()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", ["decision_number", "measure", "legal_basis"])
def test_what_every_kind_needs(kind: Kind, name: str) -> None:
    assert replace(FULL, **{name: ""}).missing_for(kind) == (name,)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("term_begins", None),
        ("term_ends", None),
        ("objection_route", ""),
        ("notice_channel", ""),
    ],
)
def test_what_an_adverse_kind_needs_besides(kind: Kind, name: str, nothing: str | None) -> None:
    missing = replace(FULL, **{name: nothing}).missing_for(kind)
    assert missing == ((name,) if kind.is_adverse else ())


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("name", "nothing"), [("promised_to", " "), ("due_on", None)])
def test_only_a_promise_says_to_whom_and_by_when(
    kind: Kind, name: str, nothing: str | None
) -> None:
    missing = replace(FULL, **{name: nothing}).missing_for(kind)
    assert missing == ((name,) if kind is Kind.PROMISE else ())
    out_of_place = () if kind is Kind.PROMISE else ("promised_to", "due_on")
    assert FULL.out_of_place_for(kind) == out_of_place
    assert replace(FULL, promised_to="", due_on=None).out_of_place_for(kind) == ()


def test_all_that_is_missing_is_named_at_once() -> None:
    bare = EntryContent(decision_number="", decided_on=date(2026, 3, 3), measure="")
    assert bare.missing_for(Kind.LICENCE) == ("decision_number", "measure", "legal_basis")
    assert bare.missing_for(Kind.PENALTY) == (
        "decision_number",
        "measure",
        "legal_basis",
        "term_begins",
        "term_ends",
        "objection_route",
        "notice_channel",
    )


def test_fields_are_what_the_canonical_form_takes() -> None:
    given = FULL.as_fields()
    assert list(given) == [each.name for each in fields(EntryContent)]
    assert given["decided_on"] == "2026-03-03"
    assert given["term_ends"] == "2027-03-01"
    assert given["details"] == {"place": "Made-up Lane 1"}
    assert canonical_bytes(given)


def test_a_day_that_is_not_given_is_an_empty_text() -> None:
    bare = EntryContent(decision_number="1", decided_on=date(2026, 3, 3), measure="Permit")
    given = bare.as_fields()
    assert (given["term_begins"], given["term_ends"], given["details"]) == ("", "", {})
    assert canonical_bytes(given)


def test_details_of_one_content_are_not_those_of_another() -> None:
    given = FULL.as_fields()["details"]
    assert isinstance(given, dict)
    given["place"] = "elsewhere"
    assert FULL.details == {"place": "Made-up Lane 1"}


def test_content_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        FULL.measure = "Nothing"  # type: ignore[misc] # that it is refused is what is tested
    bare = EntryContent(decision_number="1", decided_on=date(2026, 3, 3), measure="Permit")
    with pytest.raises(TypeError):
        bare.details["place"] = "here"  # type: ignore[index] # the same


def test_there_is_no_place_for_a_person() -> None:
    names = {each.name for each in (*fields(EntryContent), *fields(Subject), *fields(Draft))}
    for word in (
        "person",
        "director",
        "owner",
        "representative",
        "contact",
        "phone",
        "mail",
        "birth",
    ):
        assert not [name for name in names if word in name]


def test_a_text_has_up_to_10000_characters_wherever_it_stands() -> None:
    longest, beyond = "x" * 10_000, "x" * 10_001
    assert replace(FULL, summary=longest, details={"place": longest}).too_long() == {}
    long = replace(FULL, summary=beyond, details={"place": beyond}).too_long()
    assert long == {"summary": 10_001, "place": 10_001}


def test_a_name_has_up_to_500_characters() -> None:
    assert LONGEST_NAME == 500
