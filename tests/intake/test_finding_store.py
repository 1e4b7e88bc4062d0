"""What is put into the store comes out of it again, whole, in order and as often as asked."""

import gc
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.intake.finding_store import FindingStore
from tabularium.intake.findings import Finding, FindingCode, Severity

FINDINGS = st.builds(
    Finding,
    st.sampled_from(FindingCode),
    st.sampled_from(Severity),
    st.integers(min_value=1, max_value=10**9),
    st.text(),
    st.dictionaries(st.text(), st.text(), max_size=3),
    st.integers(min_value=1, max_value=10**7),
)


def warning(row: int, code: FindingCode = FindingCode.DATE_IN_FUTURE) -> Finding:
    return Finding(code, Severity.WARNING, row, "day", {"within": "7"})


def error(row: int) -> Finding:
    return Finding(FindingCode.WRONG_DATE, Severity.ERROR, row, "日期", {"limit": "\n,\udc80"})


@given(st.lists(FINDINGS))
def test_what_went_in_comes_out(findings: list[Finding]) -> None:
    findings.sort(key=lambda each: each.row)
    with FindingStore() as store:
        for each in findings:
            store.add(each, primary=each.severity is Severity.ERROR)
        assert list(store) == findings
        assert list(store.with_primary()) == [
            (each, each.severity is Severity.ERROR) for each in findings
        ]
        assert sum(store.stopped_by.values()) == sum(
            each.rows for each in findings if each.severity is Severity.ERROR
        )


def test_two_read_and_one_writes_at_the_same_time() -> None:
    with FindingStore() as store:
        for row in range(1, 30_000):  # more than one block of the file
            store.add(error(row), primary=True)
        first, second = iter(store), iter(store)
        assert [next(first).row for _ in range(5)] == [1, 2, 3, 4, 5]
        assert next(second).row == 1
        store.add(error(30_000), primary=True)
        assert next(first).row == 6
        assert [each.row for each in second] == list(range(2, 30_001))
        assert [each.row for each in first] == list(range(7, 30_001))


def test_rows_are_counted_and_not_findings() -> None:
    with FindingStore() as store:
        store.add(warning(2), primary=False)
        store.add(warning(2), primary=False)
        store.add(error(2), primary=True)
        store.add(Finding(FindingCode.TOO_LONG, Severity.ERROR, 2), primary=False)
        store.add_run(warning(3), 1_000)
        store.add_run(
            Finding(FindingCode.ALREADY_IN_REGISTER, Severity.SET_ASIDE, 1003), 50, primary=True
        )
        assert store.warned_of == {FindingCode.DATE_IN_FUTURE: 1_001}
        assert store.stopped_by == {
            (Severity.ERROR, FindingCode.WRONG_DATE): 1,
            (Severity.SET_ASIDE, FindingCode.ALREADY_IN_REGISTER): 50,
        }
        assert [(each.row, each.rows) for each in store] == [
            (2, 1),
            (2, 1),
            (2, 1),
            (2, 1),
            (3, 1_000),
            (1003, 50),
        ]


@pytest.mark.parametrize(
    ("finding", "primary"),
    [
        (error(4), True),
        (warning(6), True),
        (Finding(FindingCode.LEGAL_BASIS_MISSING, Severity.ERROR, 6, rows=0), True),
    ],
)
def test_what_cannot_be_is_refused(finding: Finding, primary: bool) -> None:
    with FindingStore() as store:
        store.add(error(5), primary=True)
        with pytest.raises(ValueError, match=r"."):
            store.add(finding, primary=primary)
        assert [each.row for each in store] == [5]
        assert sum(store.stopped_by.values()) == 1


def test_the_file_goes_with_the_store(tmp_path: Path) -> None:
    store = FindingStore(tmp_path)
    store.add(error(1), primary=True)
    assert len(list(store)) == 1
    assert list(tmp_path.iterdir()) == [], "a process that is killed leaves no file"
    store.close()
    store.close()
    with pytest.raises(ValueError, match="closed"):
        list(store)
    assert store.stopped_by[Severity.ERROR, FindingCode.WRONG_DATE] == 1


def test_a_store_that_is_forgotten_closes_its_file() -> None:
    store = FindingStore()
    store.add(error(1), primary=True)
    file = store._file
    del store
    gc.collect()
    assert file.closed


def test_memory_does_not_grow_with_the_findings() -> None:
    with FindingStore() as store:
        tracemalloc.start()
        for row in range(1, 40_001):
            store.add(error(row), primary=True)
        assert sum(1 for _ in store) == 40_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 << 20
