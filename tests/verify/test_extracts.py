"""Extracts: what is proven, and everything that is not: changed bits, forged parts, strangers' files."""

import json
import os
import random
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tabularium_verify import canonical, signed_notes
from tabularium_verify.judging import Answer, judge
from tabularium_verify.reasons import CANNOT_BE_JUDGED, Reason, Verdict
from tabularium_verify.saying import as_json, told
from tabularium_verify.signed_notes import VerifierKey
from tabularium_verify.words import Language, words
from tests.verify import making
from tests.verify.cases import CASES, NOW, reforged

SMALL = making.small()
SOAK = os.environ.get("TABULARIUM_SOAK") == "1"


def judged(data: bytes, *keys: str, now: datetime = NOW) -> Answer:
    return judge(data, keys or [making.KEY_TEXT], now)


def said(data: bytes, language: Language = Language.ENGLISH, now: datetime = NOW) -> str:
    return "\n".join(told(judged(data, now=now), language))


def test_a_genuine_extract_is_proven() -> None:
    answer = judged(SMALL)
    assert (answer.verdict, answer.reason, answer.over) == (Verdict.PROVEN, None, False)
    assert answer.extract is not None
    [entry] = answer.extract.entries
    assert [each.value("change") for each in entry.leaves] == ["published", "suspended"]
    assert entry.leaves[0].value("measure") == "罚款"
    assert not entry.leaves[0].facts["amount"].shown


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_judged_as_it_should_be(name: str) -> None:
    case = CASES[name]
    answer = judge(case.data, case.keys, NOW)
    assert (answer.verdict, answer.reason) == (case.verdict, case.reason)
    assert all(list(told(answer, each)) for each in Language)


def test_the_cases_have_every_reason_for_which_an_extract_is_refused() -> None:
    """Of a file that cannot be read the command speaks, and of two checkpoints another check."""
    elsewhere = {"unreadable", "not-proof", "tile", "smaller", "consistency", "witness"}
    assert {each.reason for each in CASES.values()} >= set(Reason) - elsewhere


def test_every_changed_bit_is_refused() -> None:
    tiny = making.tiny()
    assert judged(tiny).verdict is Verdict.PROVEN
    for place in range(len(tiny) * 8):
        changed = bytearray(tiny)
        changed[place // 8] ^= 1 << place % 8
        assert judged(bytes(changed)).verdict is not Verdict.PROVEN, place


def test_a_changed_bit_is_refused_by_the_log_too_where_somebody_mended_the_digest() -> None:
    """The digest in the file is no signature: whoever changes the file can write another one."""
    extract = json.loads(SMALL)
    for entry in extract["entries"]:
        del entry["address"]
    proven = rfc8785.dumps({name: extract[name] for name in ("checkpoint", "entries")})
    tried = 0
    for place in range(len(proven) * 8) if SOAK else range(0, len(proven) * 8, 17):
        changed = bytearray(proven)
        changed[place // 8] ^= 1 << place % 8
        try:
            parts = json.loads(changed)
            for entry in parts["entries"]:
                entry["address"] = "https://register.example/"
            data = making.written({**extract, **parts})
        except (ValueError, KeyError, TypeError, UnicodeError, rfc8785.CanonicalizationError):
            continue
        tried += 1
        assert judged(data).verdict is not Verdict.PROVEN, place
    assert tried > 300


def test_without_a_change_the_mended_extract_is_proven() -> None:
    """Without this, refusing all above would prove nothing."""
    assert judged(reforged(SMALL, lambda _extract: None)) == judged(SMALL)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 600), st.data())
def test_extracts_from_random_logs_are_proven_and_those_of_another_log_are_not(
    size: int, data: st.DataObject
) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=4)))
    chance = random.Random(size)  # noqa: S311 - the same each time
    changes = {
        each: making.Change(making.a_change("abc123", measure=f"M{each}"), chance)
        for each in places
    }
    leaves = [
        changes[each].entry if each in changes else chance.randbytes(32) for each in range(size)
    ]
    extract = making.written(making.an_extract(making.Log(leaves), {"abc123": changes}))
    assert judged(extract).verdict is Verdict.PROVEN
    other = making.Log([*leaves[:-1], b"another"])
    moved = json.loads(extract)
    moved["checkpoint"] = other.checkpoint.decode()
    for leaf in moved["entries"][0]["leaves"]:
        leaf["proof"] = other.proof(leaf["index"])
    assert (judged(making.written(moved)).reason is None) == (size - 1 not in changes)


