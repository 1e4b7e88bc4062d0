"""Figures for a monitoring system, in the format of Prometheus.

A label is a method, a status or the pattern of an address: nothing that a reader typed, no subject, no
identifier and no authority. Figures of several processes are added up from files in the folder that
PROMETHEUS_MULTIPROC_DIR names; `tabularium serve` makes one.
"""

import hmac
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tabularium.operation.state import state

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ANSWERS = Counter(
    "tabularium_answers", "Requests that were answered.", ["method", "route", "status"]
)
_SECONDS = Histogram(
    "tabularium_answer_seconds",
    "How long answers took.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer."""
    _ANSWERS.labels(method, route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)


def may_read(authorization: str) -> bool:
    """Whether a header `Authorization` holds the token of the file that the settings name; asked anew each
    time, so that the token can be changed.

    Raises:
        OSError: the file cannot be read.
    """
    scheme, _, given = authorization.partition(" ")
    token = Path(settings.METRICS_TOKEN).read_text("utf-8").strip()
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and same


def written() -> bytes:
    """All figures, as they stand now."""
    registry = REGISTRY
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    ours = CollectorRegistry()
    ours.register(_State())
    return generate_latest(registry) + generate_latest(ours)


class _State(Collector):
    """How it stands with the register, asked when somebody wants to know."""

    def collect(self) -> Iterable[Metric]:
        """The figures; what is not known is left out."""
        yield from _gauges()


def _gauges() -> Iterator[Metric]:
    now = state()
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
        "notices_waiting": ("Notices that are still to be given.", now.notices_waiting),
        "notices_failed": ("Notices that failed for good.", now.notices_failed),
        "objections_due_soon": ("Objections to be decided within a day.", now.objections_soon),
        "objections_overdue": ("Objections that were not decided in time.", now.objections_late),
        "disk_free_bytes": ("Free where the data folder lies.", now.disk_free),
        "disk_bytes": ("The size of that disk.", now.disk),
    }
    for name, (what, value) in numbers.items():
        if value is not None:
            yield GaugeMetricFamily(f"tabularium_{name}", what, value=value)
