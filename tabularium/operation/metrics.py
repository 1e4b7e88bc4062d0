"""Figures for a monitoring system: what was counted, and how it stands with the register."""

import hmac
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tabularium.operation.counting import counted
from tabularium.operation.state import machine, waiting

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_read(authorization: str) -> bool:
    """Whether a header `Authorization` holds the token of the file that the settings name.

    The file is read anew each time, so that the token can be changed.

    Raises:
        OSError: the file cannot be read.
    """
    scheme, _, given = authorization.partition(" ")
    token = Path(settings.METRICS_TOKEN).read_text("utf-8").strip()
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and same


def written() -> bytes:
    """All figures, as they stand now."""
    ours = CollectorRegistry()
    ours.register(_State())
    return counted() + generate_latest(ours)


class _State(Collector):
    """How it stands with the register, asked when somebody wants to know."""

    def collect(self) -> Iterable[Metric]:
        """The figures; what is not known is left out."""
        yield from _gauges()


def _gauges() -> Iterator[Metric]:
    now, waits = machine(), waiting()
    instants = {
        "upkeep": ("What is due was done last.", now.upkeep.at if now.upkeep else None),
        "backup": ("A backup was made last.", now.backup.at if now.backup else None),
        "checkpoint": ("A checkpoint of the log was signed last.", now.checkpoint_at),
        "open_data": ("The files of open data were built last.", now.open_data_at),
        "certificate_end": ("The certificate for extracts holds until.", now.certificate_until),
    }
    for name, (what, at) in instants.items():
        if at is not None:
            yield GaugeMetricFamily(
                f"tabularium_{name}_timestamp_seconds", what, value=at.timestamp()
            )
    numbers = {
        "upkeep_failures": (
            "Steps that failed when what is due was done last.",
            now.upkeep.failures if now.upkeep else None,
        ),
        "notices_waiting": ("Notices that are still to be given.", waits.notices_waiting),
        "notices_failed": ("Notices that failed for good.", waits.notices_failed),
        "objections_due_soon": ("Objections to be decided within a day.", waits.objections_soon),
        "objections_overdue": ("Objections that were not decided in time.", waits.objections_late),
        "disk_free_bytes": ("Free where the data folder lies.", now.disk_free),
        "disk_bytes": ("The size of that disk.", now.disk),
    }
    for name, (what, value) in numbers.items():
        if value is not None:
            yield GaugeMetricFamily(f"tabularium_{name}", what, value=value)
