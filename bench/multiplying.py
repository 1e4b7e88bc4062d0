"""A register of ten million entries: one that is full already, and copies of what is in it.

To submit ten million rows takes an hour and more, and tells nothing of reading. So the rows that readers and
search look at are copied within PostgreSQL: other identities, other organisations with names and numbers of
the town's own, other numbers of decisions. Left out beside what `filling` leaves out are salts and notices,
which no page, no search and no file of open data reads; so `tabularium check` would miss them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection, transaction

from bench.filling import name_in_latin
from bench.numbers import as_texts
from bench.town import TownFile
from tabularium import clock
from tabularium.register import decision_numbers, search_index
from tabularium.register.ids import ALPHABET
from tabularium.register.models import ChangeFeed, Entry, Organisation
from tabularium.register.services.organisations import index_all

_NUMBER = "split_part(split_part({0}, '〕', 2), '号', 1)"
_RENUMBERED = f"replace({{0}}, {_NUMBER} || '号', ({_NUMBER}::bigint + %(step)s)::text || '号')"
_ZONE = ZoneInfo("Asia/Shanghai")
_ROWS = 1_000
"""Of the file whose organisations are named; any number does."""
_STEP = 10_000_000
"""Between the numbers of a decision, or of an organisation, and of its copy."""
_ENTRY = "translate({0}, %(from)s, %(to)s)"
_VERSION = "translate(split_part({0}, '.', 1), %(from)s, %(to)s) || '.' || split_part({0}, '.', 2)"
_OF_ENTRY = " JOIN register_entry entry ON entry.id = original.entry_id"
_Copied = tuple[str, str, Mapping[str, str]]
_COPIED: Mapping[str, _Copied] = {
    "register_organisation": ("", "id", {"id": "copied.new", "name": "copied.name"}),
    "register_registeredidentifier": (
        "",
        "organisation_id",
        {"organisation_id": "copied.new", "value": "copied.number"},
    ),
    "register_entry": (
        "",
        "organisation_id",
        {
            "id": _ENTRY.format("original.id"),
            "organisation_id": "copied.new",
            "decision_key": _RENUMBERED.format("original.decision_key"),
            "current_version_id": _VERSION.format("original.current_version_id"),
        },
    ),
    "register_version": (
        _OF_ENTRY,
        "",
        {
            "id": _VERSION.format("original.id"),
            "entry_id": _ENTRY.format("original.entry_id"),
            "subject_name": "copied.name",
            "decision_number": _RENUMBERED.format("original.decision_number"),
        },
    ),
    "register_event": (
        _OF_ENTRY,
        "",
        {
            "entry_id": _ENTRY.format("original.entry_id"),
            "version_id": _VERSION.format("original.version_id"),
        },
    ),
    "register_publicchange": (
        _OF_ENTRY,
        "",
        {
            "entry_id": _ENTRY.format("original.entry_id"),
            "position": "original.position + %(places)s",
            "appeared": "original.appeared + %(places)s",
        },
    ),
}
"""By table: how its entry is found or the column of its organisation, and what a copy has in some columns."""


def multiply(times: int) -> int:
    """Make of the entries in a filled register so many times as many; how many there are.

    Args:
        times: at most 10.

    Raises:
        NotImplementedError: the register is not kept in PostgreSQL.
    """
    if connection.vendor != "postgresql":
        raise NotImplementedError("Only a register in PostgreSQL is multiplied.")
    # Of changes there are more places than entries: one that changes again moves to the end.
    places = ChangeFeed.objects.values_list("last", flat=True).get()
    originals = list(
        Organisation.objects.filter(authority=None).order_by("pk").values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        # As when a database is restored: what held of the originals is not asked of the copies again.
        cursor.execute("SET session_replication_role = replica")
        for number in range(1, times):
            with transaction.atomic():
                _copy(cursor, number, originals, places)
        cursor.execute("RESET session_replication_role")
        ChangeFeed.objects.update(last=places * times)
        name_in_latin()
        cursor.execute(f"TRUNCATE {search_index.TABLE}, {decision_numbers.TABLE}")
        index_all()
        cursor.execute("VACUUM ANALYZE")
    return Entry.objects.count()


def _copy(cursor: Any, number: int, originals: Sequence[str], places: int) -> None:
    """Copy the originals for the time of that number, from 1."""
    numbers = number * _STEP + np.arange(len(originals), dtype=np.int64)
    names, codes = TownFile(_ROWS, clock.today(_ZONE)).organisations(numbers)
    turned = ALPHABET[number:] + ALPHABET[:number]
    other = str.maketrans(ALPHABET, turned)
    cursor.execute(
        "CREATE TEMPORARY TABLE copied (old text PRIMARY KEY, new text, name text, number text)"
        " ON COMMIT DROP"
    )
    with cursor.copy("COPY copied FROM STDIN") as copying:
        for old, name, code in zip(
            originals, names.to_pylist(), as_texts(codes).to_pylist(), strict=True
        ):
            copying.write_row((old, old.translate(other), name, code))
    cursor.execute("ANALYZE copied")
    given = {
        "from": ALPHABET,
        "to": turned,
        "step": number * _STEP,
        "places": number * places,
    }
    for table, copied in _COPIED.items():
        cursor.execute(_statement(cursor, table, *copied), given)


def _statement(
    cursor: Any, table: str, of_entry: str, organisation: str, changed: Mapping[str, str]
) -> str:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_identity = 'NO' AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    # An index by identities takes many at once in their order.
    first = next(name for name in ("id", "entry_id", "organisation_id") if name in changed)
    values = [changed.get(name, f"original.{name}") for name in columns]
    subject = f"original.{organisation}" if organisation else "entry.organisation_id"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
        f" FROM {table} original{of_entry} JOIN copied ON copied.old = {subject}"
        f" ORDER BY {changed[first]}"
    )