def test_a_witness_that_is_named_has_to_have_signed_and_vouches_for_nothing_alone() -> None:
    seed = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
    witness = VerifierKey(
        "witness.example/w1", seed.public_key().public_bytes_raw(), signed_notes.COSIGNATURE
    )
    extract = json.loads(SMALL)
    note = signed_notes.parse_note(extract["checkpoint"].encode())
    at = 1_790_000_000
    signed = seed.sign(signed_notes.cosigned_text(note.text, at).encode())
    line = signed_notes.Signature(witness.name, witness.key_id, at.to_bytes(8, "big") + signed)

    def with_notes(*signatures: signed_notes.Signature) -> bytes:
        text = signed_notes.Note(note.text, signatures).encode().decode()
        changed = json.dumps(extract).replace(
            json.dumps(extract["checkpoint"])[1:-1], json.dumps(text)[1:-1]
        )
        return making.written(json.loads(changed))

    keys, seen_by = [making.KEY_TEXT], [str(witness)]
    both = judge(with_notes(*note.signatures, line), keys, NOW, seen_by)
    assert (both.verdict, both.witnesses) == (Verdict.PROVEN, (witness,))
    assert any("it saw that the log only grew" in each for each in told(both, Language.ENGLISH))
    assert judge(with_notes(*note.signatures, line), keys, NOW).witnesses == ()
    assert judge(SMALL, keys, NOW, seen_by).reason is Reason.WITNESS
    assert judge(with_notes(line), keys, NOW, seen_by).reason is Reason.NOT_SIGNED
    assert judge(SMALL, keys, NOW, keys).reason is Reason.KEY


# ---- in words


def test_what_is_not_proven_is_said_each_time() -> None:
    for language, still, pages in (
        (Language.ENGLISH, "still in force", "What the pages of the PDF show"),
        (Language.SIMPLIFIED_CHINESE, "是否仍然有效", "PDF 页面上显示的内容"),
    ):
        assert still in said(SMALL, language)
        assert pages not in said(SMALL, language)
        assert pages in said(CASES["pdf"].data, language)


def test_an_extract_past_its_end_is_still_proven_and_its_end_is_said_first() -> None:
    end = datetime(2026, 12, 26, 8, tzinfo=UTC)
    before, after = end - timedelta(seconds=1), end
    assert not judged(SMALL, now=before).over
    assert judged(SMALL, now=after).verdict is Verdict.PROVEN
    assert judged(SMALL, now=after).over
    assert said(SMALL, now=after).splitlines()[1].startswith("THE TIME OF THIS EXTRACT IS OVER")
    assert "OVER" not in said(SMALL, now=before)
    assert "已过有效期" in said(SMALL, Language.SIMPLIFIED_CHINESE, now=after).splitlines()[1]


def test_an_erased_fact_is_said_to_be_erased() -> None:
    assert "Amount: erased, or not shown any more (only its digest is left)" in said(SMALL)
    assert "金额: 已删除或不再显示（只剩摘要值）" in said(SMALL, Language.SIMPLIFIED_CHINESE)
    assert "4965.70" not in said(SMALL)
    assert as_json(judged(SMALL))["entries"] == [
        {
            "id": "abc123",
            "changes": [
                {
                    "index": 1,
                    "facts": {
                        "at": "2026-11-20T02:00:00Z",
                        "change": "published",
                        "entry": "abc123",
                        "measure": "罚款",
                        "version": 1,
                    },
                    "erased": ["amount"],
                },
                {"index": 2, "facts": {"change": "suspended", "entry": "abc123"}, "erased": []},
            ],
        }
    ]


