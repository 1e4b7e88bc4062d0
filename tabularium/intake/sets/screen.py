"""A plan run on one machine, block after block, by DuckDB."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue
from threading import Lock
from typing import Any

import pyarrow as pa
from pyarrow import compute

from tabularium.intake.sets.check_sums import known_fits
from tabularium.intake.sets.feeding import Fed
from tabularium.intake.sets.glance import Glance
from tabularium.intake.sets.plan import OUTCOME, Plan
from tabularium.intake.sets.plan_queries import WHOLE, queries_for
from tabularium.intake.sets.queries import BLOCK, filled
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.texts import bound

ODD = "odd"
"""Name of the fact whether the first look found anything."""
MEMORY = "128MB"
"""Of each DuckDB; a part of a block and what is made of it need less."""
MOST_WORKERS = 4
_FEWEST_ROWS = 8_000
"""Rows below which a block is not shared."""
_SAMPLE = 20_000
_FEWEST_TO_JUDGE = 1_000
"""Rows below which nothing is known of how often a column says the same."""
_OFTEN = 4
"""A value that comes so often at least, on average, is worth finding its like for."""
_LONG = 120
"""Bytes of a cell from which on, on average, it is hardly ever said twice."""
_FEW = 200
"""Rows of a block that take no longer one by one than a query to be begun."""
_FEW_DOUBTFUL = 10
"""Cells of a block that take no longer in the row path than a pattern to be made ready for them."""
_MOST_KEPT = 250_000
"""Distinct values of a column whose facts are kept from block to block."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the columns of a file are gone through; the outcome is the same either way, but for odd rows.

    Attributes:
        apart: names of the columns that are asked for their distinct values.
        looked: whether Arrow takes the first look at all columns, in half the time of DuckDB. Rows in which
            it finds something are then screened by themselves, or if they are few left to the row path.
    """

    apart: frozenset[str] = frozenset()
    looked: bool = False


def manner_for(table: pa.Table, plan: Plan) -> Manner:
    """How to go through a file that begins with such a table."""
    some = table.slice(0, _SAMPLE)
    rows = some.num_rows
    if rows < _FEWEST_TO_JUDGE:
        return Manner()
    apart = [
        name
        for name in plan.names
        if compute.sum(compute.binary_length(some[name])).as_py() <= rows * _LONG
        and compute.count_distinct(some[name]).as_py() * _OFTEN <= rows
    ]
    return Manner(frozenset(apart), looked=True)


class Screen:
    """The checks of a plan, made ready once for any number of blocks, by the first of them.

    Blocks are shared among workers, each with a DuckDB of its own: threads of one DuckDB share its compiled
    patterns, and wait for each other at every text.
    """

    def __init__(
        self,
        plan: Plan,
        workers: int | None = None,
        outcome: Sequence[str] = OUTCOME,
        manner: Manner | None = None,
    ) -> None:
        """Prepare; the columns of a block are those of `Plan.names`.

        Args:
            plan: what to run.
            workers: how many parts of a block are screened at once; None for one a processor.
            outcome: the columns of `Plan.screened` that are wanted, `row` among them.
            manner: how to go through the columns; None: as the first block suggests.
        """
        self._plan, self._wanted, self._manner = plan, tuple(outcome), manner
        self._names = ("row", *plan.names)
        self._count = workers or min(os.cpu_count() or 1, MOST_WORKERS)
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="screen")
        self._parts: _Parts | None = None
        self._making = Lock()
        self._workers: list[_Worker] = []
        self._idle: SimpleQueue[_Worker] = SimpleQueue()

    def of(self, table: pa.Table) -> pa.Table:
        """The table screened by all workers together, in the order of rows; see `Plan.screened`."""
        share = max(-(-table.num_rows // self._count), _FEWEST_ROWS)
        starts = [*range(0, max(table.num_rows, 1), share), table.num_rows]
        parts = [table.slice(start, end - start) for start, end in pairwise(starts)]
        if len(parts) == 1:
            return self._screened(table)
        return pa.concat_tables(self._threads.map(self._screened, parts))

    def begin(self, table: pa.Table) -> Callable[[], pa.Table]:
        """Begin to screen a table by one worker; what is given waits for the outcome."""
        return self._threads.submit(self._screened, table).result

    def close(self) -> None:
        """Let go of threads and memory."""
        self._threads.shutdown()
        for worker in self._workers:
            worker.close()
        if self._parts is not None:
            self._parts.close()

    def _screened(self, table: pa.Table) -> pa.Table:
        given = filled(table.select(self._names))
        worker = self._worker(given)
        try:
            return worker.screened(given)
        finally:
            self._idle.put(worker)

    def _worker(self, table: pa.Table) -> "_Worker":
        if self._idle.empty():
            with self._making:
                if self._parts is None:
                    manner = self._manner or manner_for(table, self._plan)
                    self._parts = _Parts(self._plan, self._wanted, manner, table)
                if len(self._workers) < self._count:
                    self._workers.append(_Worker(self._parts))
                    return self._workers[-1]
        return self._idle.get()


class _Parts:
    """A plan in parts, translated, with the facts known of columns' values."""

    def __init__(
        self, plan: Plan, wanted: tuple[str, ...], manner: Manner, table: pa.Table
    ) -> None:
        self.queries = queries_for(plan, wanted, manner.apart, looked=manner.looked)
        self.glances = _glances(plan, table, manner)
        done = range(len(plan.names)) if manner.looked else ()
        self.looks = {plan.names[number]: plan.first_look(number) for number in done}
        # One DuckDB for all of them, and one thread at a time: after some blocks there is little to ask.
        self._asking = Fed(MEMORY)
        lock = Lock()
        asked = self.queries.facts
        self.facts = {
            name: _Facts(name, asked.get(name, ""), self.looks.get(name, ""), self._asking, lock)
            for name in manner.apart
        }

    def close(self) -> None:
        self._asking.close()


