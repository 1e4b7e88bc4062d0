"""What no table in JSON has, and what its parser does not survive: very deep nesting, endless numbers."""

import re
from typing import BinaryIO

from tabularium.intake.readers.shape import UnreadableFile

DEEPEST = 64
"""Levels of lists and objects. The parser's time grows with the square of the depth."""
MOST_DIGITS = 1_000
"""Digits in a row. The parser breaks down, and the process with it, over thousands."""
MOST_DIGITS_OF_EXPONENT = 6
"""Digits behind the E of a number. What has more is beyond what `decimal` holds, or was never meant."""
LONGEST_RECORD = 16 << 20
"""Bytes of the longest record: it is in memory at once."""

_CHUNK = 1 << 20
_REST_OF_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_TEXT = re.compile(b'"' + _REST_OF_TEXT.pattern, re.DOTALL)
_NUMBERS = b"0123456789eE+-"
_DIGITS = re.compile(rb"[0-9]{%d}" % (MOST_DIGITS + 1))
_EXPONENT = re.compile(rb"[eE][+-]?[0-9]{%d}" % (MOST_DIGITS_OF_EXPONENT + 1))
_LONGEST_REST = 2 * MOST_DIGITS
"""Bytes of the end of a piece in which a number may begin that is refused for what follows."""
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"[]{}")


def check_lexis(file: BinaryIO, records_at: int = DEEPEST) -> None:
    """Look through a document for its depth, its longest numbers, and about its longest record.

    Texts are cut out, and brackets that close where they open are struck out in pairs, by what is quick
    over millions of bytes; only what stays is looked at one by one.

    Args:
        file: the document, read from where it stands.
        records_at: how many levels are open between two records.

    Raises:
        UnreadableFile: it is too deep, or has too long a number, exponent or record.
    """
    depth, in_text, rest, since = 0, False, b"", 0
    while chunk := file.read(_CHUNK):
        since += len(chunk)
        if since > LONGEST_RECORD:
            raise UnreadableFile(
                f"A record of the JSON text has more than {LONGEST_RECORD >> 20} MiB. Send a list of records."
            )
        held = rest + chunk
        # The other half of an escape, or the rest of a number, may be in the next chunk.
        rest = b"\\" if (len(held) - len(held.rstrip(b"\\"))) % 2 else b""
        held = held[: len(held) - len(rest)]
        if in_text:
            end = _REST_OF_TEXT.match(held)
            if end is None:
                continue
            held = held[end.end() :]
        # A mark at the end closes a text that is open there, or stays as the only one.
        outside = _TEXT.sub(b" ", held + b'"')
        in_text = not outside.endswith(b'"')
        _check_numbers(outside)
        if not in_text and not rest:
            rest = outside[len(outside[:-1].rstrip(_NUMBERS)) : -1][-_LONGEST_REST:]
        depth, lowest = _depth_after(outside.translate(None, _NO_BRACKETS), depth)
        if lowest <= records_at:
            since = 0


def _check_numbers(outside: bytes) -> None:
    if _DIGITS.search(outside):
        raise UnreadableFile(
            f"The JSON text has more than {MOST_DIGITS:,} digits in a row. Mend that in the source."
        )
    if _EXPONENT.search(outside):
        raise UnreadableFile(
            f"The JSON text has a number with more than {MOST_DIGITS_OF_EXPONENT} digits in its exponent, "
            "which is beyond what can be held. Mend that in the source."
        )


def _depth_after(brackets: bytes, depth: int) -> tuple[int, int]:
    """The depth after some brackets, and the lowest on the way there."""
    left, rounds = brackets, 0
    while left and rounds <= DEEPEST:
        struck = left.replace(b"{}", b"").replace(b"[]", b"")
        if len(struck) == len(left):
            break
        left, rounds = struck, rounds + 1
    deepest = depth + left.count(b"{") + left.count(b"[") + rounds
    # What is struck out may have stood deep: then, which is rare, each bracket is looked at.
    return _walk(left if deepest <= DEEPEST else brackets, depth)


def _walk(brackets: bytes, depth: int) -> tuple[int, int]:
    lowest = depth
    for bracket in brackets:
        if bracket in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise UnreadableFile(
                    f"The JSON text is nested more than {DEEPEST} levels deep. Send a list of records."
                )
        else:
            depth -= 1
            lowest = min(lowest, depth)
    return depth, lowest
