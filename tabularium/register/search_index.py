"""The index of organisations by name and identifier: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

It is no Django model: the two databases keep it in tables of different kinds. `services` write it in the
transaction that writes the name. It holds authorities, and organisations of which an entry was public: who
is named in drafts alone can be found by nobody, so a load writes nothing here.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from tabularium.register.ids import as_number
from tabularium.register.models import Entry
from tabularium.register.search_compared import Searched, as_text
from tabularium.register.search_text import (
    Phrase,
    end_tokens,
    index_tokens,
    query_phrases,
    whole_token,
)

TABLE = "register_organisation_search"

# Before and behind each text of an organisation, so that no phrase runs from one into another. A
# character for private use: both databases index it, and no query can hold it, for it is neither
# letter nor digit.
_BREAK = "\ue000"

_OF_THE_ROW = RawSQL(f"{TABLE}.organisation_id", ())

Condition = tuple[str, Sequence[Any]]
"""SQL, and its parameters."""


def create(target: BaseDatabaseWrapper) -> None:
    """Create the table."""
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute(
                f"CREATE VIRTUAL TABLE {TABLE} USING fts5(organisation_id UNINDEXED, tokens,"
                " compared UNINDEXED,"
                " tokenize=\"unicode61 remove_diacritics 0\", prefix='1 2 3 4')"
            )
        else:
            cursor.execute(
                f'CREATE TABLE {TABLE} (organisation_id varchar(12) COLLATE "C" PRIMARY KEY,'
                " tokens tsvector NOT NULL, compared text)"
            )
            cursor.execute(f"CREATE INDEX {TABLE}_tokens ON {TABLE} USING gin (tokens)")


def add_compared(target: BaseDatabaseWrapper) -> None:
    """Give a table on PostgreSQL of before that was kept the column for what is compared."""
    with target.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS compared text")


def find_older_fast(target: BaseDatabaseWrapper) -> None:
    """Index on PostgreSQL the rows without what is compared, while others go on, outside a transaction."""
    with target.cursor() as cursor:
        # One that was cut short is left behind, and is not used.
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {TABLE}_older")
        cursor.execute(
            f"CREATE INDEX CONCURRENTLY {TABLE}_older ON {TABLE} (organisation_id)"
            " WHERE compared IS NULL"
        )


def older(most: int) -> list[str]:
    """Organisations whose rows are of before what is compared was kept, locked for this transaction.

    Only PostgreSQL has any: a register on it goes on with former programs while it is upgraded.
    """
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id FROM {TABLE} WHERE compared IS NULL"
            " ORDER BY organisation_id LIMIT %s FOR UPDATE SKIP LOCKED",
            [most],
        )
        return [identity for (identity,) in cursor.fetchall()]


def drop(target: BaseDatabaseWrapper) -> None:
    """Drop the table."""
    with target.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def put(organisations: Iterable[Searched]) -> None:
    """Index organisations that are not in the index; on PostgreSQL also anew what is."""
    rows = [
        (
            each.identity,
            _tokens([*each.names, *each.numbers]),
            sorted(
                set().union(*map(end_tokens, each.names))
                | set(map(whole_token, (*each.names, *each.numbers))) - {""}
            ),
            as_text(each),
        )
        for each in organisations
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, organisation_id, tokens, compared)"
                " VALUES (%s, %s, %s, %s)",
                [
                    (as_number(each), each, " ".join([*tokens, *unplaced]), compared)
                    for each, tokens, unplaced, compared in rows
                ],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (organisation_id, tokens, compared)"
                " VALUES (%s, %s::tsvector, %s) ON CONFLICT (organisation_id)"
                " DO UPDATE SET tokens = excluded.tokens, compared = excluded.compared",
                [
                    (each, _as_tsvector(tokens, unplaced), compared)
                    for each, tokens, unplaced, compared in rows
                ],
            )


def remove(identities: Iterable[str]) -> None:
    """Take organisations out of the index."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"DELETE FROM {TABLE} WHERE rowid = %s",
                [(as_number(identity),) for identity in identities],
            )
        else:
            cursor.executemany(
                f"DELETE FROM {TABLE} WHERE organisation_id = %s",
                [(identity,) for identity in identities],
            )


