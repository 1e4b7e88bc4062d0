"""One form in bytes for one meaning: RFC 8785 over values that have one form themselves.

RFC 8785 (JSON Canonicalization Scheme) settles the order of keys, escapes and white space. It leaves
open what we settle before: texts are in Unicode normal form C, numbers are integers that every JSON
reader holds exactly, and sums of money are decimal texts. Digests in the log are taken of these bytes.

Messages name the place in the value and never what stands there.
"""

import json
import re
import unicodedata
from collections.abc import Mapping

import rfc8785

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
Path = tuple[str | int, ...]

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64

_AMOUNT = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class CanonicalError(ValueError):
    """A value that has no canonical form.

    Attributes:
        path: where it stands, as a JSONPath such as `$.details["a b"][0]`.
        reason: what is wrong with it, without the value.
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.path = _json_path(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}")


def canonical_bytes(value: object) -> bytes:
    """The canonical form of a value made of mappings, lists, texts, integers, truth values and None.

    Raises:
        CanonicalError: there is a float, bytes, a date or any other type in it; an integer beyond
            2^53-1; a lone surrogate; a key that is no text, or two keys that normalise to one; or it is
            nested more than 64 deep.
    """
    return rfc8785.dumps(normalised(value))


def normalised(value: object) -> Json:
    """The value with its texts and keys in normal form C and its tuples and mappings as lists and dicts.

    It is what reading the canonical bytes back gives.

    Raises:
        CanonicalError: as `canonical_bytes`.
    """
    return _normalised(value, ())


def amount(text: str) -> str:
    """The text itself, once it is known to be a sum of money as a plain decimal: "4965.70".

    No sign, no grouping, no exponent, no leading zero, a full stop before the decimals. Decimals are
    kept as given.

    Raises:
        CanonicalError: it is anything else.
    """
    if not _AMOUNT.fullmatch(text):
        raise CanonicalError((), "an amount is written as digits, with a full stop for decimals")
    return text


def _normalised(value: object, path: Path) -> Json:
    if len(path) > DEEPEST:
        raise CanonicalError(path, f"nested more than {DEEPEST} deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value, path)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        return _object(value, path)
    if isinstance(value, list | tuple):
        return [_normalised(each, (*path, place)) for place, each in enumerate(value)]
    raise CanonicalError(path, f"a value of type {type(value).__name__} has no canonical form")


def _integer(value: int, path: Path) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise CanonicalError(path, "an integer beyond 2^53-1 is not held exactly by every reader")
    return int(value)


def _text(value: str, path: Path) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CanonicalError(path, "a lone surrogate is no character") from None
    return unicodedata.normalize("NFC", value)


def _object(value: Mapping[object, object], path: Path) -> dict[str, Json]:
    result: dict[str, Json] = {}
    for key, each in value.items():
        if not isinstance(key, str):
            raise CanonicalError(path, f"a key of type {type(key).__name__} is not a text")
        name = _text(key, path)
        below = (*path, name)
        if name in result:
            raise CanonicalError(below, "two keys are the same in normal form C")
        result[name] = _normalised(each, below)
    return result


def _json_path(path: Path) -> str:
    steps = (
        f".{step}"
        if isinstance(step, str) and _PLAIN_KEY.fullmatch(step)
        else f"[{json.dumps(step)}]"
        for step in path
    )
    return "$" + "".join(steps)
