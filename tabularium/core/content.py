"""What a decision says: the content of one version of an entry, and the organisation it names.

A fixed list of facts and no place for a person: no director, representative, owner or contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType

from tabularium.core.identifiers import Identifier
from tabularium.core.kinds import Kind

# In characters. Longer than any name or summary in the registers that were read for this one; a text beyond
# them is a file pasted into a cell.
LONGEST_NAME = 500
LONGEST_TEXT = 10_000

PROMISED = ("promised_to", "due_on")
"""What a promise says beyond any other decision."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The organisation that a decision names.

    Attributes:
        identifier: its number in a scheme, or authority and case number where it has none.
        name: its name, as the decision gives it.
        legal_form: code of `tabularium.core.legal_forms`; empty only where the scheme itself admits
            organisations alone.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case of where it is registered; empty if unknown.
    """

    identifier: Identifier
    name: str
    legal_form: str = ""
    jurisdiction: str = ""


def _is_blank(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else not value


@dataclass(frozen=True, slots=True)
class EntryContent:
    """What one version of an entry says. Texts are NFC and stripped; empty means not given.

    Attributes:
        decision_number: the authority's own reference of the act or case.
        decided_on: the day of the decision, in the authority's calendar.
        measure: what was decided, in a few words: "Fine", "Exclusion from tenders", "Permit".
        summary: what it is about, in sentences; may have several lines.
        legal_basis: the law, with article.
        legal_basis_url: where the law can be read.
        amount: a decimal number as text, without grouping, for example "4965.70".
        currency: ISO 4217 code; given exactly when there is an amount.
        term_begins: first day on which the decision has effect.
        term_ends: last day on which it has effect, that day included; None is allowed for licences only.
        objection_route: how to object and with whom, in words.
        objection_url: where to object.
        notice_channel: code of `NoticeChannel`; how the organisation is told.
        language: BCP 47 tag of the language the texts are in.
        details: further facts that the catalogue item names, by the item's field name.
        promised_to: to whom an authority promises something, in general: "Suppliers of the town". For
            promises, and for nothing else.
        due_on: the day by which it promises that, included. For promises, and for nothing else.
    """

    decision_number: str
    decided_on: date
    measure: str
    summary: str = ""
    legal_basis: str = ""
    legal_basis_url: str = ""
    amount: str = ""
    currency: str = ""
    term_begins: date | None = None
    term_ends: date | None = None
    objection_route: str = ""
    objection_url: str = ""
    notice_channel: str = ""
    language: str = "en"
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    promised_to: str = ""
    due_on: date | None = None

    def missing_for(self, kind: Kind) -> tuple[str, ...]:
        """Names of the facts without which the register refuses an entry of this kind.

        Line 5 of the design: every adverse entry has a legal basis, a notice, a term and a way to object.
        """
        always: tuple[str, ...] = ("decision_number", "measure", "legal_basis")
        adverse = ("term_begins", "term_ends", "objection_route", "notice_channel")
        needed = always + adverse if kind.is_adverse else always
        if kind is Kind.PROMISE:
            needed += PROMISED
        return tuple(name for name in needed if _is_blank(getattr(self, name)))

    def out_of_place_for(self, kind: Kind) -> tuple[str, ...]:
        """Names of the facts that an entry of this kind cannot have."""
        if kind is Kind.PROMISE:
            return ()
        return tuple(name for name in PROMISED if getattr(self, name))

    def too_long(self) -> dict[str, int]:
        """The texts that are longer than `LONGEST_TEXT`, by name, with their lengths in characters."""
        texts = {**self.as_fields(), **self.details}
        return {
            name: len(value)
            for name, value in texts.items()
            if isinstance(value, str) and len(value) > LONGEST_TEXT
        }

    def as_fields(self) -> dict[str, object]:
        """The content field by field, as the canonical form takes it: days as ISO text, absent as ""."""
        values: dict[str, object] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, date):
                value = value.isoformat()
            elif value is None:
                value = ""
            elif isinstance(value, Mapping):
                value = dict(value)
            values[each.name] = value
        return values


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that passed every check and can be recorded.

    Attributes:
        row: number of the row in the submission, as a person counts it in the file, from 1.
        key: what makes the decision the same one when it is sent again, in the item's own terms.
        subject: whom it is about.
        content: what it says.
    """

    row: int
    key: str
    subject: Subject
    content: EntryContent
