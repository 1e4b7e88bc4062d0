from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.core.content import EntryContent
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.ids import ALPHABET, LENGTH, as_number, new_id
from tabularium.register.models import Entry, Organisation, VersionSalts
from tabularium.register.salts import SALT_BYTES, SALTED_FIELDS, new_salts
from tests.builders import Town, a_draft, published
from tests.register.conftest import Move


def test_an_identity_is_twelve_characters_that_cannot_be_misread() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ilou")
    for _ in range(200):
        identity = new_id()
        assert len(identity) == LENGTH == 12
        assert set(identity) <= set(ALPHABET)


def test_identities_are_random_in_every_place() -> None:
    drawn = [new_id() for _ in range(2000)]
    assert len(set(drawn)) == 2000
    for place in range(LENGTH):
        assert {each[place] for each in drawn} == set(ALPHABET)


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_an_identity_is_one_number_below_two_to_the_sixty(identity: str) -> None:
    number = as_number(identity)
    assert 0 <= number < 2**60
    places = [ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(LENGTH))]
    assert "".join(places) == identity


@pytest.mark.parametrize("identity", ["i", "O", "00000000000-", "０"])
def test_what_is_no_identity_has_no_number(identity: str) -> None:
    with pytest.raises(ValueError, match="substring not found"):
        as_number(identity)


def test_a_salt_of_32_bytes_for_each_field_and_for_name_and_number() -> None:
    assert SALT_BYTES == 32
    assert SALTED_FIELDS[:2] == ("subject_name", "identifier")
    assert set(SALTED_FIELDS[2:]) == {each.name for each in fields(EntryContent)}
    assert len(SALTED_FIELDS) == len(set(SALTED_FIELDS))
    salts = new_salts()
    assert len(salts) == 32 * len(SALTED_FIELDS)
    parts = {salts[start : start + 32] for start in range(0, len(salts), 32)}
    assert len(parts) == len(SALTED_FIELDS)
    assert new_salts() != salts


def test_the_order_of_the_salts_is_never_changed() -> None:
    """Proofs given out rest on it: a field is added at the end, and none is moved or taken away."""
    assert SALTED_FIELDS[:19] == (
        "subject_name",
        "identifier",
        "decision_number",
        "decided_on",
        "measure",
        "summary",
        "legal_basis",
        "legal_basis_url",
        "amount",
        "currency",
        "term_begins",
        "term_ends",
        "objection_route",
        "objection_url",
        "notice_channel",
        "language",
        "details",
        "promised_to",
        "due_on",
    )


def test_each_version_has_salts_of_its_own_once_it_is_public(town: Town, move: Move) -> None:
    a_draft(town)
    assert not VersionSalts.objects.exists()
    published(town, move)
    for _ in range(2):
        licence = published(town, move, Kind.LICENCE)
        services.stay(licence.pk, by=town.approver, order="A court's.")
        services.lift_stay(licence.pk, by=town.approver, order="The same court's.")
    salts = [bytes(each) for each in VersionSalts.objects.values_list("fields", flat=True)]
    assert {len(each) for each in salts} == {32 * len(SALTED_FIELDS)}
    assert len(set(salts)) == 3


def test_entries_and_organisations_have_random_identities(town: Town, move: Move) -> None:
    entry = published(town, move)
    for identity in (entry.pk, entry.organisation_id):
        assert identity is not None
        assert as_number(identity) < 2**60
    assert entry.current_version_id == f"{entry.pk}.1"
    assert Entry._meta.get_field("id").max_length == LENGTH
    assert Organisation._meta.get_field("id").max_length == LENGTH