def purge() -> None:
    """Make sure that nothing of what was removed is left in the index's own tables.

    FTS5 marks a removed row and keeps its words until its segments are merged (its own secure-delete is
    younger than the SQLite of Debian 12); PostgreSQL's vacuum does it by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")


def matching(text: str) -> RawSQL | None:
    """A subquery of the identities of organisations that hold every phrase of `text`.

    Returns:
        None if `text` has nothing to search by.
    """
    phrases = query_phrases(text)
    if not phrases:
        return None
    condition, given = _holding(phrases)
    return RawSQL(f"SELECT organisation_id FROM {TABLE} WHERE {condition}", given)


Row = tuple[str, str | None]
"""The identity of an organisation, and what is compared of it; None in a row of before that was kept."""


def has_one(entries: QuerySet[Entry]) -> QuerySet[Entry, tuple[str]]:
    """The question whether the organisation of a row has one of `entries`, to be put into SQL."""
    return entries.filter(organisation_id=_OF_THE_ROW).order_by().values_list("pk")


def rows_matching(text: str, has_one: Condition, most: int) -> list[Row]:
    """Organisations that hold every phrase of `text`, of which there is something.

    Args:
        text: what is searched for.
        has_one: see there; in SQL, with its parameters.
        most: so many are looked for.
    """
    return _rows(_holding(query_phrases(text)), has_one, most)


def rows_named(text: str, has_one: Condition, most: int) -> list[Row]:
    """The same of those that have `text` as a whole name or identifier."""
    whole = Phrase("", (whole_token(text),), open_ended=False)
    return _rows(_holding([whole]), has_one, most)


def rows_of(identities: Sequence[str], has_one: Condition, most: int) -> list[Row]:
    """The same of certain ones.

    Asked of none too: a search by the number of an organisation that nobody may see takes as many questions
    as one by a number that nobody has.
    """
    if connection.vendor == "sqlite":
        numbers = json.dumps(list(map(as_number, identities)))
        return _rows(("rowid IN (SELECT value FROM json_each(%s))", [numbers]), has_one, most)
    return _rows(("organisation_id = ANY(%s)", [list(identities)]), has_one, most)


def _rows(condition: Condition, has_one: Condition, most: int) -> list[Row]:
    where, given = condition
    asked, more = has_one
    # As for any query: public pages may be read from a copy of the database.
    with connections[router.db_for_read(Entry)].cursor() as cursor:
        cursor.execute(
            f"SELECT organisation_id, compared FROM {TABLE} WHERE {where} AND EXISTS ({asked})"
            " LIMIT %s",
            [*given, *more, most],
        )
        return list(cursor.fetchall())


def _holding(phrases: Sequence[Phrase]) -> Condition:
    if connection.vendor == "sqlite":
        return "tokens MATCH %s", [" AND ".join(_of_fts5(phrase) for phrase in phrases)]
    return "tokens @@ %s::tsquery", [" & ".join(_of_tsquery(phrase) for phrase in phrases)]


def _of_fts5(phrase: Phrase) -> str:
    asked = f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.open_ended else "")
    return f'({asked} OR "{phrase.end_token}" *)' if phrase.within else asked


def _of_tsquery(phrase: Phrase) -> str:
    asked = " <-> ".join(f"'{each}'" for each in phrase.tokens) + (
        ":*" if phrase.open_ended else ""
    )
    return f"({asked} | '{phrase.end_token}':*)" if phrase.within else f"({asked})"


def _tokens(texts: Sequence[str]) -> list[str]:
    tokens = [_BREAK]
    for text in texts:
        tokens += [*index_tokens(text), _BREAK]
    return tokens


def _as_tsvector(tokens: Sequence[str], unplaced: Sequence[str]) -> str:
    """The tokens with their places, as PostgreSQL reads a tsvector: tokens have no sign of its own.

    Ends of words and whole texts have no place: no phrase asks for them.
    """
    placed = [f"'{token}':{place}" for place, token in enumerate(tokens, start=1)]
    return " ".join([*placed, *(f"'{each}'" for each in unplaced)])


def holds(identity: str) -> bool:
    """Whether an organisation is in the index."""
    column, key = (
        ("rowid", as_number(identity))
        if connection.vendor == "sqlite"
        else (
            "organisation_id",
            identity,
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} WHERE {column} = %s", [key])
        return cursor.fetchone() is not None


def identities() -> set[str]:
    """The organisations that are in the index."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT organisation_id FROM {TABLE}")
        return {identity for (identity,) in cursor.fetchall()}
