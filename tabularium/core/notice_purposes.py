"""Why an organisation is told something: the events of which it hears, and the one notice that gates."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tabularium.core.life_events import EventType


class Purpose(StrEnum):
    """What a notice tells. Only the first holds publication back; the others say what was decided."""

    BEFORE_PUBLICATION = "before-publication"
    CORRECTED = "corrected"  # a licence, which is public at once
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    STAYED = "stayed"
    STAY_LIFTED = "stay-lifted"
    REPAIR_GRANTED = "repair-granted"
    REPAIR_REFUSED = "repair-refused"

    @property
    def gates(self) -> bool:
        """Whether nothing is published before this notice was given."""
        return self is Purpose.BEFORE_PUBLICATION


_TELLING: Mapping[EventType, Purpose] = MappingProxyType(
    {
        EventType.UPHELD: Purpose.UPHELD,
        EventType.WITHDRAWN: Purpose.WITHDRAWN,
        EventType.LAPSED: Purpose.LAPSED,
        EventType.STAYED: Purpose.STAYED,
        EventType.STAY_LIFTED: Purpose.STAY_LIFTED,
        EventType.REPAIR_GRANTED: Purpose.REPAIR_GRANTED,
        EventType.REPAIR_REFUSED: Purpose.REPAIR_REFUSED,
    }
)


def purpose_of(event: EventType, *, adverse: bool) -> Purpose | None:
    """What an organisation is told of an event; None if nothing.

    Args:
        event: what happened.
        adverse: whether the entry speaks against the organisation, and so is noticed before it is public.
    """
    if event is EventType.APPROVED:
        return Purpose.BEFORE_PUBLICATION if adverse else None
    if event is EventType.CORRECTED:
        return Purpose.BEFORE_PUBLICATION if adverse else Purpose.CORRECTED
    return _TELLING.get(event)
