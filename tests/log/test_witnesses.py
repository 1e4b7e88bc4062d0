"""Witnesses are asked for each checkpoint, sign a log that only grows, and none other."""

import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from tabularium import clock
from tabularium.log import witnesses
from tabularium.log.configuration import Witness
from tabularium.log.keys import SigningKey, sign_checkpoint
from tabularium.log.witnesses import Cosigned, cosign
from tabularium_verify.checkpoints import Checkpoint, check_checkpoint
from tabularium_verify.merkle import leaf_hash, root_of
from tabularium_verify.signed_notes import cosigned_at, parse_note, parse_witness_key
from tabularium_verify.tiles import TiledTree
from tests.log.witness import Answer, SmallWitness, both_roots, serving
from tests.notices.conftest import certify

NAME = "register.example/log"
KEY = SigningKey(NAME, bytes(32))
LEAVES = [leaf_hash(bytes([number])) for number in range(200)]
FORKED = [*LEAVES[:5], leaf_hash(b"otherwise"), *LEAVES[6:]]


def checkpoint(size: int, leaves: list[bytes] = LEAVES) -> bytes:
    return sign_checkpoint(Checkpoint(NAME, size, root_of(leaves[:size])), [KEY])


def tree(size: int, leaves: list[bytes] = LEAVES) -> TiledTree:
    return TiledTree(size, lambda _tile: b"".join(leaves[:size]))


class Asked:
    """A witness that is served, and how the log asks it."""

    def __init__(self, tmp_path: Path, code: str, stack: ExitStack) -> None:
        self.small = SmallWitness(
            tmp_path / f"{code}.json",
            {NAME: KEY.verifier.public},
            f"{code}.example",
        )
        address = stack.enter_context(serving(self.small))
        self.witness = Witness(code, address, parse_witness_key(self.small.verifier_key))

    def sign(self, size: int, old: int = 0, leaves: list[bytes] = LEAVES) -> Cosigned:
        return cosign(checkpoint(size, leaves), old, tree(size, leaves).consistency, [self.witness])

    @property
    def old_sizes(self) -> list[str]:
        return [each.split(b"\n")[0].decode() for each in self.small.asked]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def asked(tmp_path: Path, stack: ExitStack) -> Asked:
    return Asked(tmp_path, "first", stack)


def test_a_witness_signs_a_log_that_only_grows(asked: Asked) -> None:
    old = 0
    for size in (1, 7, 8, 100, 200):
        done = asked.sign(size, old)
        assert (done.by, done.failures) == ({"first"}, {})
        found, by = check_checkpoint(done.note, KEY.verifier, [asked.witness.key])
        assert (found.size, by) == (size, (KEY.verifier, asked.witness.key))
        at = cosigned_at(parse_note(done.note), asked.witness.key)
        assert at is not None
        assert abs(at - clock.now().timestamp()) < 60
        assert asked.small.seen() == {NAME: [size, root_of(LEAVES[:size]).hex()]}
        old = size
    assert asked.old_sizes == ["old 0", "old 1", "old 7", "old 8", "old 100"]


def test_a_witness_that_has_another_size_says_so_and_is_asked_again(asked: Asked) -> None:
    assert asked.sign(3).by == {"first"}
    # It missed 100.
    assert asked.sign(150, 100).by == {"first"}
    # It had answered, and the register died before it kept the answer.
    assert asked.sign(150, 100).by == {"first"}
    assert asked.old_sizes == ["old 0", "old 100", "old 3", "old 100", "old 150"]


def test_no_proof_is_made_for_the_first_size_and_for_the_same(asked: Asked) -> None:
    def proof(size: int) -> list[bytes]:
        raise AssertionError(size)

    for old in (0, 8, 9):
        assert cosign(checkpoint(8), old, proof, [asked.witness]).by == {"first"}
    assert asked.old_sizes == ["old 0", "old 8", "old 8"]


def test_who_signed_already_is_not_asked_again(asked: Asked) -> None:
    done = asked.sign(8)
    again = cosign(done.note, 0, tree(8).consistency, [asked.witness])
    assert again == Cosigned(done.note, frozenset({"first"}), {})
    assert len(asked.small.asked) == 1


@pytest.mark.parametrize("size", [6, 150, 100])
def test_a_fork_is_signed_by_nobody(asked: Asked, size: int) -> None:
    """A smaller log, a larger one and one of the same size, in which one leaf is otherwise."""
    assert asked.sign(100).by == {"first"}
    for old in (0, 100, 3):
        done = asked.sign(size, old, FORKED)
        assert (done.by, done.note) == (set(), checkpoint(size, FORKED))
        assert "it has seen" in " ".join(done.failures.values()) or "it was shown" in str(done)
    assert asked.small.seen() == {NAME: [100, root_of(LEAVES[:100]).hex()]}


def test_a_witness_that_is_restarted_knows_what_it_saw(asked: Asked, stack: ExitStack) -> None:
    assert asked.sign(100).by == {"first"}
    again = SmallWitness(asked.small.state, asked.small.logs, asked.small.name, asked.small.private)
    again_at = Witness("first", stack.enter_context(serving(again)), asked.witness.key)
    done = cosign(checkpoint(90, FORKED), 0, tree(90, FORKED).consistency, [again_at])
    assert done.failures == {
        "first": "it has seen this log with 100 leaves, and this checkpoint has 90"
    }


