"""Why an event cannot happen."""

from tabularium.core.life_events import Event, EventType


class NotAllowedError(ValueError):
    """The event cannot happen to the entry as it stands.

    Attributes:
        reason: a stable code, for messages in the reader's language.
    """

    def __init__(self, reason: str, event: EventType) -> None:
        self.reason = reason
        self.event = event
        super().__init__(f"{event}: {reason}")


def require(condition: object, reason: str, event: Event) -> None:
    """Refuse an event unless the condition holds.

    Raises:
        NotAllowedError: it does not.
    """
    if not condition:
        raise NotAllowedError(reason, event.type)
