"""Late decisions as spans of days: what `intake.lateness` says of one day at a time, worked out once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis

from tabularium.core.rules import RulePack
from tabularium.intake.lateness import Lateness

_FIRST_RECKONED = date(1900, 1, 1)
"""Before it no working days are known, and nothing is late."""


def late_spans(
    lateness: Lateness, packs: Sequence[RulePack], today: date
) -> tuple[tuple[date, date], ...]:
    """The first and the last day of each span of days whose decisions are late today, pack by pack.

    A later decision has no earlier deadline, so within one pack the late days are the first ones.
    """
    spans = []
    for pack in packs:
        first = max(pack.effective_from, _FIRST_RECKONED)
        last = today if pack.effective_until is None else pack.effective_until - timedelta(days=1)
        last = min(last, today)
        if first > last or lateness.exceeded(first) is None:
            continue
        low, high = first.toordinal(), last.toordinal()
        while low < high:
            middle = (low + high + 1) // 2
            if lateness.exceeded(date.fromordinal(middle)) is None:
                high = middle - 1
            else:
                low = middle
        spans.append((first, date.fromordinal(low)))
    return tuple(spans)


def is_late(decided_on: Any, spans: Sequence[tuple[date, date]]) -> Any:
    """Whether a day lies in one of the spans."""
    held: Any = ibis.literal(False)
    for first, last in spans:
        held |= (decided_on >= ibis.literal(first)) & (decided_on <= ibis.literal(last))
    return ibis.coalesce(held, ibis.literal(False))
