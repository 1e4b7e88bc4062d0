"""The index of organisations by name and identifier: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

It is no Django model: the two databases keep it in tables of different kinds. `services` write it in the
transaction that writes the name.
"""

from collections.abc import Iterable, Sequence

import pyarrow as pa
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from tabularium.register import bulk
from tabularium.register.ids import as_number
from tabularium.register.search_text import index_tokens, query_phrases

TABLE = "register_organisation_search"

# Before and behind each text of an organisation, so that no phrase runs from one into another. A
# character for private use: both databases index it, and no query can hold it, for it is neither
# letter nor digit.
_BREAK = "\ue000"

# The last place in a text that PostgreSQL keeps, and how many of one word.
_LAST_PLACE, _MOST_PLACES = 16383, 255
_PLACES = [place.to_bytes(2, "big") for place in range(1, _LAST_PLACE + 1)]
_COUNTS = [b"\0" + number.to_bytes(2, "big") for number in range(_MOST_PLACES + 1)]
"""The end of a word, and how many places follow."""


def create(target: BaseDatabaseWrapper) -> None:
    """Create the table."""
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute(
                f"CREATE VIRTUAL TABLE {TABLE} USING fts5(organisation_id UNINDEXED, tokens,"
                " tokenize=\"unicode61 remove_diacritics 0\", prefix='1 2 3 4')"
            )
        else:
            cursor.execute(
                f"CREATE TABLE {TABLE}"
                ' (organisation_id varchar(12) COLLATE "C" PRIMARY KEY, tokens tsvector NOT NULL)'
            )
            cursor.execute(f"CREATE INDEX {TABLE}_tokens ON {TABLE} USING gin (tokens)")


def drop(target: BaseDatabaseWrapper) -> None:
    """Drop the table."""
    with target.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def put(rows: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Index organisations that are not in the index.

    Args:
        rows: identity of each organisation, and its names and identifiers.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, organisation_id, tokens) VALUES (%s, %s, %s)",
                [
                    (as_number(identity), identity, " ".join(_tokens(texts)))
                    for identity, texts in rows
                ],
            )
        return
    indexed = [(identity, _as_tsvector(_tokens(texts))) for identity, texts in rows]
    identities, tokens = zip(*indexed, strict=True) if indexed else ((), ())
    bulk.insert(
        TABLE,
        {
            "organisation_id": pa.array(identities, pa.string()),
            "tokens": pa.array(tokens, pa.binary()),
        },
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
    return _identities_with(phrases) if phrases else None


def named(text: str) -> RawSQL:
    """A subquery of the identities of organisations that have `text` as a whole name or identifier."""
    return _identities_with([([_BREAK, *index_tokens(text), _BREAK], False)])


def _identities_with(phrases: Sequence[tuple[Sequence[str], bool]]) -> RawSQL:
    if connection.vendor == "sqlite":
        query = " AND ".join(
            f'"{" ".join(tokens)}"' + (" *" if open_ended else "") for tokens, open_ended in phrases
        )
        return RawSQL(f"SELECT organisation_id FROM {TABLE} WHERE tokens MATCH %s", [query])
    query = " & ".join(
        "(" + " <-> ".join(f"'{each}'" for each in tokens) + (":*" if open_ended else "") + ")"
        for tokens, open_ended in phrases
    )
    return RawSQL(f"SELECT organisation_id FROM {TABLE} WHERE tokens @@ %s::tsquery", [query])


def _tokens(texts: Sequence[str]) -> list[str]:
    tokens = [_BREAK]
    for text in texts:
        tokens += [*index_tokens(text), _BREAK]
    return tokens


def _as_tsvector(tokens: Sequence[str]) -> bytes:
    """The tokens with their places, as PostgreSQL's `tsvectorrecv` reads them."""
    places: dict[str, bytes] = {}
    for token, place in zip(tokens, _PLACES, strict=False):
        places[token] = places.get(token, b"") + place
    for token in tokens[len(_PLACES) :]:
        places.setdefault(token, _PLACES[-1])
    parts = [len(places).to_bytes(4, "big")]
    for token, its_places in places.items():
        kept = its_places[: 2 * _MOST_PLACES]
        parts += (token.encode(), _COUNTS[len(kept) // 2], kept)
    return b"".join(parts)


def identities() -> set[str]:
    """The organisations that are in the index."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT organisation_id FROM {TABLE}")
        return {identity for (identity,) in cursor.fetchall()}
