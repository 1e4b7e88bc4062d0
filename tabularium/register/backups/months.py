"""Months by which keys are named, such as "2026-11". They begin and end at midnight UTC."""

import re
from datetime import UTC, datetime

_WRITTEN = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def month_of(instant: datetime) -> str:
    """The month in which an instant lies."""
    return f"{instant.astimezone(UTC):%Y-%m}"


def is_month(text: str) -> bool:
    """Whether a text is a month as it is written here."""
    return _WRITTEN.fullmatch(text) is not None


def later(month: str, by: int) -> str:
    """The month so many after another."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04d}-{number + 1:02d}"


def first_instant(month: str) -> datetime:
    """When a month begins."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)
