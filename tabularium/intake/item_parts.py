"""The parts of a catalogue item: what an authority publishes, and how its rows become decisions.

There is no part that names a person, adds anything up, or reaches beyond the authority that decided.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tabularium.core.kinds import Field, Kind, NoticeChannel
from tabularium.intake.mapping_parts import Cell, DateCell, NotADecision, RowMapping, Superseding
from tabularium.intake.readers.shape import FileShape


class Frequency(StrEnum):
    """How often the authority sends the file."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


class TermRule(StrEnum):
    """Where the end of a decision comes from."""

    COLUMNS = "columns"
    DURATION_TEXT = "duration-text"
    DAYS_COLUMN = "days-column"
    PACK_DEFAULT = "pack-default"
    OPEN = "open"


class FieldType(StrEnum):
    """Types of the Frictionless Table Schema that the register knows."""

    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of the Frictionless Table Schema with the constraints that the register knows.

    A file may lack the column of an optional one; to its rows the value is missing.
    """

    name: str
    type: FieldType = FieldType.STRING
    formats: tuple[str, ...] = ()
    required: bool = False
    pattern: re.Pattern[str] | None = None
    allowed: frozenset[str] = frozenset()
    longest: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The Table Schema: its fields, and the values that stand for a missing one."""

    fields: tuple[SchemaField, ...]
    missing_values: frozenset[str] = frozenset({""})


@dataclass(frozen=True, slots=True)
class TermSpec:
    """How the first and the last day of a decision are known.

    Attributes:
        rule: where the end comes from.
        begins: first day; None means the day of the decision.
        ends: last day; for the rule `columns`.
        duration: a duration in words; for the rule `duration-text`.
        days: a number of days; for the rule `days-column`.
        open_ended: values of these columns that say "without end".
        default_when_empty: whether the rules' default term holds where the row has no value.
    """

    rule: TermRule
    begins: DateCell | None = None
    ends: DateCell | None = None
    duration: Cell | None = None
    days: Cell | None = None
    open_ended: frozenset[str] = frozenset()
    default_when_empty: bool = False


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The law: a constant citation, or a column that gives it row by row."""

    citation: str
    url: str
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Objection:
    """How to object: words by language tag, and a page."""

    route: Mapping[str, str]
    url: str


@dataclass(frozen=True, slots=True)
class AuthoritySpec:
    """Who decides.

    Attributes:
        code: the register's own code of the authority.
        name: its name by language tag.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case, or "xi" for an international body.
        time_zone: name in the IANA time zone database.
        scheme: scheme of its own identifier, or "".
        identifier: its own identifier, or "".
        website: its site.
        corrections: how to report a mistake, by language tag.
        corrections_url: where to report it.
    """

    code: str
    name: Mapping[str, str]
    jurisdiction: str
    time_zone: str
    scheme: str
    identifier: str
    website: str
    corrections: Mapping[str, str]
    corrections_url: str


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """A catalogue item: what an authority publishes, under which law, until when, and in which form.

    Attributes:
        code: the register's own code of the item.
        version: number of this version, from 1.
        effective_from: first day on which this version is used.
        effective_until: last day on which it is used; None while it is.
        title: by language tag, English and simplified Chinese always.
        notice_channel: how organisations are told; None for licences and promises that need no notice.
        whole_list: whether each file lists every decision in force, so that one that is not in it any more
            has disappeared.
    """

    code: str
    version: int
    effective_from: date
    effective_until: date | None
    title: Mapping[str, str]
    kind: Kind
    field: Field
    language: str
    frequency: Frequency
    authority: AuthoritySpec
    legal_basis: LegalBasis
    notice_channel: NoticeChannel | None
    objection: Objection
    term: TermSpec
    file: FileShape
    schema: Schema
    mapping: RowMapping
    not_a_decision: tuple[NotADecision, ...]
    superseding: Superseding | None
    whole_list: bool = False
