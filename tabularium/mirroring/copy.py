"""The copy itself: a table of records, and how far the feed was read, changed together or not at all."""

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tabularium.mirroring.fetching import Fetch, UnreachableError

DATABASE, LINES = "mirror.sqlite3", "entries.jsonl"

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    id TEXT PRIMARY KEY, record TEXT NOT NULL, public_until TEXT, round INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_ends ON entry (public_until);
CREATE TABLE IF NOT EXISTS reading (
    one INTEGER PRIMARY KEY CHECK (one = 1), register TEXT NOT NULL, cursor TEXT NOT NULL,
    round INTEGER NOT NULL, written INTEGER NOT NULL
);
"""


@dataclass(slots=True)
class MirrorReport:
    """What one run did: entries taken in or taken anew, and deleted; and how many there are."""

    taken: int = 0
    removed: int = 0
    entries: int = 0


class AnotherRegisterError(Exception):
    """The folder holds the copy of another register."""


class Mirror:
    """A copy in a folder.

    What is removed is overwritten in the file. A copy that begins anew keeps what it had until all is told
    again, and then deletes what was not.
    """

    def __init__(self, register: str, folder: Path, fetch: Fetch) -> None:
        """Open the copy, or begin one.

        Raises:
            AnotherRegisterError: the folder holds the copy of another register.
            OSError, sqlite3.Error: the folder cannot be written to.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._register, self._folder, self._fetch = register.rstrip("/"), folder, fetch
        self._database = sqlite3.connect(folder / DATABASE, isolation_level=None, timeout=30)
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.executescript(_TABLES)
        self._database.execute(
            "INSERT OR IGNORE INTO reading VALUES (1, ?, '', 1, 0)", [self._register]
        )
        (known,) = self._one("SELECT register FROM reading")
        if known != self._register:
            self.close()
            raise AnotherRegisterError(known)

    def close(self) -> None:
        """Close the copy."""
        self._database.close()

    def run(self, now: datetime) -> MirrorReport:
        """Follow the feed to its end, and write the lines anew if anything changed.

        Args:
            now: this instant, in UTC; what has ended by its date is deleted whatever the feed says.

        Raises:
            UnreachableError: the register could not be reached or answered otherwise than it should.
        """
        report = MirrorReport()
        while self._take_in_a_part(report):
            pass
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            gone = self._database.execute(
                "DELETE FROM entry WHERE public_until <= ?", [_written(now)]
            )
            self._note_removed(report, gone.rowcount)
        self._write_lines()
        (report.entries,) = self._one("SELECT count(*) FROM entry")
        return report

    def records(self) -> list[dict[str, Any]]:
        """All records, by identity."""
        rows = self._database.execute("SELECT record FROM entry ORDER BY id")
        return [json.loads(record) for (record,) in rows]

    def _one(self, question: str) -> tuple[Any, ...]:
        with closing(self._database.execute(question)) as found:
            row: tuple[Any, ...] = found.fetchone()
        return row

    def _take_in_a_part(self, report: MirrorReport) -> bool:
        """Take in a part of the feed; whether there is more."""
        (cursor, number) = self._one("SELECT cursor, round FROM reading")
        asked = {"records": "true", **({"after": cursor} if cursor else {})}
        status, answer = self._fetch(f"{self._register}/api/v1/changes?{urlencode(asked)}")
        if status == HTTPStatus.GONE and cursor:
            self._begin_anew()
            return True
        if status != HTTPStatus.OK:
            raise UnreachableError(f"the register answers {status}: {answer.get('title', '')}")
        try:
            changes, more, reached = answer["changes"], answer["more"], answer["cursor"]
            self._enter(changes, more, reached, number, report)
        except (KeyError, TypeError):
            raise UnreachableError("the register's answer is no part of a feed") from None
        return bool(more)

    def _enter(
        self,
        changes: Sequence[Mapping[str, Any]],
        more: bool,
        reached: str,
        number: int,
        report: MirrorReport,
    ) -> None:
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for each in changes:
                if each["change"] == "removed":
                    gone = self._database.execute("DELETE FROM entry WHERE id = ?", [each["id"]])
                    self._note_removed(report, gone.rowcount)
                else:
                    self._take(each["record"], number, report)
            if not more:
                # All was told: what an earlier round left and this one did not tell is gone.
                gone = self._database.execute("DELETE FROM entry WHERE round < ?", [number])
                self._note_removed(report, gone.rowcount)
            self._database.execute("UPDATE reading SET cursor = ?", [reached])

    def _take(self, record: Mapping[str, Any], number: int, report: MirrorReport) -> None:
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        known = self._database.execute("SELECT record FROM entry WHERE id = ?", [record["id"]])
        if known.fetchone() != (text,):
            report.taken += 1
            self._database.execute("UPDATE reading SET written = 0")
        self._database.execute(
            "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)",
            [record["id"], text, _comparable(record["public_until"]), number],
        )

    def _note_removed(self, report: MirrorReport, number: int) -> None:
        if number:
            report.removed += number
            self._database.execute("UPDATE reading SET written = 0")

    def _begin_anew(self) -> None:
        with self._database:
            self._database.execute("UPDATE reading SET cursor = '', round = round + 1")

    def _write_lines(self) -> None:
        if self._one("SELECT written FROM reading") == (1,):
            return
        fresh = self._folder / f"{LINES}.new"
        with fresh.open("w", encoding="utf-8") as stream:
            for (record,) in self._database.execute("SELECT record FROM entry ORDER BY id"):
                stream.write(record + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._folder / LINES)
        self._database.execute("UPDATE reading SET written = 1")


def _comparable(instant: str | None) -> str | None:
    return None if instant is None else _written(datetime.fromisoformat(instant))


def _written(instant: datetime) -> str:
    """An instant so that texts compare as instants do."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
