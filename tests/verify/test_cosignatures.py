"""Cosignatures of witnesses: a vector that OpenSSL signed, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tabularium_verify.checkpoints import check_checkpoint
from tabularium_verify.errors import VerificationError
from tabularium_verify.signed_notes import (
    COSIGNATURE,
    Note,
    Signature,
    VerifierKey,
    check_note,
    cosigned_at,
    cosigned_text,
    parse_key,
    parse_note,
    parse_signatures,
    parse_witness_key,
)
from tests.verify.test_notes import CHECKPOINT, KEY, KEY_TEXT

# The seed is the bytes 20 to 3f. Signed by `openssl pkeyutl -sign -rawin` over the lines `cosignature/v1`,
# `time 1679315147` and the text of the checkpoint; the number of the key by hashlib alone.
WITNESS_TEXT = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
LINE = (
    "— witness.example/w1 IDJKvgAAAABkGFDLUR3TOHlFLmcFqJs6zX9Bb6MgD0fRkYD0dSvX2EHIcKBq"
    "zGufuYfDB4BGz21gdjDkD8FZFmmAVFw1ZD9+cmL0Bg==\n"
)
AT = 1_679_315_147
WITNESS = parse_witness_key(WITNESS_TEXT)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
TEXT = parse_note(CHECKPOINT).text
COSIGNED = CHECKPOINT + LINE.encode()


def cosigned(text: str, time: int) -> Signature:
    signature = PRIVATE.sign(cosigned_text(text, time).encode())
    return Signature(WITNESS.name, WITNESS.key_id, time.to_bytes(8, "big") + signature)


def test_the_known_cosignature() -> None:
    assert str(WITNESS) == WITNESS_TEXT
    assert check_checkpoint(COSIGNED, KEY, [WITNESS])[1] == (KEY, WITNESS)
    assert cosigned_at(parse_note(COSIGNED), WITNESS) == AT
    # Ed25519 gives one signature for one text, so it can be made again to the letter.
    assert cosigned(TEXT, AT).line() == LINE


def test_who_does_not_know_the_witness_reads_the_checkpoint_all_the_same() -> None:
    assert check_checkpoint(COSIGNED, KEY)[1] == (KEY,)
    assert cosigned_at(parse_note(CHECKPOINT), WITNESS) is None


def test_a_witness_alone_vouches_for_no_checkpoint() -> None:
    alone = Note(TEXT, (cosigned(TEXT, AT),)).encode()
    with pytest.raises(VerificationError, match="did not sign"):
        check_checkpoint(alone, KEY, [WITNESS])


def test_every_changed_bit_of_a_cosignature_is_refused() -> None:
    start = len(CHECKPOINT)
    for place in range(start * 8, len(COSIGNED) * 8):
        changed = bytearray(COSIGNED)
        changed[place // 8] ^= 1 << place % 8
        try:
            _, signed = check_checkpoint(bytes(changed), KEY, [WITNESS])
        except VerificationError:
            continue
        # Another name or number: the line is of somebody who is not known, and nobody's word.
        assert signed == (KEY,)


def test_the_time_is_signed_too() -> None:
    right = cosigned(TEXT, AT)
    later = Signature(right.name, right.key_id, (AT + 1).to_bytes(8, "big") + right.signature[8:])
    with pytest.raises(VerificationError, match="does not fit the text"):
        check_note(Note(TEXT, (later,)).encode(), [WITNESS])
    assert cosigned_at(Note(TEXT, (later,)), WITNESS) is None


def test_the_latest_time_counts() -> None:
    note = Note(TEXT, tuple(cosigned(TEXT, each) for each in (AT, AT + 5, AT + 1)))
    assert cosigned_at(note, WITNESS) == AT + 5


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        AT.to_bytes(8, "big"),
        # A signature of the text itself, without the lines before it.
        AT.to_bytes(8, "big") + PRIVATE.sign(TEXT.encode()),
        cosigned(TEXT, AT).signature + b"\x00",
        cosigned(TEXT, 1 << 63).signature,
    ],
)
def test_what_is_no_cosignature_is_refused(signature: bytes) -> None:
    assert not WITNESS.accepts(TEXT, signature)


def test_keys_of_logs_and_of_witnesses_do_not_pass_for_each_other() -> None:
    with pytest.raises(VerificationError, match="not known here; Ed25519 is"):
        parse_key(WITNESS_TEXT)
    with pytest.raises(VerificationError, match="Ed25519 cosignature is"):
        parse_witness_key(KEY_TEXT)
    same = VerifierKey(KEY.name, KEY.public, COSIGNATURE)
    assert same.key_id != KEY.key_id
    assert check_checkpoint(COSIGNED, KEY, [same])[1] == (KEY,)
    with pytest.raises(VerificationError, match="not known here"):
        VerifierKey(KEY.name, KEY.public, 2)


def test_lines_with_signatures_are_read_without_a_text() -> None:
    assert parse_signatures(LINE) == (cosigned(TEXT, AT),)
    for lines, why in ((LINE[:-1], "has an end"), ("", "has an end"), (LINE * 65, "more than 64")):
        with pytest.raises(VerificationError, match=why):
            parse_signatures(lines)