def test_all_that_is_refused_has_words_in_both_languages() -> None:
    english, chinese = (words(each) for each in Language)
    assert english.keys() == chinese.keys()
    assert {f"reason.{each}" for each in Reason} <= english.keys()
    assert all(text.strip() for each in (english, chinese) for text in each.values())
    assert [name for name, text in chinese.items() if text.isascii()] == []
    for name, text in english.items():
        gaps = {each for each in ("{where}", "{size}", "{address}", "{change}") if each in text}
        assert all(each in chinese[name] for each in gaps), name


def test_no_text_of_a_stranger_is_obeyed_by_a_terminal_or_passes_for_ours() -> None:
    chance = random.Random(1)  # noqa: S311 - the same each time
    facts = making.a_change("a\x1b[2Jb", summary="one\nProven: all\x1b[31m", order="\u202eturned")
    change = making.Change(facts, chance)
    log = making.Log([change.entry])
    text = said(making.written(making.an_extract(log, {"a\x1b[2Jb": {0: change}})))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert [each for each in text.splitlines() if each.startswith("Proven")] == [
        "Proven: the log of the register has what this extract shows."
    ]


# ---- strangers' files


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 100_000, Reason.NOT_CANONICAL),
        (b"[" * 900 + b"]" * 900, Reason.NOT_CANONICAL),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, Reason.NOT_CANONICAL),
        (b"9" * 1_000_000, Reason.NOT_CANONICAL),
        (b"[" + b"1," * 2_000_000 + b"1]", Reason.TOO_LARGE),
        (bytes(100 << 20), Reason.TOO_LARGE),
        (b"%PDF-" + b"/Type /EmbeddedFile" * 100, Reason.TOO_LARGE),
        (b"%PDF-obj/Type/EmbeddedFile/Length 9999", Reason.PDF_DAMAGED),
        (b"", Reason.NOT_JSON),
        (b"null", Reason.NOT_EXTRACT),
        (b'"\\ud800"', Reason.NOT_CANONICAL),
        (b'"\xed\xa0\x80"', Reason.NOT_JSON),
        (b'{"format":1}', Reason.NOT_EXTRACT),
    ],
    ids=lambda each: each.value if isinstance(each, Reason) else "",
)
def test_a_strangers_file_is_refused(data: bytes, reason: Reason) -> None:
    answer = judged(data)
    assert answer.reason is reason
    assert list(told(answer, Language.ENGLISH))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_stands_in_its_parts_it_is_refused_without_a_failure(data: st.DataObject) -> None:
    """Somewhere in a genuine extract something else stands, and the digest fits."""
    anything = st.recursive(
        st.none() | st.booleans() | st.integers(-5, 2**53 - 1) | st.text("é0aF.+- \n", max_size=8),
        lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text("ab"), each, max_size=3),
        max_leaves=4,
    )
    extract = json.loads(SMALL)
    holder, name = data.draw(st.sampled_from(_places(extract)))
    before, holder[name] = holder[name], data.draw(anything)
    answer = judged(making.written(extract))
    known = isinstance(holder[name], str) and isinstance(before, str) and holder[name]
    assert answer.verdict is not Verdict.PROVEN or (known and name in _UNPROVEN), name


_UNPROVEN = {"address", "name", "made_at", "valid_until"}


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a JSON value at which something else can be put."""
    if not isinstance(value, dict | list):
        return []
    names = list(value) if isinstance(value, dict) else range(len(value))
    found = [(value, name) for name in names if name not in {"verifier_keys", "digest"}]
    return found + [place for name in names for place in _places(value[name])]


def test_a_deflated_bomb_in_a_pdf_is_refused_before_it_fills_the_memory() -> None:
    bomb = zlib.compress(b"{" + bytes(canonical.MOST_BYTES + 10))
    assert len(bomb) < 100_000
    assert judged(making.a_pdf(bomb, deflated=True)).reason is Reason.TOO_LARGE


def test_the_verdict_of_each_reason_is_one_or_the_other() -> None:
    assert Reason.DIGEST not in CANNOT_BE_JUDGED
    assert {judged(SMALL, "no key").verdict, judged(b"").verdict} == {Verdict.CANNOT_BE_JUDGED}
