"""The files of before, of which those of now are made as far as nothing has changed.

They are used only if they are whole, were made by these very programs and are of this feed of changes; and
a week after all was last read from the register, all is read again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import tabularium
from tabularium.core.kinds import Kind
from tabularium.register.open_again import Changed, blocks_again
from tabularium.register.open_columns import Records, blocks_of_records
from tabularium.register.open_identities import PublicNow
from tabularium.register.visibility import public_entries

if TYPE_CHECKING:
    from tabularium.opendata.building import Build

OfKind = Callable[[Kind], Iterator[Records]]

LONGEST = timedelta(days=7)
"""After so long all is read from the register again."""

_MAKE_RECORDS = ("core", "register")
"""Packages that decide what a record says."""


@dataclass(frozen=True)
class LastBuild:
    """Files that may be used.

    Attributes:
        files: Parquet, by the kind of its entries.
        changed: what may have changed since they were made.
        whole_at: when all was last read from the register.
    """

    files: Mapping[Kind, Path]
    changed: Changed
    whole_at: datetime


@cache
def program() -> str:
    """A digest of the programs that make records."""
    root = Path(tabularium.__file__).parent
    digest = hashlib.sha256()
    for package in _MAKE_RECORDS:
        for each in sorted((root / package).rglob("*.py")):
            digest.update(f"{each.relative_to(root)}\n".encode())
            digest.update(each.read_bytes())
    return digest.hexdigest()


def usable(build: "Build | None", now: datetime) -> LastBuild | None:
    """A build as one that may be used at `now`; None if it may not."""
    if build is None or build.program != program():
        return None
    if not now - LONGEST < build.whole_at <= build.built_at <= now:
        return None
    of_kinds = {each.kind: each for each in build.files.values() if each.ending == "parquet"}
    records = sum(of_kinds[kind].rows for kind in Kind)
    changed = Changed.after(build.cursor, build.built_at, records)
    if changed is None:
        return None
    files = {}
    for kind in Kind:
        files[kind] = build.folder / of_kinds[kind].name
        if _digest(files[kind]) != of_kinds[kind].sha256:
            return None
    return LastBuild(files, changed, build.whole_at)


def _digest(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


@contextmanager
def reading(last: LastBuild | None, now: datetime) -> Iterator[OfKind]:
    """Gives what gives the records of a kind that are public then, in the order of their identities."""
    if last is None:
        there = set(public_entries(now).order_by().values_list("kind", flat=True).distinct())
        yield lambda kind: blocks_of_records(kind, now) if kind in there else iter(())
    else:
        files, changed = last.files, last.changed
        with PublicNow.of_all(now, changed.since) as public:
            yield lambda kind: blocks_again(kind, now, public.of[kind], files[kind], changed)