def test_one_that_is_down_or_strange_keeps_no_other_from_signing(
    tmp_path: Path, asked: Asked, stack: ExitStack
) -> None:
    with serving(asked.small) as address:
        down = Witness("down", address, asked.witness.key)
    stranger = Asked(tmp_path, "stranger", stack)
    stranger.small.logs.clear()
    every = [down, stranger.witness, asked.witness]
    done = cosign(checkpoint(8), 0, tree(8).consistency, every)
    assert done.by == {"first"}
    assert done.failures == {
        "down": "it cannot be reached",
        "stranger": "it does not know this log; give its keeper the log's verifier key",
    }
    assert check_checkpoint(done.note, KEY.verifier, [asked.witness.key])[0].size == 8


def _of_another_key(asked: Asked) -> bytes:
    other = SmallWitness(asked.small.state, {}, asked.small.name)
    return other.cosignature(parse_note(checkpoint(8)).text, 1)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, b""), "it knows no key that signed"),
        ((422, b""), "has seen another log of this name"),
        ((400, b""), "it does not take the request"),
        ((500, b""), "it answers 500"),
        ((302, b"http://127.0.0.1:1/"), "it answers 302"),
        ((409, b"x\n"), "not of what size"),
        ((409, b"08\n"), "not of what size"),
        ((409, b"7" * 5000 + b"\n"), "not of what size"),
        ((409, b"1" + b"0" * 19 + b"\n"), "not of what size"),
        ((409, b"9\n"), "it has seen this log with 9 leaves, and this checkpoint has 8"),
        ((409, b"0\n"), "it has seen another log of this name with 0 leaves"),
        ((200, b""), "no signature"),
        ((200, b"\xff\n"), "no signature"),
        ((200, b"signed\n"), "no signature"),
        ((200, b"\xe2\x80\x94 x AAAAAAAA\n" * 3), "no signature that its key"),
        ((200, b"y" * 65_536), "what is no signature"),
        ((200, b"y" * 65_537), "more than is read"),
    ],
)
def test_what_a_witness_may_answer_and_not_sign(asked: Asked, answer: Answer, why: str) -> None:
    asked.small.instead = lambda _sent: answer
    done = asked.sign(8)
    assert (done.note, done.by) == (checkpoint(8), set())
    assert why in done.failures["first"]


def test_sizes_that_change_each_time_are_not_followed_for_ever(asked: Asked) -> None:
    sizes = iter(range(1, 100))
    asked.small.instead = lambda _sent: (409, f"{next(sizes)}\n".encode())
    assert asked.sign(50).failures == {"first": "it says each time that it has seen another size"}
    assert len(asked.small.asked) == 2


def test_a_signature_counts_only_if_it_is_of_the_witness_over_this_text_and_of_now(
    asked: Asked,
) -> None:
    text, other = (parse_note(checkpoint(size)).text for size in (8, 9))
    now = int(clock.now().timestamp())
    right = asked.small.cosignature(text, now)
    wrong = [
        _of_another_key(asked),
        asked.small.cosignature(other, now),
        asked.small.cosignature(text, now + 3600),
        asked.small.cosignature(text, 1 << 63),
        KEY.sign(text).line().encode(),
    ]
    for each in wrong:
        asked.small.instead = lambda _sent, each=each: (200, each)
        assert "no signature that its key" in asked.sign(8).failures["first"]
    asked.small.instead = lambda _sent: (200, b"".join([*wrong, right]))
    done = asked.sign(8)
    assert done.note == checkpoint(8) + right, "and nothing else of what it answered"


def test_a_witness_whose_clock_is_five_minutes_ahead_is_believed_and_no_more(
    asked: Asked, move: Callable[[datetime], None]
) -> None:
    move(clock.now())
    text, now = parse_note(checkpoint(8)).text, int(clock.now().timestamp())
    for ahead, by in ((300, {"first"}), (301, set())):
        answer = asked.small.cosignature(text, now + ahead)
        asked.small.instead = lambda _sent, answer=answer: (200, answer)
        assert asked.sign(8).by == by


def test_a_witness_is_asked_by_https_if_its_certificate_is_trusted(tmp_path: Path) -> None:
    certify(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    small = SmallWitness(tmp_path / "first.json", {NAME: KEY.verifier.public})
    with serving(small, context) as address:
        witness = Witness("first", address, parse_witness_key(small.verifier_key))
        asked = checkpoint(8), 0, tree(8).consistency, [witness]
        assert cosign(*asked).failures == {"first": "its certificate is not right"}
        assert small.asked == []
        assert cosign(*asked, str(tmp_path / "certificate.pem")).by == {"first"}


def test_one_that_does_not_answer_is_not_waited_for(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def slow(_sent: bytes) -> Answer:
        over.wait(60)
        return 200, b""

    asked.small.instead = slow
    monkeypatch.setattr(witnesses, "TIMEOUT", 0.1)
    assert asked.sign(8).failures == {"first": "it does not answer in time"}
    monkeypatch.setattr(witnesses, "TIMEOUT", 5.0)
    monkeypatch.setattr(witnesses, "DEADLINE", 0.1)
    assert asked.sign(8).by == set()
    over.set()


def test_what_is_sent_is_as_the_standard_has_it(asked: Asked) -> None:
    asked.sign(3)
    asked.sign(8, 3)
    first, second = asked.small.asked
    assert first == b"old 0\n\n" + checkpoint(3)
    head, _, note = second.partition(b"\n\n")
    old, *path = head.split(b"\n")
    assert (old, note) == (b"old 3", checkpoint(8))
    hashes = [base64.b64decode(each) for each in path]
    roots = root_of(LEAVES[:3]), root_of(LEAVES[:8])
    assert both_roots(3, 8, roots[0], hashes) == roots
