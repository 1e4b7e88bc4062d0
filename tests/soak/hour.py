"""An hour of mixed reads and writes: no error, and memory that does not grow.

    python -m tests.soak.hour        # SOAK_MINUTES=60 and the database of TABULARIUM_DATABASE, SQLite if none

It ends with 1 where an answer was wrong, something acknowledged is lost, a check fails or memory grew.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.soak.load import Load, Register, served

MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))
EVERY = 5.0
"""Seconds between two looks at memory."""
SAID_EVERY = 60
"""Looks between two lines that say how it stands: five minutes."""
MOST_GROWTH = 1.10
"""Of the last quarter over the second: the first is that in which processes read what they need."""


def growth(memory: list[int]) -> float:
    """The last quarter over the second, by their medians."""
    quarter = len(memory) // 4
    if not quarter:
        return 1.0
    return median(memory[-quarter:]) / median(memory[quarter : 2 * quarter])


def soak(folder: Path, minutes: float) -> list[str]:
    """Run, tell the figures, and say what was wrong."""
    register = Register(folder, os.environ.get("TABULARIUM_DATABASE", ""))
    register.make()
    memory: list[int] = []
    with served(register) as server:
        load = Load(server, seed=1)
        with load.running(readers=3, writers=1, pause=0.01):
            ends = time.monotonic() + minutes * 60
            while time.monotonic() < ends:
                time.sleep(EVERY)
                memory.append(server.memory())
                if len(memory) % SAID_EVERY == 0:
                    # A run that is cut short leaves this.
                    answers, kept = sum(load.statuses.values()), len(load.acknowledged)
                    told = f"{answers} answers, {kept} acknowledged, {memory[-1] >> 10} MiB."
                    sys.stdout.write(told + "\n")
                    sys.stdout.flush()
    counted = ", ".join(
        f"{what} {status}: {n}" for (what, status), n in sorted(load.statuses.items())
    )
    sys.stdout.write(f"{minutes:g} minutes. {counted}. Cut off: {load.gone}." + "\n")
    slowest = ", ".join(f"{what} {seconds:.2f} s" for what, seconds in sorted(load.late.items()))
    sys.stdout.write(
        f"Slowest: {slowest}. Decisions acknowledged: {len(load.acknowledged)}." + "\n"
    )
    sys.stdout.write(
        f"Memory: {memory[0] >> 10} MiB at first, {max(memory) >> 10} at most, {memory[-1] >> 10} at last;\n"
    )
    sys.stdout.write(f"the last quarter over the second: {growth(memory):.3f}." + "\n")
    wrong = load.errors[:10]
    if load.gone:
        wrong.append(f"{load.gone} calls were cut off.")
    lost = register.lost(load.acknowledged)
    if lost:
        wrong.append(f"Lost: {sorted(lost)[:10]}")
    if growth(memory) > MOST_GROWTH:
        wrong.append(
            f"Memory grew: {[each >> 10 for each in memory[:: max(1, len(memory) // 40)]]}"
        )
    register.is_whole()
    return wrong


def main() -> int:
    """Run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tabularium-soak-") as folder:
        wrong = soak(Path(folder), MINUTES)
    for each in wrong:
        sys.stdout.write(each + "\n")
    sys.stdout.write("Something was wrong." if wrong else "All went well." + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
