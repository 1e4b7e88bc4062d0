"""Which entries are public now: the identities of all, by kind, as one question gives them out."""

from bisect import bisect_right
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import pyarrow as pa
from django.db import connections
from django.db.models import Case, F, When

from tabularium.core.kinds import Kind
from tabularium.register.ids import LENGTH, ids_in_a_row
from tabularium.register.json_texts import Joined, literal
from tabularium.register.open_rows import SCHEMA, with_room
from tabularium.register.visibility import public_entries

Lines = np.ndarray[Any, np.dtype[np.uint8]]

AT_ONCE = 50_000
"""Identities that the database gives out together."""

IDENTITIES = pa.schema([SCHEMA.field("id"), ("happened", pa.bool_())])

_SIGNS = {kind: (chr(ord("A") + place), chr(ord("a") + place)) for place, kind in enumerate(Kind)}
"""What stands behind the identity of an entry of a kind, and of one to which something happened."""

_LINE = LENGTH + 1

# One text for very many: the driver takes longer for a million rows than PostgreSQL for finding them.
# PostgreSQL promises no order of what it joins, so whether they are in order is looked at below.
_AS_TEXTS = (
    "SELECT string_agg(line, '') FROM"
    " (SELECT line, (row_number() OVER () - 1) / {at_once} AS block FROM ({sql}) listed (line)) cut"
    " GROUP BY block ORDER BY block"
)


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities of all entries of a kind that are public, in their order.

    Attributes:
        lines: an identity and a sign in each, in bytes.
        happened: the sign of those to which something happened.
    """

    lines: Lines
    happened: int

    def __len__(self) -> int:
        return len(self.lines)

    def between(self, after: str, last: str | None) -> pa.Table:
        """Those behind an identity, up to another or to the end, and whether something happened to each."""
        start = self._place_behind(after)
        lines = self.lines[start : None if last is None else self._place_behind(last)]
        ids = ids_in_a_row(lines[:, :LENGTH].tobytes())
        happened = pa.array(lines[:, LENGTH] == self.happened, pa.bool_())
        return pa.table([ids, happened], schema=IDENTITIES)

    def _place_behind(self, identity: str) -> int:
        behind = identity.encode("ascii")
        places = range(len(self.lines))
        return bisect_right(places, behind, key=lambda place: self.lines[place, :LENGTH].tobytes())


@dataclass(frozen=True)
class PublicNow:
    """The identities of all entries that are public at an instant: in files that go with the context."""

    of: Mapping[Kind, Identities]

    @classmethod
    @contextmanager
    def of_all(cls, now: datetime, since: datetime, *, at_once: int = AT_ONCE) -> Iterator[Self]:
        """Of all kinds.

        Args:
            now: they are public then.
            since: what happened to them from here on counts.
            at_once: so many together.
        """
        with TemporaryDirectory(prefix="tabularium-") as folder:
            files = {kind: Path(folder) / kind for kind in Kind}
            with closing(_lines(now, since, at_once)) as blocks:
                write(files, blocks)
            yield cls({kind: _read(file, kind) for kind, file in files.items()})


def in_order(block: bytes) -> Lines:
    """Lines, each an identity and a sign, in the order of identities, whatever order they come in.

    Raises:
        ValueError: they are not whole.
    """
    lines = np.frombuffer(block, np.uint8).reshape(-1, _LINE)
    whole = lines.view(f"S{_LINE}")[:, 0]
    if np.all(whole[:-1] < whole[1:]):
        return lines
    return np.sort(whole).view(np.uint8).reshape(-1, _LINE)


def write(files: Mapping[Kind, Path], blocks: Iterator[bytes]) -> None:
    """Write lines to the file of their kind.

    Raises:
        ValueError: some are not behind those that came before.
    """
    for file in files.values():
        file.touch()
    last = b""
    for block in blocks:
        lines = in_order(block)
        if lines[0].tobytes() <= last:
            raise ValueError("identities come in no order")
        last = lines[-1].tobytes()
        for kind, signs in _SIGNS.items():
            of_kind = lines[np.isin(lines[:, LENGTH], [ord(each) for each in signs])]
            if len(of_kind):
                with files[kind].open("ab") as stream:
                    stream.write(of_kind.tobytes())


def _read(file: Path, kind: Kind) -> Identities:
    happened = ord(_SIGNS[kind][1])
    if not file.stat().st_size:
        return Identities(np.empty((0, _LINE), np.uint8), happened)
    return Identities(np.memmap(file, np.uint8, "r").reshape(-1, _LINE), happened)


def _lines(now: datetime, since: datetime, at_once: int) -> Generator[bytes]:
    """Lines as `Identities` has them, some of them together, of all kinds in the order of identities."""
    entries = public_entries(now)
    sign = Case(
        *(
            When(kind=kind, last_event_at__gte=since, then=literal(told))
            for kind, (_, told) in _SIGNS.items()
        ),
        *(When(kind=kind, then=literal(told)) for kind, (told, _) in _SIGNS.items()),
    )
    rows = entries.order_by("pk").values_list(Joined(F("pk"), sign))
    connection = connections[entries.db]
    compiler = rows.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    with with_room(entries.db) as cursor:
        if connection.vendor == "postgresql":
            as_texts = _AS_TEXTS.format(at_once=at_once, sql=sql)
            with cursor.copy(f"COPY ({as_texts}) TO STDOUT", parameters) as messages:
                for each in messages:
                    yield bytes(each).removesuffix(b"\n")
        else:
            cursor.execute(sql, parameters)
            while some := cursor.fetchmany(at_once):
                yield "".join(line for (line,) in some).encode("ascii")
