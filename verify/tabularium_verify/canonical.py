"""JSON that was in its one form already (RFC 8785), read from strangers: bounded, and the same to the byte.

Whoever reads JSON meets members that stand there twice, numbers that programs round differently, and many
ways to write one text. None of them is in canonical form, so one comparison refuses them all.
"""

import json
from typing import NoReturn

import rfc8785

from tabularium_verify.commitments import Json
from tabularium_verify.reasons import Reason, RefusedError

MOST_BYTES = 32 << 20
"""Bytes of a file that is read; an extract has about 8 KiB for each change of an entry."""

MOST_PARTS = 1_000_000
"""Commas, brackets and braces of a file that is read: what it takes in memory grows with them."""

MOST_DEPTH = 32

_LONGEST_NUMBER = 17
_LARGEST = (1 << 53) - 1


def read_canonical(data: bytes) -> Json:
    """The value that stands in a file, if the file is the value's canonical form and nothing else.

    Raises:
        RefusedError: it is too large, no JSON, or not in its canonical form.
    """
    if len(data) > MOST_BYTES or sum(map(data.count, (b",", b"[", b"{"))) > MOST_PARTS:
        raise RefusedError(Reason.TOO_LARGE)
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_no_json,
        )
    except RefusedError:
        raise
    except RecursionError:
        raise RefusedError(Reason.NOT_CANONICAL) from None
    except ValueError:
        raise RefusedError(Reason.NOT_JSON) from None
    if canonical(value) != data:
        raise RefusedError(Reason.NOT_CANONICAL)
    return value


def canonical(value: Json) -> bytes:
    """The canonical form of a value of texts, whole numbers, truth values, lists and mappings.

    Raises:
        RefusedError: it has none, or is nested more than 32 deep.
    """
    _look_how_deep(value, MOST_DEPTH)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError):
        raise RefusedError(Reason.NOT_CANONICAL) from None


def _look_how_deep(value: Json, left: int) -> None:
    if isinstance(value, list | dict):
        if not left:
            raise RefusedError(Reason.NOT_CANONICAL)
        for each in value.values() if isinstance(value, dict) else value:
            _look_how_deep(each, left - 1)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(int(text)) > _LARGEST:
        raise RefusedError(Reason.NOT_CANONICAL)
    return int(text)


def _fraction(_text: str) -> NoReturn:
    raise RefusedError(Reason.NOT_CANONICAL)


def _no_json(_text: str) -> NoReturn:
    raise RefusedError(Reason.NOT_JSON)
