"""The engines that run a plan: DuckDB here, Spark there, the same expressions on both."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import duckdb
import pyarrow as pa
from pyarrow import parquet

from tabularium.intake.sets.plan import OUTCOME, Plan
from tabularium.intake.sets.queries import BLOCK, filled, query_of
from tabularium.intake.sets.screen import MEMORY, Screen

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "TABULARIUM_SPARK_MASTER"
"""Environment variable with the address of the Spark cluster; without it Spark runs on this machine."""
_ON_THIS_MACHINE = "local[*]"
_ROWS_AT_ONCE = 50_000

Tables = Callable[[], Iterator[pa.Table]]
"""Gives the tables of a file, the same ones each time: `row` and the plan's columns, in order of rows."""


class EngineName(StrEnum):
    """The engines there are."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class EngineMissing(RuntimeError):  # noqa: N818 - it says what is the case, as the messages do
    """An engine is not installed. The text is one line: what is missing, and how to get it."""


class Screened(Protocol):
    """A file's tables, screened one after the other."""

    def of(self, table: pa.Table) -> pa.Table:
        """The next table of the file, screened, in the order of rows; see `Plan.screened`."""

    def begin(self, table: pa.Table) -> Callable[[], pa.Table]:
        """Begin with the next table of the file; what is given waits for the outcome."""

    def close(self) -> None:
        """Let go of memory and of temporary files."""


class Engine(Protocol):
    """What runs plans."""

    def screen(self, plan: Plan, tables: Tables, outcome: Sequence[str] = OUTCOME) -> Screened:
        """Make a plan ready for the tables of a file; of its outcome some columns may be wanted alone."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""


class OnDuckDB:
    """DuckDB, in this process: each table is screened as it comes."""

    def screen(self, plan: Plan, tables: Tables, outcome: Sequence[str] = OUTCOME) -> Screened:
        """See `Engine`."""
        del tables
        return Screen(plan, outcome=outcome)

    def __enter__(self) -> Self:
        """Nothing has to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing has to end."""


class OnSpark:
    """Spark: the file is staged as Parquet and screened as a whole, then read in the order of rows."""

    def __init__(self, session: "SparkSession | None" = None) -> None:
        """Take a session, or begin one when it is needed, and end that."""
        self._session = session
        self._own: SparkSession | None = None

    def screen(self, plan: Plan, tables: Tables, outcome: Sequence[str] = OUTCOME) -> Screened:
        """See `Engine`.

        Raises:
            EngineMissing: Spark or Java is not installed.
        """
        return _SparkScreen(self.session(), plan, tables, outcome)

    def session(self) -> "SparkSession":
        """The session, begun if there is none yet.

        Raises:
            EngineMissing: Spark or Java is not installed.
        """
        if self._session is None:
            self._session = self._own = spark_session()
        return self._session

    def __enter__(self) -> Self:
        """Begin; Spark itself is started when it is needed."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the session, if it is its own."""
        if self._own is not None:
            self._own.stop()


ENGINES: dict[EngineName, Callable[[], Engine]] = {
    EngineName.DUCKDB: OnDuckDB,
    EngineName.SPARK: OnSpark,
}


def spark_session() -> "SparkSession":
    """A new session on the cluster that `TABULARIUM_SPARK_MASTER` names, or on this machine.

    Raises:
        EngineMissing: Spark or Java is not installed.
    """
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise EngineMissing("Spark needs Java 17 or newer, and there is none. Install it.")
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, large and slow to import
    except ImportError:
        raise EngineMissing(
            "Spark is not installed. Install it: pip install --require-hashes -r requirements/spark.lock"
        ) from None
    builder: Any = SparkSession.builder
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        # Two columns of a file may differ in letter case alone.
        "spark.sql.caseSensitive": "true",
        # A query with every check of an item is longer than what Java compiles at once: written as Java
        # it runs slower than without, and has to be written first.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    master = os.environ.get(MASTER, _ON_THIS_MACHINE)
    session: SparkSession = builder.master(master).appName("tabularium").getOrCreate()
    return session


class _SparkScreen:
    """One file on Spark. Parts of the outcome are read as the tables are asked for."""

    def __init__(
        self, session: "SparkSession", plan: Plan, tables: Tables, wanted: Sequence[str]
    ) -> None:
        # Removed on close; a cluster has to see the same folder.
        self._folder = tempfile.TemporaryDirectory(prefix="tabularium-spark-")
        folder = Path(self._folder.name)
        staged, outcome = folder / "staged.parquet", folder / "outcome"
        self._rest: Iterator[pa.RecordBatch] = iter(())
        self._part: pa.Table | None = None
        if _stage(plan, tables(), staged):
            session.read.parquet(str(staged)).createOrReplaceTempView(BLOCK)
            # Sorting there would work everything out twice, for Spark looks at a sample first.
            session.sql(query_of(plan, "pyspark", wanted)).write.parquet(str(outcome))
            self._rest = _in_order(outcome)

    def of(self, table: pa.Table) -> pa.Table:
        """The next rows of the outcome: those of the table.

        Raises:
            RuntimeError: they are not the table's, so that what was screened was another file.
        """
        wanted = table.num_rows
        parts: list[pa.Table] = [] if self._part is None else [self._part]
        while sum(each.num_rows for each in parts) < wanted:
            parts.append(pa.Table.from_batches([next(self._rest)]))
        whole = pa.concat_tables(parts) if parts else None
        if whole is None:
            return table.slice(0, 0)
        self._part = whole.slice(wanted)
        screened = whole.slice(0, wanted)
        if not screened["row"].combine_chunks().equals(table["row"].combine_chunks()):
            raise RuntimeError("The file changed while it was checked. Check it again.")
        return screened

    def begin(self, table: pa.Table) -> Callable[[], pa.Table]:
        """The next rows of the outcome, which lie ready."""
        screened = self.of(table)
        return lambda: screened

    def close(self) -> None:
        """Remove the temporary files."""
        self._folder.cleanup()


def _stage(plan: Plan, tables: Iterator[pa.Table], path: Path) -> int:
    """Write a file's tables as one Parquet file; the number of rows."""
    texts = [(name, pa.string()) for name in plan.names]
    schema = pa.schema([("row", pa.int64()), *texts])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(filled(table.select(schema.names)))
            count += table.num_rows
    return count


def _in_order(folder: Path) -> Iterator[pa.RecordBatch]:
    """The rows that Spark wrote in several parts, in their order, in little memory."""
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder)}) as merging:
        parts = merging.read_parquet(str(folder / "part-*.parquet"))
        yield from parts.order("row").to_arrow_reader(_ROWS_AT_ONCE)
