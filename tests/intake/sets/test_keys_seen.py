"""Keys of a file, block after block: the same answers as from a plain dictionary."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabularium.intake.sets import keys_seen
from tabularium.intake.sets.keys_seen import KeysSeen

Digest = Callable[[str], bytes]


def by_dictionary(blocks: Sequence[Sequence[str]]) -> list[list[int]]:
    """What `KeysSeen` should answer, with rows numbered from 1 through all blocks."""
    first: dict[str, int] = {}
    answers, row = [], 0
    for block in blocks:
        answer = []
        for key in block:
            row += 1
            answer.append(0 if first.setdefault(key, row) == row else first[key])
        answers.append(answer)
    return answers


def by_keys_seen(blocks: Sequence[Sequence[str]]) -> list[list[int]]:
    seen, row, answers = KeysSeen(), 0, []
    for block in blocks:
        answers.append(seen.first_rows(block, range(row + 1, row + 1 + len(block))))
        row += len(block)
    return answers


def one_high_part(key: str) -> bytes:
    """Digests that differ in the lower part alone."""
    return bytes(8) + hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=4).digest()


def few_high_parts(key: str) -> bytes:
    """Digests of which many are alike in the higher part; the highest bit of some is set."""
    rest = one_high_part(key)[8:]
    return (rest[0] % 3 << 62).to_bytes(8, "little") + rest


def as_a_column(digest: Digest) -> Callable[..., Any]:
    """A digest of one key as one of many."""

    def of_all(_: object, keys: Sequence[str]) -> Any:
        return np.frombuffer(b"".join(map(digest, keys)), keys_seen._DIGEST)

    return of_all


OWN = keys_seen._Digests.of_all
DIGESTS = [OWN, as_a_column(one_high_part), as_a_column(few_high_parts)]
KEYS = st.text(alphabet="abc\u00e9\U0001f600\ud800\0", max_size=3)
BLOCKS = st.lists(st.lists(KEYS, max_size=12), max_size=14)
over_all = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@pytest.mark.parametrize("digest", DIGESTS)
@over_all
@given(blocks=BLOCKS)
def test_the_answers_are_those_of_a_dictionary(
    monkeypatch: pytest.MonkeyPatch, digest: Callable[..., Any], blocks: list[list[str]]
) -> None:
    monkeypatch.setattr(keys_seen._Digests, "of_all", digest)
    assert by_keys_seen(blocks) == by_dictionary(blocks)


@pytest.mark.parametrize("sizes", [[1] * 40, [64, 32, 16, 8, 4, 2, 1, 1, 1], [1, 2, 4, 8, 16, 32]])
def test_a_key_is_found_on_whichever_level_it_lies(sizes: list[int]) -> None:
    keys = iter(range(sum(sizes)))
    blocks = [[f"key {next(keys)}" for _ in range(size)] for size in sizes]
    again = [key for block in blocks for key in block]
    answers = by_keys_seen([*blocks, again])
    assert all(each == 0 for answer in answers[:-1] for each in answer)
    assert answers[-1] == list(range(1, len(again) + 1))


def test_levels_are_few_however_many_blocks_there_are() -> None:
    seen = KeysSeen()
    for number in range(200):
        seen.first_rows([f"{number} {each}" for each in range(5)], range(1, 6))
    sizes = [level.high.size for level in seen._levels]
    assert sum(sizes) == 1000
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) <= 9


def test_rows_need_not_be_numbered_without_gaps() -> None:
    seen = KeysSeen()
    assert seen.first_rows(["a", "b", "a"], [7, 20, 31]) == [0, 0, 7]
    assert seen.first_rows(["b", "c", "a", "c"], [4_000_000_000, 4_000_000_001, 5, 6]) == [
        20,
        0,
        7,
        4_000_000_001,
    ]


def test_a_column_of_keys_has_the_answers_of_a_list() -> None:
    blocks = [["a", "b", "a", ""], ["c", "b"], ["", "d", "d"]]
    seen, row = KeysSeen(), 0
    for block, expected in zip(blocks, by_dictionary(blocks), strict=True):
        rows = np.arange(row + 1, row + 1 + len(block))
        column = pa.chunked_array([block[:1], block[1:]], pa.string())
        assert seen.first_rows_of(column, rows).tolist() == expected
        row += len(block)
    assert seen.first_rows(["d", "\ud800", "\ud800", "e"], [20, 21, 22, 23]) == [8, 0, 21, 0]


def test_of_no_keys_there_is_nothing_to_say() -> None:
    assert KeysSeen().first_rows([], []) == []
