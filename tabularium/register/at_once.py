"""What to say when two record the same at one moment, which only PostgreSQL lets happen."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError
from psycopg import errors

from tabularium.register.errors import RefusedError

_SAME_DECISION = "entry_decision_once"


@contextmanager
def refused_at_once() -> Iterator[None]:
    """Refuse what somebody else records at this very moment; to stand around a whole transaction.

    Nothing of it stays. Done again, it finds what the other one recorded, and goes through.

    Raises:
        RefusedError: somebody else records the same decision, or the two wait for each other.
    """
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        cause = error.__cause__
        same = (
            isinstance(cause, errors.UniqueViolation)
            and cause.diag.constraint_name == _SAME_DECISION
        )
        if not same and not isinstance(cause, errors.DeadlockDetected):
            raise
        raise RefusedError(
            "at-once",
            "Somebody else recorded the same at this moment, and nothing of this was recorded."
            " Send it again.",
        ) from None
