"""The one place of this package that asks for the time: whether an extract is past its end."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)
