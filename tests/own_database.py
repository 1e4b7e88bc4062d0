"""A database for one test alone, where processes of its own write to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests import made_tables


@contextmanager
def own_database(purpose: str) -> Iterator[str]:
    """Its address, in the PostgreSQL that the tests are run on; "" where they are run on SQLite."""
    server = os.environ.get("TABULARIUM_DATABASE", "")
    if not server.startswith("postgres"):
        yield ""
        return
    text = f"tabularium_{purpose}_{os.getpid()}"
    name = sql.Identifier(text)
    with psycopg.connect(server, autocommit=True) as connection:
        begun = sql.Identifier(made_tables.template(server))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, begun))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{text}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
