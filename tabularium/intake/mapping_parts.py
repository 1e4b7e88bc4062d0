"""The parts of a catalogue item's mapping: where in a row stands what the register keeps of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoDecision(StrEnum):
    """Why a row, right as it may be, is no decision against or for an organisation that is in force."""

    PRESUMED = "presumed"
    CLEARED = "cleared"
    ACQUITTED = "acquitted"
    DISMISSED = "dismissed"
    SUPPRESSED_BY_COURT = "suppressed-by-court"
    OVERTURNED_BY_COURT = "overturned-by-court"
    DENIED = "denied"
    ONLY_INTENTION = "only-intention"
    PENDING = "pending"
    NO_DECISION = "no-decision"
    NO_MEASURE = "no-measure"
    NOT_IN_FORCE = "not-in-force"
    SUPERSEDED = "superseded"
    WITHDRAWN_APPLICATION = "withdrawn-application"
    OTHER_AUTHORITY = "other-authority"
    OTHER_KIND = "other-kind"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a text stands in a row.

    Attributes:
        columns: names of columns; the first that holds a value counts, or all are joined.
        pattern: what to take of it, the group named `value`; None takes the whole. A text that the
            pattern does not fit gives no value.
        joined: whether the values of all columns are joined by " / ": an authority's reference may be
            made of several parts.
        html: whether the text is HTML, of which the plain text is taken.
    """

    columns: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    joined: bool = False
    html: bool = False


@dataclass(frozen=True, slots=True)
class DateCell:
    """Where a day stands, and in which forms (directives of strptime, as the Table Schema has them)."""

    cell: Cell
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AmountCell:
    """Where a sum of money stands and how it is written.

    Attributes:
        cell: where it stands.
        decimal: mark before the decimals.
        grouping: mark between groups of three digits; "" for none.
        prefixes: what may stand before the digits, such as "$".
        empty_values: texts that say that there is no sum.
        currency: ISO 4217 code; "" where a column gives it.
        currency_cell: where the code stands; None where it is constant.
    """

    cell: Cell
    decimal: str
    grouping: str
    prefixes: tuple[str, ...]
    empty_values: frozenset[str]
    currency: str
    currency_cell: Cell | None


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """Where a number stands and in which scheme; an item may have several, the first given counts."""

    scheme: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class LegalFormRule:
    """One way to know the legal form; an item has one or several, and the first that answers counts.

    Attributes:
        cell: column with the form, looked up in `values`; None for another way.
        values: code of `tabularium.core.legal_forms` by text of the column.
        from_name: whether to read the form from the organisation's name.
        jurisdiction: as the law of which jurisdiction writes it; "" where that is not known.
        constant: one code for every row; "" for another way.
        reason: why the constant holds for every subject of this item.
    """

    cell: Cell | None = None
    values: Mapping[str, str] | None = None
    from_name: bool = False
    jurisdiction: str = ""
    constant: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """What was decided: a constant, or a column, said in the item's words where `values` has them.

    To whom a promise is made is said in the same ways.
    """

    constant: str = ""
    cell: Cell | None = None
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """A further fact to keep: its name in the register, where it stands, its label by language."""

    name: str
    cell: Cell
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowMapping:
    """Which columns give what the register keeps.

    Attributes:
        name: the organisation's name.
        identifiers: where its number stands, tried in order; none where `case` alone identifies.
        case: where the authority's case number stands, which identifies an organisation without a
            number; None where every organisation has one.
        party: what tells several organisations of one case apart; None where a case has one.
        jurisdiction: ISO 3166-1 alpha-2 code of where every subject is registered; "" where not known.
        legal_form: ways to know the legal form, tried in order; empty where the scheme tells.
        decision_number: the authority's reference.
        decided_on: day of the decision.
        measure: what was decided.
        summary: what it is about; None for nothing.
        amount: sum of money; None for none.
        details: further facts.
        promised_to: to whom a promise is made, in general; None in items of other kinds.
        due_on: the day by which it is promised; None in items of other kinds.
        key: columns that make the same decision recognisable when it is sent again.
        several: what in the name's column shows that it holds several organisations; None where it cannot.
        known_organisations_only: whether a row about an organisation that the register does not know is
            stopped; otherwise the organisation is entered.
    """

    name: Cell
    identifiers: tuple[IdentifierRule, ...]
    case: Cell | None
    party: Cell | None
    jurisdiction: str
    legal_form: tuple[LegalFormRule, ...]
    decision_number: Cell
    decided_on: DateCell
    measure: MeasureRule
    summary: Cell | None
    amount: AmountCell | None
    details: tuple[Detail, ...]
    key: tuple[str, ...]
    several: re.Pattern[str] | None
    promised_to: MeasureRule | None = None
    due_on: DateCell | None = None
    known_organisations_only: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one column: one of some values, a pattern found in it, or nothing in it."""

    column: str
    values: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class NotADecision:
    """Rows that are no decision: every one that meets the condition, for this reason."""

    condition: Condition
    reason: NoDecision


@dataclass(frozen=True, slots=True)
class Superseding:
    """A row that meets the condition takes the place of earlier decisions with the same values.

    Attributes:
        condition: what shows that a row takes another's place, such as "Rehearing granted".
        same: columns in which both rows have the same values.
    """

    condition: Condition
    same: tuple[str, ...]
