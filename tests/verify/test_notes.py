"""Signed notes, checkpoints and offline proofs: the standards' vectors, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tabularium_verify import strict_base64
from tabularium_verify.checkpoints import (
    Checkpoint,
    check_checkpoint,
    parse_checkpoint,
    read_checkpoint,
)
from tabularium_verify.errors import VerificationError
from tabularium_verify.merkle import EMPTY_ROOT, leaf_hash, root_of
from tabularium_verify.offline_proofs import OfflineProof, check_proof, parse_proof
from tabularium_verify.signed_notes import (
    Note,
    Signature,
    VerifierKey,
    check_note,
    parse_key,
    parse_note,
)
from tests.verify.test_merkle import BESIDE, LEAVES

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_TEXT = "register.example/log+34ae3864+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
KEY = parse_key(KEY_TEXT)
CHECKPOINT = """register.example/log
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— register.example/log \
NK44ZBTK64jTB3Cag091hfudsQ8TNlYK6ON4BMIu5uc1TFYSiEQDeKZ6auPwOzLvCPucapr1S+lCd5UAOEWExRfprwE=
""".encode()
ROOT = root_of(leaf_hash(each) for each in LEAVES)


def signed(text: str, name: str = KEY.name, private: Ed25519PrivateKey = PRIVATE) -> Signature:
    key = VerifierKey(name, private.public_key().public_bytes_raw())
    return Signature(name, key.key_id, private.sign(text.encode()))


def note(text: str, *signatures: Signature) -> bytes:
    return Note(text, signatures or (signed(text),)).encode()


def test_the_known_key() -> None:
    assert KEY.public.hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    assert KEY.key_id.hex() == "34ae3864"
    assert str(KEY) == KEY_TEXT


def test_the_known_checkpoint() -> None:
    found, by = check_checkpoint(CHECKPOINT, KEY)
    assert (found.origin, found.size, found.root) == ("register.example/log", 8, ROOT)
    assert by == (KEY,)
    # Ed25519 gives one signature for one text, so it can be made again to the letter.
    assert note(found.text()) == CHECKPOINT
    assert read_checkpoint(CHECKPOINT) == found


def test_the_example_in_the_text_of_the_standard() -> None:
    example = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    found, by = check_note(example.encode(), [key])
    assert found.text.startswith("If you think")
    assert by == (key,)


def test_every_changed_bit_of_a_checkpoint_is_refused() -> None:
    for place in range(len(CHECKPOINT) * 8):
        changed = bytearray(CHECKPOINT)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(VerificationError):
            check_checkpoint(bytes(changed), KEY)


def test_signatures_of_keys_that_nobody_knows_are_passed_over() -> None:
    text = Checkpoint(KEY.name, 8, ROOT).text()
    other = signed(text, "witness.example", Ed25519PrivateKey.generate())
    broken = Signature(KEY.name, b"\x00\x00\x00\x00", b"another key of the same name")
    found, by = check_checkpoint(note(text, other, broken, signed(text)), KEY)
    assert (found.size, by) == (8, (KEY,))


def test_a_witness_that_signed_is_named() -> None:
    text = Checkpoint(KEY.name, 8, ROOT).text()
    private = Ed25519PrivateKey.generate()
    witness = VerifierKey("witness.example", private.public_key().public_bytes_raw())
    data = note(text, signed(text), signed(text, "witness.example", private))
    assert check_checkpoint(data, KEY, [witness])[1] == (KEY, witness)
    with pytest.raises(VerificationError, match="did not sign"):
        check_checkpoint(note(text, signed(text, "witness.example", private)), KEY, [witness])


def test_a_known_key_whose_signature_is_wrong_refuses_the_note() -> None:
    text = Checkpoint(KEY.name, 8, ROOT).text()
    wrong = Signature(KEY.name, KEY.key_id, bytes(64))
    with pytest.raises(VerificationError, match="does not fit the text"):
        check_note(note(text, signed(text), wrong), [KEY])
    short = Signature(KEY.name, KEY.key_id, bytes(63))
    with pytest.raises(VerificationError, match="does not fit the text"):
        check_note(note(text, short), [KEY])


def test_many_signatures_are_read_and_too_many_are_not() -> None:
    others = [Signature("witness.example", bytes(4), bytes([each])) for each in range(63)]
    text = "text\n"
    assert check_note(note(text, *others, signed(text)), [KEY])[1] == (KEY,)
    with pytest.raises(VerificationError, match="more than 64 signatures"):
        parse_note(note(text, *others, *others))


def test_the_last_empty_line_parts_the_text_from_the_signatures() -> None:
    text = "one\n\ntwo\n"
    assert check_note(note(text), [KEY])[0].text == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no signature\n", "an empty line"),
        (b"text\n\n", "an empty line"),
        (b"text\n\nno dash\n", "begins with a dash"),
        ("text\n\n— name\n".encode(), "a name and a signature"),
        ("text\n\n— na+me AAAA\n".encode(), "no plus sign"),
        ("text\n\n— name not-base64\n".encode(), "base64"),
        ("text\n\n— name AAAAAB==\n".encode(), "as everybody writes it"),
        ("text\n\n— name AAAA\n".encode(), "at least one byte more"),
        ("te\rxt\n\n— name AAAAAAAA\n".encode(), "control characters"),
        (b"\xff\n\n", "UTF-8"),
        (bytes(2_000_000), "more than"),
    ],
)
def test_what_is_no_note_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        parse_note(data)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "NAME"),
        ("name+34ae3864", "NAME"),
        ("na me+34ae3864+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "white space"),
        (KEY_TEXT.replace("34ae", "34af"), "copied whole"),
        (KEY_TEXT[:-1], "base64"),
        ("name+34ae3864+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "not known here"),
        ("name+34ae3864+AQOh", "32 bytes"),
    ],
)
def test_what_is_no_key_is_refused(text: str, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        parse_key(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("origin\n8\n", "three lines"),
        ("\n8\nAAAA\n", "three lines"),
        ("origin\n08\nAAAA\n", "leading zeros"),
        ("origin\n-1\nAAAA\n", "leading zeros"),
        ("origin\n8\nAAAA\n", "32 bytes"),
        ("origin\n8\nA\n", "base64"),
        (f"origin\n0\n{strict_base64.encode(ROOT)}\n", "one root alone"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        parse_checkpoint(text)


def test_an_empty_log_has_a_checkpoint() -> None:
    text = Checkpoint("origin", 0, EMPTY_ROOT).text()
    assert text == "origin\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert parse_checkpoint(text).size == 0


def test_lines_below_the_root_are_kept() -> None:
    text = Checkpoint("origin", 8, ROOT, "more\nand more\n").text()
    assert parse_checkpoint(text).extension == "more\nand more\n"
    assert parse_checkpoint(text).text() == text


def test_the_checkpoint_of_another_log_is_refused() -> None:
    text = Checkpoint("another.example/log", 8, ROOT).text()
    with pytest.raises(VerificationError, match=r"a checkpoint of another\.example/log"):
        check_checkpoint(note(text), KEY)


def the_proof() -> OfflineProof:
    return OfflineProof(2, tuple(bytes.fromhex(each) for each in BESIDE), CHECKPOINT)


def test_an_offline_proof_comes_back_as_it_was_written() -> None:
    for proof in (the_proof(), OfflineProof(0, (), CHECKPOINT, b"salt")):
        assert parse_proof(proof.encode()) == proof
    lines = the_proof().encode().split(b"\n")
    assert lines[:2] == [b"c2sp.org/tlog-proof@v1", b"index 2"]
    assert lines[5:7] == [b"", b"register.example/log"]


def test_an_offline_proof_shows_where_a_leaf_stands() -> None:
    assert check_proof(the_proof(), LEAVES[2], KEY).size == 8
    with pytest.raises(VerificationError, match="another root"):
        check_proof(the_proof(), LEAVES[3], KEY)


def test_every_changed_bit_of_an_offline_proof_is_refused() -> None:
    data = the_proof().encode()
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(VerificationError):
            check_proof(parse_proof(bytes(changed)), LEAVES[2], KEY)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty line"),
        (b"another format\n\n", "begins with"),
        (b"c2sp.org/tlog-proof@v1\n\n", "the index"),
        (b"c2sp.org/tlog-proof@v1\nindex 01\n\n", "the index"),
        (b"c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\n", "base64"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", "32 bytes"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n" + b"AAAA\n" * 64 + b"\n", "at most 63"),
        ("c2sp.org/tlog-proof@v1\nindex 1\né\n\n".encode(), "ASCII"),
    ],
)
def test_what_is_no_offline_proof_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(VerificationError, match=why):
        parse_proof(data)
