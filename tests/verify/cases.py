"""A table of extracts and of pairs of checkpoints, with what each check has to come to.

The Python program and the page of the register are both run on it, so that they say the same.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tabularium.log.keys import sign_checkpoint
from tabularium_verify.checkpoints import Checkpoint, read_checkpoint
from tabularium_verify.consistency import ConsistencyProof
from tabularium_verify.reasons import CANNOT_BE_JUDGED, Reason, Verdict
from tabularium_verify.signed_notes import parse_key
from tests.verify import making
from tests.verify.making import KEY, KEY_TEXT, OTHER_KEY, Change, Log, a_change, an_extract

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """A file, the keys of its reader, and why it is refused; None if it is proven."""

    data: bytes
    reason: Reason | None = None
    keys: tuple[str, ...] = (KEY_TEXT,)

    @property
    def verdict(self) -> Verdict:
        if self.reason is None:
            return Verdict.PROVEN
        judged = self.reason not in CANNOT_BE_JUDGED
        return Verdict.NOT_PROVEN if judged else Verdict.CANNOT_BE_JUDGED


@dataclass(frozen=True, slots=True)
class Two:
    """Two checkpoints and a proof."""

    old: bytes
    new: bytes
    proof: bytes
    reason: Reason | None = None


def reforged(data: bytes, change: Callable[[Any], object]) -> bytes:
    """An extract that somebody changed, and to which they wrote a digest that fits."""
    extract = json.loads(data)
    change(extract)
    return making.written(extract)


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(extract: Any) -> None:
        *holders, last = path
        for each in holders:
            extract = extract[each]
        extract[last] = to

    return change


def _without(*path: str | int) -> Callable[[Any], None]:
    def change(extract: Any) -> None:
        *holders, last = path
        for each in holders:
            extract = extract[each]
        del extract[last]

    return change


def _replaced(*path: str | int, old: str, new: str) -> Callable[[Any], None]:
    def change(extract: Any) -> None:
        *holders, last = path
        for each in holders:
            extract = extract[each]
        assert old in extract[last]
        extract[last] = extract[last].replace(old, new)

    return change


LEAF = ("entries", 0, "leaves", 0)
FACT = (*LEAF, "facts")
SMALL = making.small()


def _large() -> bytes:
    """Two entries in a log of 700 leaves, with values of every sort."""
    chance = random.Random(7)  # noqa: S311 - the same each time
    texts = {
        "summary": 'line\nline\t"\\\u0001 é 虚𠮷 \u2028',
        "names": {"zh": "甲", "en": "A", "": ""},
    }
    changes = {
        3: Change(a_change("aaa", **texts, several=[True, False, None, 0, -5, 2**53 - 1]), chance),
        300: Change(
            a_change("aaa", "corrected", **{"\ue000".encode().hex(): {"\ue000": 1, "𠮷": 2}}),
            chance,
        ),
        699: Change(a_change("bbb", "withdrawn"), chance, ["at", "version"]),
    }
    leaves = [
        changes[each].entry if each in changes else chance.randbytes(32) for each in range(700)
    ]
    entries = {"aaa": {3: changes[3], 300: changes[300]}, "bbb": {699: changes[699]}}
    return making.written(an_extract(Log(leaves), entries))


def _signed_by(*signers: Any) -> bytes:
    chance = random.Random(5)  # noqa: S311 - the same each time
    change = Change(a_change("abc123"), chance)
    return making.written(an_extract(Log([change.entry], [*signers]), {"abc123": {0: change}}))


def _of_another_log() -> bytes:
    """A checkpoint that names another log than the key that signed it."""

    def change(extract: Any) -> None:
        found = read_checkpoint(extract["checkpoint"].encode())
        other = sign_checkpoint(Checkpoint("other.example/log", found.size, found.root), [KEY])
        for leaf in extract["entries"][0]["leaves"]:
            leaf["proof"] = leaf["proof"].replace(extract["checkpoint"], other.decode())
        extract["checkpoint"] = other.decode()

    return reforged(SMALL, change)


def _swapped(extract: Any) -> None:
    one, two = extract["entries"][0]["leaves"]
    one["facts"], two["facts"] = two["facts"], one["facts"]


def _of_another_entry(extract: Any) -> None:
    extract["entries"][0]["id"] = extract["subject"]["entry"] = "other1"


FORGED = {
    "a member more": _set("more", to=1),
    "a member less": _without("made_at"),
    "a day that is none": _set("made_at", to="2026-02-30T08:00:00Z"),
    "a time without its zone": _set("valid_until", to="2026-12-26T08:00:00"),
    "no entries": _set("entries", to=[]),
    "no changes": _set("entries", 0, "leaves", to=[]),
    "no facts": _set(*FACT, to=[]),
    "an index below zero": _set(*LEAF, "index", to=-1),
    "an index that is true": _set(*LEAF, "index", to=True),
    "a salt in capitals": _set(*LEAF, "salt", to="AB" * 32),
    "a short salt": _set(*LEAF, "salt", to="ab" * 31),
    "a name with a space": _set(*FACT, 0, "name", to="am ount"),
    "a fact with value and digest": _set(*FACT, 1, "digest", to="ab" * 32),
    "facts in another order": lambda each: each["entries"][0]["leaves"][0]["facts"].reverse(),
    "changes in another order": lambda each: each["entries"][0]["leaves"].reverse(),
    "a subject of another sort": _set("subject", to={"person": "x"}),
    "an empty name of the register": _set("register", "name", to=""),
    "a key that is no text": _set("register", "verifier_keys", 0, to=1),
}

CASES: dict[str, Case] = {
    "small": Case(SMALL),
    "large": Case(_large()),
    "printed pdf": Case(making.printed(SMALL)),
    "pdf": Case(making.a_pdf(SMALL)),
    "deflated pdf": Case(making.a_pdf(SMALL, deflated=True)),
    "pdf with another attachment": Case(making.a_pdf(b"other", SMALL)),
    "pdf with its length elsewhere": Case(making.a_pdf(SMALL, length_elsewhere=True)),
    "pdf without": Case(making.a_pdf(), Reason.PDF_WITHOUT),
    "pdf with two": Case(making.a_pdf(SMALL, _large()), Reason.PDF_SEVERAL),
    "pdf cut off": Case(making.a_pdf(SMALL)[:-1500], Reason.PDF_DAMAGED),
    "pdf with a broken stream": Case(
        making.a_pdf(SMALL, deflated=True).replace(b"stream\nx", b"stream\ny", 1),
        Reason.PDF_DAMAGED,
    ),
    "signed by two": Case(_signed_by(OTHER_KEY, KEY)),
    "a second key": Case(SMALL, keys=(str(OTHER_KEY.verifier), KEY_TEXT)),
    "the organisation": Case(
        reforged(
            SMALL,
            _set("subject", to={"organisation": {"name": "甲", "scheme": "X", "value": "1"}}),
        )
    ),
    "a header that was changed": Case(
        reforged(SMALL, _set("valid_until", to="2027-12-26T08:00:00Z"))
    ),
    "no key": Case(SMALL, Reason.NO_KEY, ()),
    "a key that is none": Case(SMALL, Reason.KEY, ("nonsense",)),
    "a key with another number": Case(SMALL, Reason.KEY, (KEY_TEXT.replace("34ae", "34af"),)),
    "nothing": Case(b"", Reason.NOT_JSON),
    "no json": Case(b"{", Reason.NOT_JSON),
    "no utf-8": Case(b'{"format":"\xff"}', Reason.NOT_JSON),
    "a byte order mark": Case(b"\xef\xbb\xbf" + SMALL, Reason.NOT_JSON),
    "not a number": Case(b'{"format":NaN}', Reason.NOT_JSON),
    "a byte behind": Case(SMALL + b"\n", Reason.NOT_CANONICAL),
    "a member twice": Case(SMALL.replace(b"{", b'{"checkpoint":"",', 1), Reason.NOT_CANONICAL),
    "a fraction": Case(b'{"format":1.5}', Reason.NOT_CANONICAL),
    "a number with an exponent": Case(b'{"format":1e2}', Reason.NOT_CANONICAL),
    "a large number": Case(b'{"format":9007199254740993}', Reason.NOT_CANONICAL),
    "minus zero": Case(b'{"format":-0}', Reason.NOT_CANONICAL),
    "half a character": Case(b'{"format":"\\ud800"}', Reason.NOT_CANONICAL),
    "deep": Case(b"[" * 40 + b"]" * 40, Reason.NOT_CANONICAL),
    "too many parts": Case(b"[" + b"1," * 1_000_000 + b"1]", Reason.TOO_LARGE),
    "another object": Case(b'{"a":1}', Reason.NOT_EXTRACT),
    "another format": Case(b'{"format":"x"}', Reason.NOT_EXTRACT),
    "a newer version": Case(b'{"format":"tabularium-extract/v2"}', Reason.OTHER_VERSION),
    "a changed digest": Case(SMALL.replace("罚款".encode(), "罚金".encode()), Reason.DIGEST),
    "another entry in the subject": Case(
        reforged(SMALL, _set("subject", "entry", to="other1")), Reason.SUBJECT
    ),
    "no checkpoint": Case(reforged(SMALL, _set("checkpoint", to="none")), Reason.CHECKPOINT),
    "a larger size": Case(
        reforged(SMALL, _replaced("checkpoint", old="\n3\n", new="\n4\n")), Reason.SIGNATURE
    ),
    "signed by another": Case(_signed_by(OTHER_KEY), Reason.NOT_SIGNED),
    "another log": Case(_of_another_log(), Reason.ORIGIN),
    "another log in the header": Case(
        reforged(SMALL, _set("register", "log", to="other.example/log")), Reason.ORIGIN
    ),
    "a proof that is none": Case(reforged(SMALL, _set(*LEAF, "proof", to="none")), Reason.PROOF),
    "a proof of another place": Case(reforged(SMALL, _set(*LEAF, "index", to=0)), Reason.PROOF),
    "a proof with more in it": Case(
        reforged(SMALL, _replaced(*LEAF, "proof", old="index", new="extra AAAA\nindex")),
        Reason.PROOF,
    ),
    "a proof with another checkpoint": Case(
        reforged(SMALL, _replaced(*LEAF, "proof", old="\n3\n", new="\n4\n")),
        Reason.OTHER_CHECKPOINT,
    ),
    "another value": Case(reforged(SMALL, _set(*FACT, 4, "value", to="罚金")), Reason.INCLUSION),
    "a fact left out": Case(reforged(SMALL, _without(*FACT, 4)), Reason.INCLUSION),
    "facts of another change": Case(reforged(SMALL, _swapped), Reason.INCLUSION),
    "a change of another entry": Case(reforged(SMALL, _of_another_entry), Reason.ENTRY),
} | {name: Case(reforged(SMALL, change), Reason.FORM) for name, change in FORGED.items()}


def _pairs() -> dict[str, Two]:
    leaves = [bytes([each]) * 32 for each in range(200)] * 3
    small, large = Log(leaves[:5]), Log(leaves)
    forked = Log([*leaves[:4], b"another", *leaves[5:]])
    empty, more = Log([]), Log(leaves[:6])
    path = large.consistency(5)

    def proof(size: int = 5, path: tuple[bytes, ...] = path, log: Log = large) -> bytes:
        return ConsistencyProof(size, path, log.checkpoint).encode()

    old, new = small.checkpoint, large.checkpoint
    return {
        "grown": Two(old, new, proof()),
        "a little grown": Two(old, more.checkpoint, proof(5, more.consistency(5), more)),
        "the same": Two(new, new, proof(600, ())),
        "from nothing": Two(empty.checkpoint, new, proof(0, ())),
        "smaller": Two(new, old, proof(), Reason.SMALLER),
        "forked": Two(
            old, forked.checkpoint, proof(5, forked.consistency(5), forked), Reason.CONSISTENCY
        ),
        "two of one size": Two(new, forked.checkpoint, proof(600, (), forked), Reason.CONSISTENCY),
        "no hashes": Two(old, new, proof(5, ()), Reason.CONSISTENCY),
        "another hash": Two(old, new, proof(5, (bytes(32), *path[1:])), Reason.CONSISTENCY),
        "a hash more": Two(old, new, proof(5, (*path, bytes(32))), Reason.CONSISTENCY),
        "no proof": Two(old, new, b"none", Reason.NOT_PROOF),
        "a proof from another size": Two(old, new, proof(6), Reason.OTHER_CHECKPOINT),
        "a proof to another log": Two(old, new, proof(log=forked), Reason.OTHER_CHECKPOINT),
        "no checkpoint": Two(b"none", new, proof(), Reason.CHECKPOINT),
        "a changed checkpoint": Two(
            old.replace(b"\n5\n", b"\n4\n"), new, proof(), Reason.SIGNATURE
        ),
    }


PAIRS = _pairs()
assert parse_key(KEY_TEXT) == KEY.verifier
