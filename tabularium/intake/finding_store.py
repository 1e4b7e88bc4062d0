"""Findings of a file of any size: on disk and not in memory, to be read as often as somebody asks.

Ten million rows can bring ten million findings. They go to a temporary file that has no name, so that a
process that is killed leaves nothing behind; only the numbers by code stay in memory.
"""

import json
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import BinaryIO, Self

from tabularium.intake.findings import Finding, FindingCode, Severity

_BLOCK = 1 << 20
"""Bytes written or read at once, about."""


class FindingStore:
    """An append-only spool of findings, in the order of the rows in which they begin.

    `stopped_by` and `warned_of` count rows, also where one finding stands for many. Nothing in it is a
    value of the file, because no finding holds one.

    Attributes:
        stopped_by: rows stopped, by severity and code of the finding that stopped them.
        warned_of: rows by the code of a warning; a row with two warnings of one code counts once.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin an empty one.

        Args:
            folder: where the temporary file lies; None: where the system keeps such files.

        Raises:
            OSError: there is no room for it.
        """
        # Closed by close(), or when nobody refers to the store any more.
        self._file: BinaryIO = tempfile.TemporaryFile("w+b", prefix="findings-", dir=folder)  # noqa: SIM115
        self._closing = weakref.finalize(self, self._file.close)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._last_row = 0
        self._stopped_by: Counter[tuple[Severity, FindingCode]] = Counter()
        self._warned_of: Counter[FindingCode] = Counter()
        self._last_warned: dict[FindingCode, int] = {}

    @property
    def stopped_by(self) -> Mapping[tuple[Severity, FindingCode], int]:
        """Rows stopped, by the finding that stopped them."""
        return MappingProxyType(self._stopped_by)

    @property
    def warned_of(self) -> Mapping[FindingCode, int]:
        """Rows with a warning, by its code."""
        return MappingProxyType(self._warned_of)

    def add(self, finding: Finding, *, primary: bool) -> None:
        """Keep one finding.

        Args:
            finding: begins in the row of the one before it or in a later one.
            primary: whether it is the finding that stopped its row, of which a stopped row has one.

        Raises:
            ValueError: it comes out of order, stands for no row, or is a warning that is said to stop.
            OSError: there is no room for it.
        """
        if finding.row < self._last_row:
            raise ValueError(f"Row {finding.row} comes after row {self._last_row}.")
        if finding.rows < 1:
            raise ValueError("A finding holds for one row or more.")
        if primary and finding.severity is Severity.WARNING:
            raise ValueError("A warning stops no row.")
        self._last_row = finding.row
        self._count(finding, primary)
        line = _line(finding, primary)
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        if self._waiting_bytes >= _BLOCK:
            self._write()

    def add_run(self, finding: Finding, rows: int, *, primary: bool = False) -> None:
        """Keep a finding that holds alike for `rows` consecutive rows of the file, from its own on.

        Raises:
            ValueError: as for `add`.
            OSError: there is no room for it.
        """
        self.add(
            Finding(
                finding.code,
                finding.severity,
                finding.row,
                finding.column,
                finding.parameters,
                rows,
            ),
            primary=primary,
        )

    def __iter__(self) -> Iterator[Finding]:
        """Every finding in order, each run once; as often as asked, also while more is added."""
        return (finding for finding, _ in self.with_primary())

    def with_primary(self) -> Iterator[tuple[Finding, bool]]:
        """Every finding in order, and whether it stopped its row.

        Raises:
            ValueError: the store is closed.
        """
        place = 0
        while True:
            self._write()
            # Whoever else reads or writes moves the file's one position: each keeps its own.
            self._file.seek(place)
            lines = self._file.readlines(_BLOCK)
            place = self._file.tell()
            if not lines:
                return
            yield from map(_read, lines)

    def close(self) -> None:
        """Give the room back. What was counted stays; what was said does not."""
        self._waiting.clear()
        self._closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _count(self, finding: Finding, primary: bool) -> None:
        if primary:
            self._stopped_by[finding.severity, finding.code] += finding.rows
        elif finding.severity is Severity.WARNING:
            again = self._last_warned.get(finding.code) == finding.row
            self._last_warned[finding.code] = finding.row
            self._warned_of[finding.code] += finding.rows - again

    def _write(self) -> None:
        if self._waiting:
            self._file.seek(0, 2)
            self._file.write(b"".join(self._waiting))
            self._waiting.clear()
            self._waiting_bytes = 0


def _line(finding: Finding, primary: bool) -> bytes:
    """One line of JSON, in ASCII: [row, rows, primary, code, severity, column, parameters]."""
    said = [
        finding.row,
        finding.rows,
        int(primary),
        finding.code,
        finding.severity,
        finding.column,
        dict(finding.parameters),
    ]
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"


def _read(line: bytes) -> tuple[Finding, bool]:
    row, rows, primary, code, severity, column, parameters = json.loads(line)
    finding = Finding(
        code=FindingCode(code),
        severity=Severity(severity),
        row=row,
        column=column,
        parameters=MappingProxyType(parameters),
        rows=rows,
    )
    return finding, bool(primary)
