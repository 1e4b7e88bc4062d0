"""What a version of an entry says, as the core has it, and where the columns of an entry lead to it."""

from collections.abc import Mapping
from dataclasses import fields

from tabularium.core.content import EntryContent
from tabularium.register.models import Version

DECISION_COLUMNS: Mapping[str, str] = {
    "version": "current_version__number",
    "decision_number": "current_version__decision_number",
    "decided_on": "current_version__decided_on",
    "measure": "current_version__measure",
    "summary": "current_version__summary",
    "legal_basis": "current_version__legal_basis",
    "legal_basis_url": "current_version__legal_basis_url",
    "amount": "current_version__amount",
    "currency": "current_version__currency",
    "term_begins": "current_version__term_begins",
    "term_ends": "current_version__term_ends",
    "objection_route": "current_version__objection_route",
    "objection_url": "current_version__objection_url",
}
"""What a flat row says of a decision, in its order, and the column of an entry that has it."""


def content_of(version: Version) -> EntryContent:
    """The content that a version holds: the inverse of `services.recording.new_version`."""
    return EntryContent(**{each.name: getattr(version, each.name) for each in fields(EntryContent)})
