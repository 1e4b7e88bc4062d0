"""Counting answers, in this process and together with the others.

A label is a method, a status or the pattern of an address: nothing that a reader typed, no subject, no
identifier and no authority. Figures of several processes are added up from files in the folder that
PROMETHEUS_MULTIPROC_DIR names; `tabularium serve` makes one.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

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


def counted() -> bytes:
    """What all processes have counted, in the format of Prometheus."""
    if not os.environ.get(FOLDER):
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)
