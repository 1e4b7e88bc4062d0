"""A row becomes a subject and the content of an entry, by the item's mapping."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tabularium.core import legal_forms
from tabularium.core.content import LONGEST_NAME, LONGEST_TEXT, EntryContent, Subject
from tabularium.core.identifiers import (
    Identifier,
    IdentifierError,
    IdentifierProblem,
    admit,
    by_case,
    parse,
)
from tabularium.core.rules import NoRulesInForce, RuleBook
from tabularium.intake.cells import Cells
from tabularium.intake.currencies import is_currency
from tabularium.intake.damage import Damage
from tabularium.intake.findings import FindingCode, Notes
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.mapping_parts import Cell, LegalFormRule, MeasureRule
from tabularium.intake.person_words import names_a_person_beside
from tabularium.intake.personal import find_personal, find_personal_number
from tabularium.intake.promises import check_due_day, read_due_day
from tabularium.intake.terms import Term, TermReader
from tabularium.intake.values import parse_amount, parse_day

_CODES = {
    IdentifierProblem.UNKNOWN_SCHEME: FindingCode.IDENTIFIER_SCHEME,
    IdentifierProblem.EMPTY: FindingCode.MISSING_VALUE,
    IdentifierProblem.WRONG_FORMAT: FindingCode.IDENTIFIER_FORMAT,
    IdentifierProblem.WRONG_LENGTH: FindingCode.IDENTIFIER_FORMAT,
    IdentifierProblem.PLACEHOLDER: FindingCode.IDENTIFIER_FORMAT,
    IdentifierProblem.WRONG_CHECK_DIGIT: FindingCode.IDENTIFIER_CHECK_DIGIT,
    IdentifierProblem.NATURAL_PERSON: FindingCode.NATURAL_PERSON,
    IdentifierProblem.LEGAL_FORM_MISSING: FindingCode.LEGAL_FORM_MISSING,
    IdentifierProblem.LEGAL_FORM_UNKNOWN: FindingCode.LEGAL_FORM_MISSING,
}


LONGEST_KEY = 300
"""Characters of the longest key that the register keeps."""


# What stands in brackets, or behind "also known as", is another name; its form is not the subject's.
_BRACKETED = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]")
_ALSO_KNOWN_AS = re.compile(r"\W(?:a\W?k\W?a|f\W?k\W?a|also known as|formerly)\W", re.IGNORECASE)


@lru_cache(maxsize=16384)
def _form_of_name(name: str, jurisdiction: str) -> str:
    """The form of the organisation named; "" unless each of several names says one."""
    own = _ALSO_KNOWN_AS.split(_BRACKETED.sub(" ", name), maxsplit=1)[0]
    parts = [part for part in own.split(";") if part.strip()]
    forms = [legal_forms.from_name(part, jurisdiction) for part in parts]
    return forms[0].code if forms and forms[0] and all(forms) else ""


@lru_cache(maxsize=16384)
def _names_a_person(name: str, jurisdiction: str) -> bool:
    return legal_forms.names_natural_person(name, jurisdiction)


@dataclass(frozen=True, slots=True)
class Decided:
    """What the decision itself says, before its term and its subject."""

    number: str
    day: date
    measure: str
    legal_basis: str


class RowMapper:
    """Maps the rows of one item."""

    def __init__(self, item: ItemSpec, book: RuleBook, today: date) -> None:
        self._item = item
        self._book = book
        self._today = today
        self._terms = TermReader(item.term, item.kind, today)
        self._route = item.objection.route.get(item.language) or item.objection.route["en"]
        self._region = item.authority.jurisdiction
        self._texts = _texts(item)
        self._references = _references(item, self._texts)
        self._damage = Damage(item, self._texts, self._references)

    def note_damage(self, cells: Cells, notes: Notes) -> None:
        """Note what a spreadsheet program or a wrong encoding did to the row."""
        self._damage.note(cells, notes)

    def subject(self, cells: Cells, notes: Notes) -> Subject | None:
        """Whom the row is about, or None with a note of why it cannot be entered."""
        mapping = self._item.mapping
        name = cells.value(mapping.name)
        column = cells.column_of(mapping.name)
        if not name:
            notes.error(FindingCode.MISSING_VALUE, column)
            return None
        if mapping.several is not None and mapping.several.search(cells[column]):
            notes.error(FindingCode.SEVERAL_ORGANISATIONS, column)
            return None
        form = next(
            filter(None, (self._form(rule, name, cells) for rule in mapping.legal_form)), ""
        )
        identifier = self._identifier(cells, form, notes)
        names_a_person = names_a_person_beside(name) or _names_a_person(name, self._region)
        if names_a_person and not notes.stopped():
            notes.error(FindingCode.NATURAL_PERSON, column, scheme="")
        if len(name) > LONGEST_NAME:
            notes.error(FindingCode.TOO_LONG, column, length=len(name), longest=LONGEST_NAME)
        if identifier is None or notes.stopped():
            return None
        return Subject(identifier, name, form, mapping.jurisdiction)

    def _form(self, rule: LegalFormRule, name: str, cells: Cells) -> str:
        if rule.cell is not None and rule.values is not None:
            return rule.values.get(cells.value(rule.cell), "")
        if rule.from_name:
            return _form_of_name(name, rule.jurisdiction)
        return rule.constant

    def _identifier(self, cells: Cells, form: str, notes: Notes) -> Identifier | None:
        mapping = self._item.mapping
        given = (rule for rule in mapping.identifiers if cells.value(rule.cell))
        rule = next(given, mapping.identifiers[-1] if mapping.case is None else None)
        cell = rule.cell if rule else mapping.case
        column = cells.column_of(cell) if cell else ""
        try:
            if rule is not None:
                identifier = parse(rule.scheme, cells.value(rule.cell))
            else:
                case = cells.value(mapping.case) if mapping.case else ""
                party = cells.value(mapping.party) if mapping.party else ""
                identifier = by_case(self._item.authority.code, case, party)
            admit(identifier, form)
        except IdentifierError as error:
            about_name = _CODES[error.code] is FindingCode.LEGAL_FORM_MISSING
            where = cells.column_of(mapping.name) if about_name else column
            notes.error(_CODES[error.code], where, scheme=error.scheme, problem=error.code)
            return None
        return identifier

    def content(self, cells: Cells, notes: Notes) -> EntryContent | None:
        """What the row says, or None with a note of what is missing or wrong."""
        decided = self._decided(cells, notes)
        amount, currency = self._amount(cells, decided.day if decided else self._today, notes)
        term = self._term(cells, decided, notes) if decided else None
        promised_to, due_on = self._promised(cells, decided, term, notes)
        if decided is None or term is None or notes.stopped():
            return None
        item, mapping = self._item, self._item.mapping
        details = {detail.name: cells.value(detail.cell) for detail in mapping.details}
        content = EntryContent(
            decision_number=str(decided.number),
            decided_on=decided.day,
            measure=decided.measure,
            summary=cells.value(mapping.summary) if mapping.summary else "",
            legal_basis=decided.legal_basis,
            legal_basis_url=item.legal_basis.url,
            amount=amount,
            currency=currency,
            term_begins=term.begins,
            term_ends=term.ends,
            objection_route=self._route,
            objection_url=item.objection.url,
            notice_channel=item.notice_channel or "",
            language=item.language,
            details={name: str(value) for name, value in details.items() if value},
            promised_to=promised_to,
            due_on=due_on,
        )
        for length in content.too_long().values():
            notes.error(FindingCode.TOO_LONG, length=length, longest=LONGEST_TEXT)
        return None if notes.stopped() else content

    def _decided(self, cells: Cells, notes: Notes) -> Decided | None:
        mapping = self._item.mapping
        number = cells.value(mapping.decision_number)
        if not number:
            notes.error(FindingCode.MISSING_VALUE, cells.column_of(mapping.decision_number))
        day = self._decided_on(cells, notes)
        measure = self._said(self._item.mapping.measure, cells, notes)
        basis = self._item.legal_basis
        citation = (cells.value(basis.cell) if basis.cell else "") or basis.citation
        if not citation:
            column = cells.column_of(basis.cell) if basis.cell else ""
            notes.error(FindingCode.LEGAL_BASIS_MISSING, column)
        if day is None or notes.stopped():
            return None
        return Decided(number, day, measure, citation)

    def _decided_on(self, cells: Cells, notes: Notes) -> date | None:
        where = self._item.mapping.decided_on
        column = cells.column_of(where.cell)
        written = cells.value(where.cell)
        if not written:
            held = bool(cells[column])
            code = FindingCode.WRONG_DATE if held else FindingCode.MISSING_VALUE
            notes.error(code, column, length=len(cells[column]))
            return None
        day = parse_day(written, where.formats)
        if day is None:
            notes.error(FindingCode.WRONG_DATE, column, length=len(written))
        elif day > self._today:
            notes.error(FindingCode.DATE_IN_FUTURE, column, today=str(self._today))
        return day

    def _promised(
        self, cells: Cells, decided: Decided | None, term: Term | None, notes: Notes
    ) -> tuple[str, date | None]:
        """To whom and by when an authority promises something; "" and None where it promises nothing."""
        to_whom, by_when = self._item.mapping.promised_to, self._item.mapping.due_on
        if to_whom is None or by_when is None:
            return "", None
        due_on = read_due_day(by_when, cells, notes)
        if due_on and decided and term:
            pack = self._book.in_force(self._region, decided.day)
            check_due_day(due_on, decided.day, term, pack, cells.column_of(by_when.cell), notes)
        return self._said(to_whom, cells, notes), due_on

    def _said(self, rule: MeasureRule, cells: Cells, notes: Notes) -> str:
        if rule.cell is None:
            return rule.constant
        written = cells.value(rule.cell)
        if not written:
            notes.error(FindingCode.MISSING_VALUE, cells.column_of(rule.cell))
        elif rule.values is not None and written not in rule.values:
            column = cells.column_of(rule.cell)
            notes.error(FindingCode.NOT_ALLOWED_VALUE, column, length=len(written))
        return rule.values.get(written, "") if rule.values is not None else written

    def _amount(self, cells: Cells, day: date, notes: Notes) -> tuple[str, str]:
        rule = self._item.mapping.amount
        written = cells.value(rule.cell) if rule else ""
        if rule is None or not written or written in rule.empty_values:
            return "", ""
        column = cells.column_of(rule.cell)
        amount = parse_amount(
            written, decimal=rule.decimal, grouping=rule.grouping, prefixes=rule.prefixes
        )
        if amount is None:
            notes.error(FindingCode.AMOUNT_WRONG, column, length=len(written))
            return "", ""
        code = cells.value(rule.currency_cell) if rule.currency_cell else rule.currency
        currency = code.upper()
        if not currency:
            notes.error(FindingCode.AMOUNT_WITHOUT_CURRENCY, column)
        elif not is_currency(currency, day):
            where = cells.column_of(rule.currency_cell) if rule.currency_cell else column
            notes.error(FindingCode.CURRENCY_UNKNOWN, where)
        return amount, currency

    def _term(self, cells: Cells, decided: Decided, notes: Notes) -> Term | None:
        try:
            pack = self._book.in_force(self._item.authority.jurisdiction, decided.day)
        except NoRulesInForce:
            column = cells.column_of(self._item.mapping.decided_on.cell)
            notes.error(
                FindingCode.NO_RULES_IN_FORCE,
                column,
                jurisdiction=self._item.authority.jurisdiction,
                day=str(decided.day),
            )
            return None
        return self._terms.read(cells, decided.day, pack, notes)

    def key(self, cells: Cells) -> str:
        """What makes the decision the same one when it is sent again: its key columns as JSON.

        Of a longer one than the register keeps, its digest.
        """
        values = [cells[column] for column in self._item.mapping.key]
        key = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        if len(key) <= LONGEST_KEY:
            return key
        return "sha256:" + hashlib.sha256(key.encode()).hexdigest()

    def note_personal(self, cells: Cells, notes: Notes) -> None:
        """Note every text that would be kept and holds something personal."""
        for cell in self._texts:
            find = find_personal(cells.value(cell), self._region)
            if find:
                notes.error(find.code, cells.column_of(cell), kind=find.kind)
        for cell in self._references:
            find = find_personal_number(cells.value(cell), self._region)
            if find:
                notes.error(find.code, cells.column_of(cell), kind=find.kind)


def _texts(item: ItemSpec) -> tuple[Cell, ...]:
    """The cells of an item whose texts are kept as they stand."""
    mapping = item.mapping
    kept = (
        mapping.name,
        mapping.summary,
        mapping.party,
        mapping.measure.cell,
        mapping.promised_to.cell if mapping.promised_to else None,
        item.legal_basis.cell,
        *(detail.cell for detail in mapping.details),
    )
    return tuple(dict.fromkeys(cell for cell in kept if cell is not None))


def _references(item: ItemSpec, texts: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells that are kept as numbers of files and acts: personal numbers are looked for, not phones."""
    mapping = item.mapping
    numbers = {column for rule in mapping.identifiers for column in rule.cell.columns}
    keys = (Cell((column,)) for column in mapping.key if column not in numbers)
    kept = (mapping.decision_number, mapping.case, *keys)
    return tuple(dict.fromkeys(cell for cell in kept if cell is not None and cell not in texts))
