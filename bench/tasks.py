"""What a measured process does: one task, timed by itself, its answer one line of JSON.

Timed is the call alone: modules are imported and the database is open, nothing else is prepared.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import django

from bench import log, peers
from bench.facts import ITEM
from tabularium.cli.folder import make, set_up

Answer = dict[str, Any]


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def write_town(*, file: str, rows: int, today: str) -> Answer:
    """Write the file of the made-up town."""
    django.setup()
    from bench.town import TownFile  # noqa: PLC0415 - only when Django is set up

    seconds, _ = _timed(lambda: TownFile(rows, date.fromisoformat(today)).write(Path(file)))
    return {"seconds": seconds, "rows": rows}


def make_register(*, folder: str) -> Answer:
    """Make an empty register, in the database that the environment names."""
    seconds, _ = _timed(lambda: make(Path(folder)))
    return {"seconds": seconds, "rows": 0}


def submit(*, file: str, folder: str) -> Answer:
    """Submit the file."""
    set_up(Path(folder))
    from bench import ours  # noqa: PLC0415 - only when Django is set up

    item = ours.open_with_item(Path(folder))
    seconds, taken_in = _timed(lambda: ours.take_in(Path(file), item))
    return {
        "seconds": seconds,
        "rows": taken_in.rows_read,
        "said": asdict(taken_in),
        "kept": ours.kept(),
    }


def fill(*, folder: str, rows: int, to_an_organisation: int) -> Answer:
    """Make a register and fill it with public entries."""
    make(Path(folder))
    from bench import filling  # noqa: PLC0415 - only when Django is set up

    file = Path(folder) / "town.csv"
    seconds, entries = _timed(
        lambda: filling.fill(Path(folder), file, rows, to_an_organisation=to_an_organisation)
    )
    return {"seconds": seconds, "rows": entries}


def multiply(*, folder: str, times: int) -> Answer:
    """Make of the public entries of a filled register so many times as many."""
    set_up(Path(folder))
    from bench import multiplying  # noqa: PLC0415 - only when Django is set up

    seconds, entries = _timed(lambda: multiplying.multiply(times))
    return {"seconds": seconds, "rows": entries}


def check(*, file: str) -> Answer:
    """Check the file, without a register."""
    django.setup()
    from bench import ours  # noqa: PLC0415 - only when Django is set up

    seconds, checked = _timed(lambda: ours.check(Path(file)))
    return {"seconds": seconds, "rows": checked.rows_read, "said": asdict(checked), "kept": {}}


def frictionless(*, file: str) -> Answer:
    """Let frictionless check the file against the item's schema."""
    import frictionless as _  # noqa: F401, PLC0415 - imported before the clock runs, as ours is

    schema = peers.table_schema(ITEM)
    seconds, rows = _timed(lambda: peers.validate(Path(file), schema))
    return {"seconds": seconds, "rows": rows}


def copy(*, file: str, address: str) -> Answer:
    """COPY the file into one table of PostgreSQL."""
    peers.make_postgresql_table(address, _columns())
    seconds, rows = _timed(lambda: peers.copy(Path(file), address))
    return {"seconds": seconds, "rows": rows}


def executemany(*, file: str, database: str) -> Answer:
    """Insert the file's rows into one table of SQLite."""
    peers.make_sqlite_table(Path(database), _columns())
    seconds, rows = _timed(lambda: peers.executemany(Path(file), Path(database)))
    return {"seconds": seconds, "rows": rows}


def hash_alone(*, leaves: int) -> Answer:
    """Hash as often as a tree of so many leaves needs, by hashlib alone."""
    seconds, rows = _timed(lambda: log.hash_alone(leaves))
    return {"seconds": seconds, "rows": rows}


def grow_log(*, leaves: int) -> Answer:
    """Make the tiles and bundles of a log of so many leaves, in memory."""
    every = log.entries(leaves)
    seconds, (root, files) = _timed(lambda: log.grow(every))
    return {"seconds": seconds, "rows": leaves, "root": root == log.root_of(every), "files": files}


def publish_log(*, leaves: int, folder: str) -> Answer:
    """Sign a log of so many leaves and publish it in files."""
    every = log.entries(leaves)
    root, _ = log.grow(every)
    seconds, rows = _timed(lambda: log.publish(Path(folder), every, root))
    return {"seconds": seconds, "rows": rows}


