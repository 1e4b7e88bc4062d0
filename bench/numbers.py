"""Numbers with right check characters, many at once: the arithmetic of tabularium.demo.numbers in columns.

An array of texts of one length is a matrix of ASCII codes, one row a text.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tabularium.demo.numbers import DISTRICT

Codes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Draws = npt.NDArray[np.uint64]

_ZERO = ord("0")
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_CREDIT_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", np.uint8)
_CREDIT_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
_PERSON_WEIGHTS = np.array([pow(2, 17 - place, 11) for place in range(17)])
_ORGANISATION_CHECKS = np.frombuffer(b"0X987654321", np.uint8)
_PERSON_CHECKS = np.frombuffer(b"10X98765432", np.uint8)

# Each code's place in the alphabet of credit codes.
_CREDIT_VALUES = np.zeros(128, np.int64)
_CREDIT_VALUES[_CREDIT_ALPHABET] = np.arange(31)

_GOLDEN = 0x9E3779B97F4A7C15
_ALL_BITS = (1 << 64) - 1


def draws(seed: int, purpose: int, numbers: Integers) -> Draws:
    """A random number for each of `numbers` that depends on nothing but these three.

    So any row can be made by itself, in any order (SplitMix64: Steele, Lea and Flood, 2014).

    Args:
        seed: of the whole.
        purpose: what the numbers are drawn for; other purposes give other numbers.
        numbers: what they are drawn for, from 0.
    """
    key = np.uint64((seed * 1_000_003 + purpose) * _GOLDEN & _ALL_BITS)
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN)
    for _ in range(2):
        mixed ^= key
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def digits(numbers: Integers, length: int) -> Codes:
    """The numbers as decimal digits, with leading zeros."""
    powers = 10 ** np.arange(length - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + _ZERO).astype(np.uint8)


def credit_codes(categories: Codes, numbers: Integers) -> Codes:
    """Unified social credit codes of the district that does not exist (GB 32100-2015, GB 11714-1997).

    Args:
        categories: the first two characters of each.
        numbers: up to eight digits each.
    """
    made = np.empty((len(numbers), 18), np.uint8)
    made[:, :2] = categories
    made[:, 2:8] = np.frombuffer(DISTRICT.encode(), np.uint8)
    made[:, 8:16] = digits(numbers, 8)
    total = (made[:, 8:16].astype(np.int64) - _ZERO) @ _ORGANISATION_WEIGHTS
    made[:, 16] = _ORGANISATION_CHECKS[total % 11]
    total = _CREDIT_VALUES[made[:, :17]] @ _CREDIT_WEIGHTS
    made[:, 17] = _CREDIT_ALPHABET[-total % 31]
    return made


def with_wrong_check_characters(codes: Codes, spoil: npt.NDArray[np.bool_]) -> Codes:
    """The same codes, those to be spoilt with another last character, which cannot fit."""
    spoilt = codes.copy()
    other = np.where(codes[:, 17] != ord("A"), ord("A"), ord("B"))
    spoilt[spoil, 17] = other[spoil]
    return spoilt


def identity_numbers(seeds: Draws) -> Codes:
    """Numbers in the form of Chinese identity numbers (GB 11643-1999) of the same district: nobody's."""
    made = np.empty((len(seeds), 18), np.uint8)
    made[:, :6] = np.frombuffer(DISTRICT.encode(), np.uint8)
    parts = seeds.astype(np.int64) & 0x7FFFFFFF
    made[:, 6:10] = digits(1950 + parts % 50, 4)
    made[:, 10:12] = digits(1 + parts // 50 % 12, 2)
    made[:, 12:14] = digits(1 + parts // 600 % 28, 2)
    made[:, 14:17] = digits(1 + parts // 16800 % 998, 3)
    total = (made[:, :17].astype(np.int64) - _ZERO) @ _PERSON_WEIGHTS
    made[:, 17] = _PERSON_CHECKS[total % 11]
    return made


def as_texts(codes: Codes) -> pa.StringArray:
    """The rows of a matrix of ASCII codes as texts."""
    count, length = codes.shape
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(length)
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(codes))
    )