class _Facts:
    """What the checks say of a column's values, each worked out when it is first met."""

    def __init__(self, name: str, query: str, look: str, asking: Fed, lock: Lock) -> None:
        self._asking, self._lock = asking, lock
        self._name, self._query, self._look = name, query, look
        self._values = pa.array([], pa.string())
        self._known: pa.Table | None = None

    def of(self, column: pa.Array) -> pa.Table:
        """The facts of each row, and whether the first look finds anything in it (`ODD`)."""
        encoded = column.dictionary_encode()
        with self._lock:
            values, known = self._values, self._known
            places = compute.index_in(encoded.dictionary, value_set=values)
            if known is None or places.null_count:
                values, known = self._learnt(encoded.dictionary, places)
                places = compute.index_in(encoded.dictionary, value_set=values)
        return known.take(places.take(encoded.indices))

    def _learnt(self, values: pa.Array, places: pa.Array) -> tuple[pa.Array, pa.Table]:
        """What is known with these values, of which the places among those known so far are given."""
        new = values.filter(compute.is_null(places))
        if self._known is None or len(self._values) + len(new) > _MOST_KEPT:
            self._values, self._known = values, self._asked(values)
        else:
            self._values = pa.concat_arrays([self._values, new])
            self._known = pa.concat_tables([self._known, self._asked(new)]).combine_chunks()
        return self._values, self._known

    def _asked(self, values: pa.Array) -> pa.Table:
        columns = {ODD: _found(values, self._look)}
        if self._query:
            table = pa.table({self._name: values})
            said = self._asking.answer(f"{BLOCK}_{self._name}", self._query, table)
            columns |= _columns(said.combine_chunks())
        return pa.table(columns)


class _Worker:
    """One DuckDB of one thread, with the query for the rest planned."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self._fed = Fed(MEMORY)

    def screened(self, table: pa.Table) -> pa.Table:
        given, odd = self._looked_through(table)
        said = _in_order(self._fed.answer(BLOCK, self._parts.queries.rest, given))
        count = compute.sum(odd).as_py() or 0
        if not count:
            return said
        if count > _FEW:
            others = self._fed.answer(WHOLE, self._parts.queries.whole, table.filter(odd))
            return _in_order(pa.concat_tables([said.filter(compute.invert(odd)), others]))
        # Of the column's own type, or parts of a block with and without such rows would not go together.
        unusual = pa.scalar(int(Reason.UNUSUAL_CHARACTERS), said["reasons"].type)
        reasons = compute.if_else(odd, unusual, said["reasons"])
        return said.set_column(said.column_names.index("reasons"), "reasons", reasons)

    def _looked_through(self, table: pa.Table) -> tuple[pa.Table, Any]:
        """What the query for the rest takes, and the rows in which the first look found anything."""
        columns = {"row": table["row"]}
        odd = pa.repeat(pa.scalar(False), table.num_rows)
        for number, name in enumerate(table.column_names[1:]):
            column = _whole(table[name])
            if name in self._parts.facts:
                said = _columns(self._parts.facts[name].of(column))
                odd = compute.or_(odd, said.pop(ODD).combine_chunks())
                columns |= said
                continue
            columns[name] = column
            if name in self._parts.queries.summed:
                known, scheme = self._parts.queries.summed[name]
                columns[known] = known_fits(column, scheme)
            if name in self._parts.looks:
                columns[bound(number)] = _bytes(column)
                odd = compute.or_(odd, self._found(name, column))
        return pa.table(columns), odd

    def _found(self, name: str, texts: pa.Array) -> pa.Array:
        """Whether the first look finds anything in a cell; at few that are doubtful nobody looks."""
        look, glance = self._parts.looks[name], self._parts.glances.get(name)
        if glance is None:
            return _found(texts, look)
        doubtful = glance.doubtful(texts)
        if int(doubtful.sum()) > _FEW_DOUBTFUL:
            some = pa.array(doubtful)
            doubtful[doubtful] = _found(texts.filter(some), look).to_numpy(zero_copy_only=False)
        return pa.array(doubtful)

    def close(self) -> None:
        self._fed.close()


def _glances(plan: Plan, table: pa.Table, manner: Manner) -> dict[str, Glance]:
    """The glances at columns, as far as they leave little doubtful, by what the columns hold at first."""
    if not manner.looked:
        return {}
    glances = {
        name: plan.glance(number, _whole(table[name].slice(0, _SAMPLE)))
        for number, name in enumerate(plan.names)
        if name not in manner.apart
    }
    return {name: glance for name, glance in glances.items() if glance is not None}


def _found(texts: pa.Array, look: str) -> pa.Array:
    if not look:
        return pa.repeat(pa.scalar(False), len(texts))
    return compute.match_substring_regex(texts, look)


def _bytes(texts: pa.Array) -> pa.Array:
    return compute.binary_length(texts).cast(pa.int64())


def _columns(table: pa.Table) -> dict[str, Any]:
    return dict(zip(table.column_names, table.columns, strict=True))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


def _in_order(table: pa.Table) -> pa.Table:
    rows = table["row"].to_numpy()
    return table if bool((rows[1:] > rows[:-1]).all()) else table.sort_by("row")
