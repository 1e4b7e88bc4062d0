"""Which fields of an entry can be erased alone, and why one is."""

from enum import StrEnum


class ErasableField(StrEnum):
    """What an entry can do without: its free texts. Nothing else of a decision can be erased alone."""

    SUMMARY = "summary"
    DETAILS = "details"


class FieldErasureRule(StrEnum):
    """Why a field is erased: a closed list, so that nothing is said of what stood there."""

    PERSONAL_DATA = "personal-data"
    COURT_ORDER = "court-order"
