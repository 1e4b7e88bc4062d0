"""What may be said of a step that failed: why, and nothing of what the entry says."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError

from tabularium.core.life import NotAllowedError
from tabularium.register.backups.errors import BackupError
from tabularium.register.errors import RefusedError

FAILURES: tuple[type[Exception], ...] = (
    DatabaseError,
    ObjectDoesNotExist,
    OSError,
    # What a row brings about that is not as it should be: an instant that is none, a key that is absent.
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What one entry may run into without holding the others back."""


def reason(error: Exception) -> str:
    """Why a step failed, in one line that repeats nothing of a row."""
    if isinstance(error, NotAllowedError | RefusedError | BackupError):
        return str(error)
    if isinstance(error, DatabaseError):
        # The first line alone: below it, PostgreSQL repeats the row with all that it says.
        return str(error).partition("\n")[0]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__} while the step was taken"
