"""Empty registers and empty databases, a fresh one for each run."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench import processes

# Of this process alone, so that two benchmarks on one server do not meet.
_OURS = f"tabularium_bench_{os.getpid()}"
_DATABASE = "TABULARIUM_DATABASE"


@dataclass(frozen=True, slots=True)
class Register:
    """An empty register: its data folder, and the environment in which it is found."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Registers(Protocol):
    """Where registers are made."""

    name: str

    def fresh(self) -> AbstractContextManager[Register]:
        """An empty register, which is gone after the block."""
        ...


class SqliteRegisters:
    """Registers in files: one is made, and every run gets a copy."""

    name = "SQLite"

    def __init__(self, work: Path) -> None:
        self._work = work
        self._pattern = work / "register-pattern"
        processes.run("make_register", {_DATABASE: ""}, work, folder=str(self._pattern))

    @contextmanager
    def fresh(self) -> Iterator[Register]:
        """An empty register in a folder."""
        folder = self._work / "register"
        shutil.copytree(self._pattern, folder)
        try:
            yield Register(folder, {_DATABASE: ""})
        finally:
            shutil.rmtree(folder)


class PostgresqlRegisters:
    """Registers in databases of their own beside the one that is named, which itself is left alone.

    Raises:
        psycopg.Error: the server cannot be reached, or the account may not make databases.
    """

    name = "PostgreSQL"

    def __init__(self, address: str, work: Path) -> None:
        self._address = address
        self._work = work
        self._folder = work / "postgresql-folder"
        self._pattern = f"{_OURS}_pattern"
        self._drop(self._pattern)
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._pattern)))
        processes.run(
            "make_register",
            {_DATABASE: self._address_of(self._pattern)},
            work,
            folder=str(self._folder),
        )

    @contextmanager
    def fresh(self) -> Iterator[Register]:
        """An empty register in a database."""
        with self._database(self._pattern) as address:
            yield Register(self._folder, {_DATABASE: address})

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table."""
        with self._database("template0") as address:
            yield address

    def close(self) -> None:
        """Remove what the registers were made from."""
        self._drop(self._pattern)

    def version(self) -> str:
        """Of the server."""
        with psycopg.connect(self._address) as connection:
            return str(connection.execute("SHOW server_version").fetchall()[0][0]).split()[0]

    def settings(self) -> dict[str, str]:
        """The settings on which durability and speed depend most."""
        names = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
        with psycopg.connect(self._address) as connection:
            return {
                name: connection.execute("SELECT current_setting(%s)", [name]).fetchall()[0][0]
                for name in names
            }

    @contextmanager
    def _database(self, pattern: str) -> Iterator[str]:
        self._drop(_OURS)
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(_OURS), sql.Identifier(pattern)
            )
        )
        # Or the flushing of what ran before would be counted to what runs now.
        self._run(sql.SQL("CHECKPOINT"))
        try:
            yield self._address_of(_OURS)
        finally:
            self._drop(_OURS)

    def _address_of(self, name: str) -> str:
        return make_conninfo(self._address, dbname=name)

    def _drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement)
