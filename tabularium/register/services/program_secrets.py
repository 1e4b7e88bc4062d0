"""What tokens of authorities and keys of members have in common: made, kept as a hash, and found again."""

import hashlib
import hmac
from typing import TypeVar

from django.db.models import QuerySet

from tabularium.register import token_text
from tabularium.register.errors import RefusedError
from tabularium.register.models import MemberKey, Token

LONGEST_LABEL = 80

_NOBODYS = hashlib.sha256(b"").hexdigest()
Row = TypeVar("Row", Token, MemberKey)


def check_asked(what: str, label: str, days: int, longest_life: int) -> None:
    """Make sure that one may be made.

    Args:
        what: what it is called in messages, such as "token".
        label: by which its holder knows it again.
        days: for how many days from now it is to hold.
        longest_life: for how many at most.

    Raises:
        RefusedError: no label, one too long, or a time that is none or too long.
    """
    if not label.strip() or len(label) > LONGEST_LABEL:
        message = f"A {what} needs a label of at most {LONGEST_LABEL} characters."
        raise RefusedError("label", message)
    if not 1 <= days <= longest_life:
        raise RefusedError("days", f"A {what} holds for 1 to {longest_life} days.")


def hashed(text: str) -> str:
    """What the register keeps of one."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def find(rows: QuerySet[Row], text: str) -> Row | None:
    """The row of which this is the text; None if it is no such text, or nobody's."""
    identity = token_text.identity_in(text)
    if identity is None:
        return None
    row = rows.filter(pk=identity).first()
    # What is compared takes the same time, whichever part differs, and whether there is such a row or not.
    same = hmac.compare_digest(row.sha256 if row else _NOBODYS, hashed(text))
    return row if same else None
