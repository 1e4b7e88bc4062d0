"""Check digits of identifiers as expressions: arithmetic on the places of characters in an alphabet.

Each says whether the check digits of a value fit that has the scheme's pattern already; of any other text
the answer means nothing. `tabularium.core.check_digits` says the same of one value at a time, and tests
hold the two together, on both engines.

An engine for queries cuts each character out of the text by itself, which is most of the work. Where all
cells of a column lie in memory the same sums are done over its bytes (`Signs`).
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from tabularium.intake.sets.laid import laid

_DIGITS = "0123456789"
_BASE_31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Receita Federal, Instrução Normativa RFB 2.229/2024: the value of a character is its code minus 48.
_CODE_MINUS_48 = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Signs:
    """Values of one length as a table of their bytes, of which a sum is the same as of an expression."""

    def __init__(self, table: "np.ndarray[Any, np.dtype[np.uint8]]") -> None:
        """Take the table: a row for each value."""
        self._table = table
        self.known: Any = np.ones(len(table), np.bool_)
        """Whether all characters that were asked for have a place."""

    def place(self, at: int, alphabet: str) -> Any:
        """The places of a character of each value in an alphabet."""
        places = np.full(256, -1, np.int64)
        places[list(alphabet.encode("ascii"))] = np.arange(len(alphabet))
        found = places[self._table[:, at]]
        self.known &= found >= 0
        return found


def _place(value: Any, at: int, alphabet: str) -> Any:
    """The place of a character of the value in an alphabet, from 0."""
    if isinstance(value, Signs):
        return value.place(at, alphabet)
    return ibis.literal(alphabet).find(value.substr(at, 1))


def _weighted(value: Any, weights: Sequence[int], alphabet: str = _DIGITS) -> Any:
    """The sum of the first characters' values, each times its weight."""
    total: Any = None
    for at, weight in enumerate(weights):
        product = _place(value, at, alphabet) * weight
        total = product if total is None else total + product
    return total


def _uscc(value: Any) -> Any:
    """GB 32100-2015: mod 31, weights 3 to the power of the place."""
    weights = [3**power % 31 for power in range(17)]
    rest = _weighted(value, weights, _BASE_31) % 31
    return (rest + _place(value, 17, _BASE_31)) % 31 == 0


def _cnpj(value: Any) -> Any:
    first = _mod_11(_weighted(value, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), _CODE_MINUS_48))
    second = _mod_11(_weighted(value, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), _CODE_MINUS_48))
    return (first == _place(value, 12, _DIGITS)) & (second == _place(value, 13, _DIGITS))


def _mod_11(total: Any) -> Any:
    # The rests 0 and 1 give the digit 0.
    return (11 - total % 11) % 11 % 10


def _lei(value: Any) -> Any:
    """ISO 7064 mod 97-10 over 20 characters; 00, 01 and 99 leave a right rest and are never computed."""
    rest: Any = ibis.literal(0, "int64")
    for at in range(20):
        place = _place(value, at, _BASE_36)
        shift = 10 if at in {18, 19} else (place < 10).ifelse(10, 100)  # noqa: PLR2004
        rest = (rest * shift + place) % 97
    return (rest == 1) & ~value.substr(18, 2).isin(["00", "01", "99"])


def _ruc(value: Any) -> Any:
    """SUNAT: mod 11."""
    rest = _weighted(value, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (11 - rest) % 10 == _place(value, 10, _DIGITS)


def _abn(value: Any) -> Any:
    """Australian Business Register: the first digit less one, then mod 89."""
    return (_weighted(value, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10) % 89 == 0


def _japanese(value: Any) -> Any:
    """National Tax Agency: 9 less the rest mod 9 of the twelve digits behind the check digit."""
    rest = _weighted(value, (0, *((2, 1) * 6))) % 9
    return 9 - rest == _place(value, 0, _DIGITS)


def _norwegian(value: Any) -> Any:
    """Brønnøysundregistrene: mod 11."""
    return _weighted(value, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


FITS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "CN-USCC": _uscc,
        "BR-CNPJ": _cnpj,
        "XI-LEI": _lei,
        "PE-RUC": _ruc,
        "AU-ABN": _abn,
        "JP-JCN": _japanese,
        "NO-BRC": _norwegian,
    }
)
"""Whether the check digits of a value of that scheme fit."""

LENGTHS: Mapping[str, int] = MappingProxyType(
    {"CN-USCC": 18, "BR-CNPJ": 14, "PE-RUC": 11, "AU-ABN": 11, "JP-JCN": 13, "NO-BRC": 9}
)
"""Characters of a value of those schemes whose sums are done over `Signs` too."""


def known_fits(texts: pa.Array, scheme: str) -> pa.Array:
    """Whether the check digits of cells fit as they stand; null where they are not plainly of the scheme.

    Args:
        texts: the cells.
        scheme: one of `LENGTHS`.
    """
    at, length = laid(texts), LENGTHS[scheme]
    right = at.ends - at.begins == length
    table = at.data[at.begins[right, None] + np.arange(length)]
    signs = Signs(table)
    fit = FITS[scheme](signs)
    fits, known = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
    fits[right], known[right] = fit, signs.known
    return pa.array(fits, mask=~known)
