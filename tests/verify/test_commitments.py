"""Commitments: the worked values of docs/log.md, and what an outsider can and cannot see."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium_verify.commitments import (
    FACT_TAG,
    LEAF_TAG,
    Json,
    commitment,
    fact_digest,
)
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import leaf_hash

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "log.md").read_text("utf-8")

salts = st.binary(min_size=32, max_size=32)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text('aé虚,"\\\n'),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text("ab"), each, max_size=3),
    max_leaves=5,
)


def salt(number: int) -> bytes:
    return bytes([number]) * 32


def worked(what: str) -> str:
    found = re.search(rf"^\| {re.escape(what)} \|.*`([0-9a-f]+)` \|$", PAGE, re.MULTILINE)
    assert found is not None, what
    return found[1]


def test_the_worked_values_of_the_page() -> None:
    first, second = (
        fact_digest(salt(1), "measure", "罚款"),
        fact_digest(salt(2), "amount", "4965.70"),
    )
    assert PAGE.count(f"| its digest | `{first.hex()}` |") == 1
    assert PAGE.count(f"| its digest | `{second.hex()}` |") == 1
    entry = commitment(salt(3), {"measure": first, "amount": second})
    assert entry.hex() == worked("the commitment, which is the entry in the log")
    assert leaf_hash(entry).hex() == worked("its leaf hash")
    assert FACT_TAG.hex() == worked("tag of a fact")
    assert LEAF_TAG.hex() == worked("tag of a leaf")


def test_a_digest_can_be_made_with_nothing_but_the_page() -> None:
    told = bytes.fromhex(worked("canonical form of the first fact"))
    by_hand = sha256(b"tabularium/log/fact/v1\x00" + salt(1) + told).hexdigest()
    assert by_hand == fact_digest(salt(1), "measure", "罚款").hex()


@given(salts, values, values)
def test_another_value_has_another_digest(own: bytes, one: Json, other: Json) -> None:
    same = fact_digest(own, "name", one) == fact_digest(own, "name", other)
    # True and 1 are two values, though Python calls them equal.
    assert same == (repr(one) == repr(other) or _sorted(one) == _sorted(other))


def _sorted(value: Json) -> str:
    """A value as one text, keys in order and truth values told from numbers."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_sorted(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_sorted(each) for each in value) + "]"
    return repr(value)


@given(salts, salts, values)
def test_the_same_value_under_another_salt_has_another_digest(
    one: bytes, other: bytes, value: Json
) -> None:
    same = fact_digest(one, "name", value) == fact_digest(other, "name", value)
    assert same == (one == other)


def test_a_name_belongs_to_its_fact() -> None:
    assert fact_digest(salt(1), "a", "b") != fact_digest(salt(1), "b", "a")
    digest = fact_digest(salt(1), "a", "b")
    assert commitment(salt(3), {"a": digest}) != commitment(salt(3), {"b": digest})


def test_the_order_of_facts_does_not_matter_and_none_can_be_left_out() -> None:
    a, b = fact_digest(salt(1), "a", 1), fact_digest(salt(2), "b", 2)
    whole = commitment(salt(3), {"a": a, "b": b})
    assert whole == commitment(salt(3), {"b": b, "a": a})
    assert whole != commitment(salt(3), {"a": a})


def test_an_erased_value_cannot_be_found_by_trying() -> None:
    """All that it can be is known, and the digest; without the salt none of them is confirmed."""
    kept = fact_digest(salt(9), "amount", "500")
    plausible = [str(amount) for amount in range(2000)]
    guesses = {fact_digest(bytes(32), "amount", each) for each in plausible}
    guesses |= {sha256(FACT_TAG + f'["amount","{each}"]'.encode()).digest() for each in plausible}
    assert kept not in guesses
    # With the salt the same search finds it at once: it is the salt that holds the value back.
    assert kept in {fact_digest(salt(9), "amount", each) for each in plausible}


@pytest.mark.parametrize(
    "value",
    [1.5, [1.0], {"a": 0.1}, 2**53, "\ud800"],
    ids=["float", "in-list", "in-map", "large", "half"],
)
def test_what_has_no_canonical_form_is_refused(value: Json) -> None:
    with pytest.raises(VerificationError, match="no canonical form"):
        fact_digest(salt(1), "name", value)


def test_salts_and_digests_have_32_bytes() -> None:
    with pytest.raises(VerificationError, match="a salt has 32 bytes"):
        fact_digest(bytes(31), "name", 1)
    with pytest.raises(VerificationError, match="a salt has 32 bytes"):
        commitment(bytes(33), {})
    with pytest.raises(VerificationError, match="digest of a fact has 32 bytes"):
        commitment(bytes(32), {"name": bytes(31)})
