"""The programs that Tabularium is measured against, each as its own documentation has it used."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tabularium.intake.item_parts import SchemaField
from tabularium.intake.items import parse_item

READ_BLOCK = 1 << 20
TABLE = "bare"


def table_schema(item: Path) -> dict[str, Any]:
    """The Frictionless Table Schema of a catalogue item, as a descriptor."""
    schema = parse_item(item.read_text("utf-8"), item.name).schema
    return {
        "fields": [_field(field) for field in schema.fields],
        "missingValues": sorted(schema.missing_values),
    }


def _field(field: SchemaField) -> dict[str, Any]:
    constraints = {
        "required": field.required,
        "pattern": field.pattern.pattern if field.pattern else None,
        "enum": sorted(field.allowed),
        "maxLength": field.longest,
    }
    described = {
        "name": field.name,
        "type": str(field.type),
        "format": field.formats[0] if field.formats else None,
        "constraints": {name: value for name, value in constraints.items() if value},
    }
    return {name: value for name, value in described.items() if value}


def validate(file: Path, schema: dict[str, Any]) -> int:
    """Let frictionless check a file against a Table Schema.

    Returns:
        How many rows it read.

    Raises:
        ValueError: it found something wrong, which no planted fault is to a Table Schema.
    """
    from frictionless import Resource, Schema  # noqa: PLC0415 - in bench.lock alone

    resource = Resource(
        path=file.name,
        basepath=str(file.parent),
        schema=Schema.from_descriptor(schema),
        encoding="utf-8",
    )
    report = resource.validate()
    if not report.valid:
        raise ValueError(f"frictionless says: {report.flatten(['rowNumber', 'type'])[:5]}")
    return int(report.tasks[0].stats["rows"])


def make_postgresql_table(address: str, columns: list[str]) -> None:
    """A table of texts without index or constraint."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE TABLE {} ({})").format(
                sql.Identifier(TABLE),
                sql.SQL(", ").join(
                    sql.SQL("{} text").format(sql.Identifier(name)) for name in columns
                ),
            )
        )


def copy(file: Path, address: str) -> int:
    """COPY a CSV file as it stands into the table, block by block, and commit.

    Returns:
        How many rows the table has.
    """
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(sql.Identifier(TABLE))
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        with file.open("rb") as source, cursor.copy(statement) as target:
            while block := source.read(READ_BLOCK):
                target.write(block)
        return cursor.rowcount


def make_sqlite_table(database: Path, columns: list[str]) -> None:
    """A table of texts without index or constraint, in a file with a write-ahead log."""
    names = ", ".join(f'"{name}" TEXT' for name in columns)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"CREATE TABLE {TABLE} ({names})")


def executemany(file: Path, database: Path) -> int:
    """Insert the rows of a CSV file into the table in one transaction, and commit.

    Returns:
        How many rows were inserted.
    """
    with (
        file.open(encoding="utf-8", newline="") as source,
        closing(sqlite3.connect(database)) as connection,
        connection,
    ):
        connection.execute("PRAGMA synchronous=NORMAL")
        rows = csv.reader(source)
        places = ", ".join("?" for _ in next(rows))
        return connection.executemany(
            f"INSERT INTO {TABLE} VALUES ({places})",  # noqa: S608 - a constant and question marks
            rows,
        ).rowcount
