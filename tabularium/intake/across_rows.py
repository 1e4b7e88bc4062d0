"""What an examination has to remember of the rows before the one it looks at.

It is all that grows with a file, so it stands behind one small interface: a file of ten million rows is
looked through as a set elsewhere, and an examination of the few rows that need one asks that.
"""

import hashlib
from typing import Protocol

_DIGEST_BYTES = 16
"""At 128 bits two of ten million different keys are alike once in 10 ** 24 files."""


class AcrossRows(Protocol):
    """What is known of the other rows of a file."""

    def row_of_key(self, key: str) -> int | None:
        """The row before that became a decision under this key; None where there is none."""

    def keep_key(self, key: str, row: int) -> None:
        """Remember that a row became a decision under this key."""

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        """The first row of that case if it had another name; None where it had this one, or is this row.

        Args:
            case: value of the identifier that is made of authority and case.
            name: the name, folded so that it does not differ by its writing alone.
            row: the row that asks; remembered where it is the first of its case.
        """


class RowsBefore:
    """Remembers the rows that went through it: some 150 bytes for each row that became a decision."""

    def __init__(self) -> None:
        self._row_of_key: dict[bytes, int] = {}
        self._name_in_case: dict[bytes, tuple[bytes, int]] = {}

    def row_of_key(self, key: str) -> int | None:
        """See `AcrossRows`."""
        return self._row_of_key.get(_digest(key))

    def keep_key(self, key: str, row: int) -> None:
        """See `AcrossRows`."""
        self._row_of_key[_digest(key)] = row

    def row_of_other_name(self, case: str, name: str, row: int) -> int | None:
        """See `AcrossRows`."""
        this = _digest(name)
        first, other = self._name_in_case.setdefault(_digest(case), (this, row))
        return None if first == this else other


def _digest(text: str) -> bytes:
    return hashlib.blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES
    ).digest()
