"""What was measured, and a line of the results."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.processes import Outcome


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs of the same thing.

    Attributes:
        rows: of the file.
        outcomes: of each run.
    """

    rows: int
    outcomes: Sequence[Outcome]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(each.seconds for each in self.outcomes)

    @property
    def rate(self) -> float:
        """Rows a second at the median."""
        return self.rows / self.seconds

    @property
    def peak_memory(self) -> int:
        """Bytes, the most of all runs."""
        return max(each.peak_memory for each in self.outcomes)

    @property
    def temporary_disk(self) -> int:
        """Bytes, the most of all runs."""
        return max(each.temporary_disk for each in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """For the file of results; sizes in MiB."""
        return {
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "seconds_of_each_run": [round(each.seconds, 3) for each in self.outcomes],
            "rows_per_second": round(self.rate),
            "peak_memory_mib": round(self.peak_memory / 2**20),
            "temporary_disk_mib": round(self.temporary_disk / 2**20),
            "swapped_mib": round(max(each.swapped for each in self.outcomes) / 2**20),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the results: the target is met where `ratio` is at least `target`."""

    name: str
    ratio: float
    target: float
    ours: Measured
    peer: Measured | None
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the file of results."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 4),
            "target": self.target,
            "ours": self.ours.as_json(),
            "peer": self.peer.as_json() if self.peer else None,
            **self.more,
        }


def point(what: str, unit: str, entries: int, value: float) -> dict[str, Any]:
    """A figure for the table of growth; less is better."""
    return {"what": what, "unit": unit, "entries": entries, "value": round(value, 4)}
