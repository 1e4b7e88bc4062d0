"""The parameters that operations take. The rule of each describes it, and answers a wrong one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Self

from ninja import Field, Schema
from pydantic import field_validator

from tabularium.core.identifiers import SCHEMES
from tabularium.register.ids import PATTERN
from tabularium.register.public_changes import instant_as_text, instant_from_text

MOST = 100
"""No page of any list is longer."""

USUAL = 20
"""As long is a page of a list when nothing is said."""

RULES: Mapping[str, str] = MappingProxyType(
    {
        "q": (
            "A part of a name, an identifier, or the beginning of a decision's number: 1 to 200 characters, "
            "no control characters."
        ),
        "limit": f"How many to give at most: a whole number from 1 to {MOST}.",
        "after": (
            "Where to go on: take it from `next` of the page before. Leave it out for the first page."
        ),
        "records": "`true` to give each entry with what it says now; `false` for identities alone.",
        "scheme": "A scheme of identifiers: one of the codes that the OpenAPI document lists.",
        "value": (
            "The identifier in that scheme, with or without separators: 1 to 255 characters, "
            "no control characters."
        ),
        "Idempotency-Key": (
            "Names this call, so that it is carried out once however often it is sent: 1 to 255 printable "
            "ASCII characters in quotes, or letters, digits and `-_.:~` without; a random UUID is best."
        ),
        "item": (
            "Code of a catalogue item of the token's authority. Left out only where a JSON body has it as "
            "its member `item`."
        ),
        "file_name": (
            "What the sender calls the file: at most 255 characters, no control characters. Kept with the "
            "submission; a path in it is not."
        ),
        "encoding": (
            "Encoding of a CSV body, if the item does not say it or says another, such as `gb18030`. A "
            "`charset` in `Content-Type` says the same."
        ),
        "delimiter": "Character between the cells of a CSV body, if the item says none or another.",
        "sheet": "Name of the sheet in a workbook, if the item says none or another.",
        "all_or_nothing": (
            "`true` to record nothing if any row has an error; `false`, the rows without one go in."
        ),
        "body": "A JSON object as the OpenAPI document has it.",
        "seen": (
            "`last_event` of the entry as you have read it: if anything has happened to it since, nothing is "
            "done. Null if it does not matter."
        ),
        "reasons": "Why: 1 to 10,000 characters. The organisation reads them.",
        "text": "What is said: 1 to 10,000 characters.",
        "dated_on": (
            "Day of the act in the authority's calendar, as an ISO 8601 date; today if null. Not ahead, and "
            "not before the decision."
        ),
        "language": "BCP 47 tag of the text; empty if not known.",
        "shown": "Whether the public may read it, as long as you do not take it back.",
        "outcome": "`upheld`: the entry stays. `withdrawn`: it is withdrawn for good.",
        "granted": "Whether the public view ends early.",
        "kept": "Whether the promise was kept.",
        "due_on": "The day by which it is promised now, if it was not kept; else null.",
        "ordered_by": "The court or review body that ordered it: at most 200 characters.",
        "file_number": "Of its order: at most 100 characters.",
        "entries": "Identities of 1 to 100 drafts, of kinds that speak against nobody.",
        "stage": "How far the entries have come; empty for all but drafts.",
        "kind": "The kind of decision; empty for any.",
        "field": "The field of regulation of the decision; empty for any.",
        "authority": "Code of the authority that decided; empty for any.",
        "place": (
            "Where the organisation is registered: ISO 3166-1 alpha-2 code in lower case; empty for any."
        ),
        "since": "Decided on this day or a later one, as an ISO 8601 date; empty for any.",
        "until": "Decided on this day or an earlier one, as an ISO 8601 date; empty for any.",
        "number": "Number of a decision, whole; empty for any.",
        "dry_run": "`true` to check and answer, and record nothing.",
    }
)
"""What each parameter is and must be, by its name, in English."""

# Tabs and line ends stand in no name and no number, and a database may refuse a zero byte.
NO_CONTROL_CHARACTERS = r"^[^\x00-\x1F\x7F]*$"
"""Of a text, for a schema."""

_CODE = r"[-a-zA-Z0-9_]"

IDENTITY = re.compile(PATTERN)
"""An identity of an organisation or an entry, whole."""

_PLACE = rf"^(?:[0-9]{{4}}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])_{PATTERN})?$"

CODE = re.compile(rf"{_CODE}{{1,80}}")
"""A code of an authority or a catalogue item, whole."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of an organisation's entries: behind the entry of this date and identity.

    The date is part of it, so that it stays a place when the entry itself has gone.
    """

    decided_on: date
    entry_id: str

    def __str__(self) -> str:
        return f"{self.decided_on.isoformat()}_{self.entry_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that `text` names.

        Raises:
            ValueError: it names none.
        """
        day, _, entry_id = text.partition("_")
        if not IDENTITY.fullmatch(entry_id):
            raise ValueError("not a place in a list of entries")
        return cls(date.fromisoformat(day), entry_id)


MEMBERS_PLACE = rf"^(?:[a-z]{{1,20}}_[0-9]{{1,16}}_{PATTERN})?$"


@dataclass(frozen=True, slots=True)
class MembersPlace:
    """A place in a list of entries that members are given: behind the entry that stood there.

    Attributes:
        kind: its kind; lists of drafts go kind by kind.
        at: when something happened to it last.
        entry_id: its identity.
    """

    kind: str
    at: datetime
    entry_id: str

    def __str__(self) -> str:
        return f"{self.kind}_{instant_as_text(self.at)}_{self.entry_id}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that `text`, of the form `MEMBERS_PLACE`, names."""
        kind, at, entry_id = text.split("_")
        return cls(kind, instant_from_text(at), entry_id)


def one_of(values: Iterable[str]) -> str:
    """The pattern of a parameter that is one of some values, or empty."""
    return f"^({'|'.join(values)})?$"


class EntryParameters(Schema):
    """Which of an organisation's entries to give."""

    after: str = Field("", max_length=40, pattern=_PLACE, description=RULES["after"])
    limit: int = Field(USUAL, ge=1, le=MOST, description=RULES["limit"])

    @field_validator("after")
    @classmethod
    def _is_a_place(cls, value: str) -> str:
        if value:
            Place.read(value)
        return value

    @property
    def place(self) -> Place | None:
        """Where to go on; None at the beginning."""
        return Place.read(self.after) if self.after else None


class IdentifierParameters(EntryParameters):
    """Which organisation, by its number, and which of its entries."""

    scheme: str = Field(json_schema_extra={"enum": [*sorted(SCHEMES)]}, description=RULES["scheme"])
    value: str = Field(
        min_length=1, max_length=255, pattern=NO_CONTROL_CHARACTERS, description=RULES["value"]
    )

    @field_validator("scheme")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in SCHEMES:
            raise ValueError("not a scheme of identifiers")
        return value


class CatalogueParameters(Schema):
    """Which catalogue items to give."""

    after: str = Field("", max_length=80, pattern=rf"^{_CODE}*$", description=RULES["after"])
    limit: int = Field(MOST, ge=1, le=MOST, description=RULES["limit"])
