"""How a token is written.

A token is `tabularium_`, the token's identity, a random part and a check part, so that a scanner for
leaked secrets finds it by one expression and knows without asking anybody whether it can be one. The check
part is the CRC-32 of all before it in base 62, as GitHub has it in its tokens since 2021
(https://github.blog/engineering/behind-githubs-new-authentication-token-formats/).
"""

import re
import secrets
import string
import zlib

from tabularium.register.ids import PATTERN

PREFIX = "tabularium_"

_BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 43  # characters of base 62: 256 bits
_CHECK = 6  # as many hold any CRC-32

TOKEN = re.compile(rf"{PREFIX}({PATTERN})[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")
"""A token; the group is its identity. Of what fits, only what has the right check part is one."""


def new_text(identity: str) -> str:
    """A new token with that identity and 256 random bits."""
    random = "".join(secrets.choice(_BASE_62) for _ in range(_RANDOM))
    return _with_check(PREFIX + identity + random)


def identity_in(text: str) -> str | None:
    """The identity that a token carries; None if the text is no token."""
    match = TOKEN.fullmatch(text)
    return match[1] if match and text == _with_check(text[:-_CHECK]) else None


def _with_check(text: str) -> str:
    remaining = zlib.crc32(text.encode("ascii"))
    check = ""
    for _ in range(_CHECK):
        remaining, digit = divmod(remaining, len(_BASE_62))
        check = _BASE_62[digit] + check
    return text + check
