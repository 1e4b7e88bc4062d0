"""What of a register is erased with an entry, table by table: said once, for erasure and for backups.

A test walks every model that leads to an entry or to an organisation, and fails if one is not named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db.models import Model

from tabularium.register import models

EMPTY_STATE: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "noticed_at",
                "window_closes_at",
                "public_from",
                "public_until",
                "decide_by",
                "lapses_at",
                "withdrawn_at",
                "erasable_from",
                "due_at",
                "unanswered_from",
            )
        ),
        **dict.fromkeys(
            ("objection_open", "suspended", "stayed", "repair_open", "answer_shown"), False
        ),
        "outcome": "",
    }
)
"""What the columns say that an entry's events add up to, once it is erased."""

EMPTY_ENTRY: Mapping[str, Any] = MappingProxyType(
    {"organisation_id": None, "submission_id": None, "decision_key": None}
)
EMPTY_EVENT: Mapping[str, Any] = MappingProxyType({"actor_id": None})
"""Of the organisation's events: its accounts lead to it. Who acted for an authority stays."""
EMPTY_VERSION: Mapping[str, Any] = MappingProxyType(
    {
        "subject_name": "",
        "decision_number": "",
        "measure": "",
        "summary": "",
        "legal_basis": "",
        "legal_basis_url": "",
        "amount": "",
        "currency": "",
        "objection_route": "",
        "objection_url": "",
        "notice_channel": "",
        "language": "",
        "decided_on": None,
        "term_begins": None,
        "term_ends": None,
        "details": {},
        "promised_to": "",
        "due_on": None,
        "erased_fields": {},
    }
)
EMPTY_STATEMENT: Mapping[str, Any] = MappingProxyType(
    {
        "text": "",
        "shown": False,
        "language": "",
        "dated_on": None,
        "ordered_by": "",
        "file_number": "",
    }
)
EMPTY_LEAF: Mapping[str, Any] = MappingProxyType({"salt": b"", "fact_salts": b""})
"""Of the leaves of the log that were made before: the commitment stays, and nobody can look into it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of a table's rows when the entry that they belong to is erased.

    Attributes:
        model: whose rows.
        of: "entry", or "organisation" if they go with it when nothing of it is left.
        path: of fields, from a row to that; "" for its own row.
        emptied: columns that are emptied, and with what. The row stays.
        where: a column and its value: only rows that have it are emptied.
        is_marked: whether `erased_at` says when.
        is_removed: the row goes. In a backup all of it is sealed.
        why_it_stays: of rows that stay as they are, why that may be.
    """

    model: type[Model]
    of: str = "entry"
    path: str = "entry"
    emptied: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[str, str] | None = None
    is_marked: bool = False
    is_removed: bool = False
    why_it_stays: str = ""


PARTS = (
    Part(models.Entry, path="", emptied={**EMPTY_ENTRY, **EMPTY_STATE}),
    Part(models.Version, emptied=EMPTY_VERSION, is_marked=True),
    Part(models.VersionSalts, path="version__entry", is_removed=True),
    Part(
        models.Event,
        emptied=EMPTY_EVENT,
        where=("role", "organisation"),
        why_it_stays="instants and roles; nobody can change it",
    ),
    Part(models.Leaf, emptied=EMPTY_LEAF),
    Part(
        models.ErasedField,
        path="version__entry",
        why_it_stays="that a field was erased, when and by which rule",
    ),
    Part(models.Statement, emptied=EMPTY_STATEMENT, is_marked=True),
    Part(models.Document, is_removed=True),
    Part(models.CorrectionRequest, is_removed=True),
    # Its row stays, emptied, and nothing needs it: a backup leaves it out.
    Part(models.OfferedCorrection, is_removed=True),
    Part(models.Sighting, is_removed=True),
    Part(models.Looking, is_removed=True),
    Part(models.Notice, path="version__entry", why_it_stays="that something was told, and when"),
    Part(models.Delivery, path="notice__version__entry", is_removed=True),
    Part(models.NoticeCode, path="notice__version__entry", is_removed=True),
    Part(models.PublicChange, why_it_stays="that copies of it are to be deleted"),
    Part(models.Erasure, why_it_stays="that it was erased, and by which rule"),
    Part(models.Organisation, of="organisation", path="", is_removed=True),
    Part(models.OrganisationName, of="organisation", path="organisation", is_removed=True),
    Part(models.RegisteredIdentifier, of="organisation", path="organisation", is_removed=True),
    Part(models.Invitation, of="organisation", path="organisation", is_removed=True),
    Part(models.ServiceAddress, of="organisation", path="organisation", is_removed=True),
    Part(
        models.Membership,
        of="organisation",
        path="organisation",
        why_it_stays="an organisation with a member is kept for the member",
    ),
    Part(
        models.Authority,
        of="organisation",
        path="organisation",
        why_it_stays="an organisation that is an authority is kept for it",
    ),
)

PART_OF: Mapping[type[Model], Part] = MappingProxyType({each.model: each for each in PARTS})
