"""Open data as Parquet, by the register's own path, beside DuckDB copying the finished table.

Ours reads the register, makes each record and writes it, digest and sync included: one of the files that
users get. It is made from nothing, and as every night: from the files of the day before, whose digests are
proven first, and what may have changed since. DuckDB has the very same records in a table of its own already,
typed, and copies them with the same compression: it neither reads a register nor makes a record, and is the
harder peer for that.
"""

import os
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.opendata.building import (
    LONGEST,
    Build,
    DataFile,
    read_build,
    write_manifest,
)
from tabularium.opendata.last_build import LastBuild, program, reading, usable
from tabularium.opendata.writers import FORMATS, FileBeingWritten
from tabularium.register.open_columns import blocks_of_records
from tabularium.register.public_changes import begin

# Arrow imports it when it first makes a column: before the clock runs, as what the peer needs.
import_module("pandas")


def write_ours(file: Path) -> dict[str, Any]:
    """Write all records that are public as Parquet: how many, in which time, and processor time."""
    now = clock.now()
    began, cpu = time.perf_counter(), time.process_time()
    written = FileBeingWritten(file, FORMATS["parquet"], now + LONGEST)
    _write_all(None, now, written)
    return _told(began, cpu, written.rows)


def write_last(folder: Path) -> int:
    """Write the files of the last build of which those of now are made; how many records."""
    now = clock.now()
    cursor, files = begin(now), {}
    for kind in Kind:
        name = f"entries-{kind}.parquet"
        written = FileBeingWritten(folder / name, FORMATS["parquet"], now + LONGEST)
        for rows in blocks_of_records(kind, now):
            written.write_encoded(written.format.writer.encoded(rows), len(rows))
        written.finish(os.fsync)
        digest = written.written.digest.hexdigest()
        length = written.written.length
        files[name] = DataFile(name, kind, "parquet", written.rows, length, digest, now + LONGEST)
    write_manifest(Build(folder, now, cursor, files, None, program(), now), os.fsync)
    return sum(each.rows for each in files.values())


def write_again(last: Path, file: Path) -> dict[str, Any]:
    """Write all records that are public as one file of Parquet, by way of the last files in a folder."""
    now = clock.now()
    program()  # Once in a process, whatever it builds.
    began, cpu = time.perf_counter(), time.process_time()
    found = usable(read_build(last), now)
    if found is None:
        raise RuntimeError("The last files cannot be used.")
    written = FileBeingWritten(file, FORMATS["parquet"], now + LONGEST)
    _write_all(found, now, written)
    return _told(began, cpu, written.rows)


def _write_all(last: LastBuild | None, now: datetime, written: FileBeingWritten) -> None:
    with reading(last, now) as records_of:
        for kind in Kind:
            for rows in records_of(kind):
                written.write_encoded(written.format.writer.encoded(rows), len(rows))
    written.finish(os.fsync)


def copy_by_duckdb(file: Path, target: Path) -> dict[str, Any]:
    """Load a Parquet file into DuckDB, and copy the table to another: how many rows, and the times."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE records AS SELECT * FROM read_parquet(?)", [str(file)])
        began, cpu = time.perf_counter(), time.process_time()
        copied = connection.execute(
            "COPY records TO '{}' (FORMAT parquet, COMPRESSION zstd)".format(
                str(target).replace("'", "''")
            )
        ).fetchall()
        with target.open("rb") as stream:
            os.fsync(stream.fileno())
        return _told(began, cpu, int(copied[0][0]))


def _told(began: float, cpu: float, rows: int) -> dict[str, Any]:
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"seconds": seconds, "rows": rows, "cpu_seconds": round(cpu, 3)}
