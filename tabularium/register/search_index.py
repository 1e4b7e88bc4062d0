"""The index of organisations by name and identifier: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

It is no Django model: the two databases keep it in tables of different kinds. `services` write it in the
transaction that writes the name. It holds authorities, and organisations of which an entry was public: who
is named in drafts alone can be found by nobody, so a load writes nothing here.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import RawSQL

from tabularium.register.ids import as_number
from tabularium.register.search_text import Phrase, end_tokens, index_tokens, query_phrases

TABLE = "register_organisation_search"

# Before and behind each text of an organisation, so that no phrase runs from one into another. A
# character for private use: both databases index it, and no query can hold it, for it is neither
# letter nor digit.
_BREAK = "\ue000"


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


def put(rows: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
    """Index organisations that are not in the index.

    Args:
        rows: identity of each organisation, its names, and its identifiers.
    """
    indexed = [
        (identity, _tokens([*names, *numbers]), sorted(set().union(*map(end_tokens, names))))
        for identity, names, numbers in rows
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, organisation_id, tokens) VALUES (%s, %s, %s)",
                [
                    (as_number(each), each, " ".join([*tokens, *ends]))
                    for each, tokens, ends in indexed
                ],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (organisation_id, tokens) VALUES (%s, %s::tsvector)",
                [(each, _as_tsvector(tokens, ends)) for each, tokens, ends in indexed],
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
    whole = Phrase("", (_BREAK, *index_tokens(text), _BREAK), open_ended=False)
    return _identities_with([whole])


def _identities_with(phrases: Sequence[Phrase]) -> RawSQL:
    if connection.vendor == "sqlite":
        query = " AND ".join(_of_fts5(phrase) for phrase in phrases)
        return RawSQL(f"SELECT organisation_id FROM {TABLE} WHERE tokens MATCH %s", [query])
    query = " & ".join(_of_tsquery(phrase) for phrase in phrases)
    return RawSQL(f"SELECT organisation_id FROM {TABLE} WHERE tokens @@ %s::tsquery", [query])


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


def _as_tsvector(tokens: Sequence[str], ends: Sequence[str]) -> str:
    """The tokens with their places, as PostgreSQL reads a tsvector: tokens have no sign of its own.

    Ends of words have no place: no phrase asks for them.
    """
    placed = [f"'{token}':{place}" for place, token in enumerate(tokens, start=1)]
    return " ".join([*placed, *(f"'{end}'" for end in ends)])


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
