"""What no table in JSON has, and what its parser does not survive: very deep nesting, endless numbers."""

import re
from typing import BinaryIO

from tabularium.intake.readers.shape import UnreadableFile

DEEPEST = 64
"""Levels of lists and objects. The parser's time grows with the square of the depth."""
MOST_DIGITS = 1_000
"""Digits in a row. The parser breaks down, and the process with it, over thousands."""

_CHUNK = 1 << 20
_MARK = re.compile(rb'\\.|["\[\]{}]|[0-9]{%d}' % (MOST_DIGITS + 1), re.DOTALL)
_MAY_GO_ON = b"0123456789\\"


def check_lexis(file: BinaryIO) -> None:
    """Look through a document for its depth and its longest number.

    Raises:
        UnreadableFile: it is too deep, or has too long a number.
    """
    depth, in_text, rest = 0, False, b""
    while chunk := file.read(_CHUNK):
        held = rest + chunk
        # A number or an escape may go on in the next chunk.
        whole = len(held.rstrip(_MAY_GO_ON))
        rest = held[whole:]
        depth, in_text = _after(held[:whole], depth, in_text)
        if len(rest) > MOST_DIGITS:
            raise _too_long()


def _after(text: bytes, depth: int, in_text: bool) -> tuple[int, bool]:
    """The depth after a piece of the document, and whether a text is open there."""
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == b'"':
            in_text = not in_text
        elif len(mark) > len(b"\\n"):
            raise _too_long()
        elif in_text:
            continue
        elif mark in {b"[", b"{"}:
            depth += 1
            if depth > DEEPEST:
                raise UnreadableFile(
                    f"The JSON text is nested more than {DEEPEST} levels deep. Send a list of records."
                )
        elif mark in {b"]", b"}"}:
            depth -= 1
    return depth, in_text


def _too_long() -> UnreadableFile:
    return UnreadableFile(
        f"The JSON text has more than {MOST_DIGITS:,} digits in a row. Mend that in the source."
    )