def make_extracts(*, folder: str, way: str, times: int) -> Answer:
    """Make the extract of one entry so many times, in a register that is made for it."""
    make(Path(folder))
    from bench.extracts import public_entry, ways  # noqa: PLC0415 - only when Django is set up

    made = ways(public_entry())[way]
    made()
    seconds, _ = _timed(lambda: [made() for _ in range(times)])
    return {"seconds": seconds, "rows": times}


def sample(*, folder: str) -> Answer:
    """Choose entries and organisations of a filled register to ask for."""
    set_up(Path(folder))
    from bench import reading_tasks  # noqa: PLC0415 - only when Django is set up

    seconds, chosen = _timed(reading_tasks.sample)
    return {"seconds": seconds, "rows": chosen["entries"], **chosen}


def flatten(*, folder: str, database: str) -> Answer:
    """Write what is public in a register into one table of SQLite."""
    set_up(Path(folder))
    from bench import reading_tasks  # noqa: PLC0415 - only when Django is set up

    seconds, rows = _timed(lambda: reading_tasks.flatten(Path(database)))
    return {"seconds": seconds, "rows": rows}


def bare_look_up(*, folder: str, way: str, seconds: float) -> Answer:
    """Ask a register's database for what an answer says, again and again."""
    set_up(Path(folder))
    from bench import reading_tasks  # noqa: PLC0415 - only when Django is set up

    outcome = reading_tasks.bare_look_up(way, seconds)
    return {"seconds": outcome.seconds, "rows": outcome.rows, **outcome.said}


def search_side_by_side(*, folder: str) -> Answer:
    """Search a filled register by parts of names, and ask its index the same."""
    set_up(Path(folder))
    from bench import searching  # noqa: PLC0415 - only when Django is set up

    seconds, said = _timed(searching.side_by_side)
    return {"seconds": seconds, "rows": said["texts"], **said}


def snapshot(*, folder: str, file: str) -> Answer:
    """Write what is public in a register as Parquet."""
    set_up(Path(folder))
    from bench import snapshot as parquet  # noqa: PLC0415 - only when Django is set up

    return parquet.write_ours(Path(file))


def live_a_day(*, folder: str, last: str) -> Answer:
    """Write files of Parquet of what is public, and let a day pass in the register after it."""
    set_up(Path(folder))
    from bench import changing  # noqa: PLC0415 - only when Django is set up
    from bench import snapshot as parquet  # noqa: PLC0415 - only when Django is set up

    changing.before_the_day()
    Path(last).mkdir()
    rows = parquet.write_last(Path(last))
    seconds, _ = _timed(changing.the_day)
    return {"seconds": seconds, "rows": rows}


def snapshot_again(*, folder: str, last: str, file: str) -> Answer:
    """Write what is public in a register as Parquet, by way of the last files."""
    set_up(Path(folder))
    from bench import snapshot as parquet  # noqa: PLC0415 - only when Django is set up

    return parquet.write_again(Path(last), Path(file))


def copy_parquet(*, file: str, target: str) -> Answer:
    """Let DuckDB copy the same records to Parquet."""
    django.setup()
    from bench import snapshot as parquet  # noqa: PLC0415 - only when Django is set up

    return parquet.copy_by_duckdb(Path(file), Path(target))


def sizes(*, folder: str) -> Answer:
    """How many entries a register holds, and on PostgreSQL what tables and indexes take."""
    set_up(Path(folder))
    from bench import storage  # noqa: PLC0415 - only when Django is set up

    seconds, said = _timed(storage.sizes)
    return {"seconds": seconds, "rows": said["entries"], **said}


def _columns() -> list[str]:
    return [field["name"] for field in peers.table_schema(ITEM)["fields"]]


TASKS: Mapping[str, Callable[..., Answer]] = {
    each.__name__: each
    for each in (
        write_town,
        make_register,
        submit,
        fill,
        multiply,
        check,
        frictionless,
        copy,
        executemany,
        hash_alone,
        grow_log,
        publish_log,
        make_extracts,
        sample,
        flatten,
        bare_look_up,
        search_side_by_side,
        snapshot,
        live_a_day,
        snapshot_again,
        copy_parquet,
        sizes,
    )
}


def peak_of(process: int | str) -> int:
    """Bytes of memory that a process had at most (VmHWM of Linux); 0 if it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    """Do the task that the first argument names with the arguments that the second gives in JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tabularium.settings")
    answer = TASKS[sys.argv[1]](**json.loads(sys.argv[2]))
    answer["peak_memory"] = peak_of("self")
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
