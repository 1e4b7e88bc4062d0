"""What the register keeps of a row, and what the row has to pass for it: the last stages of a plan."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from tabularium.core import legal_forms
from tabularium.core.rules import RuleBook
from tabularium.intake.item_parts import ItemSpec
from tabularium.intake.lateness import Lateness
from tabularium.intake.mapping_parts import Cell, DateCell, LegalFormRule
from tabularium.intake.sets.amounts import amount_of
from tabularium.intake.sets.columns import Columns
from tabularium.intake.sets.flags import FlagWriter
from tabularium.intake.sets.form_names import form_told, own_name, plain_name
from tabularium.intake.sets.identifiers import Identifiers
from tabularium.intake.sets.lateness import is_late, late_spans
from tabularium.intake.sets.reasons import Reason
from tabularium.intake.sets.terms import Ends, Flags, begins_of, flags_of_term
from tabularium.intake.sets.texts import Sheet, concatenated

OUTCOME = (
    *("row", "reasons", "late", "key", "scheme", "identifier", "subject_name", "legal_form"),
    *("jurisdiction", "decision_number", "decided_on", "measure", "summary", "legal_basis"),
    *("amount", "currency", "term_begins", "term_ends", "details"),
)
"""Names of the columns that a screened table has, in order."""

DayNames = Mapping[tuple[Cell, tuple[str, ...]], str]
"""Name of the column that holds the day of a cell in its forms."""
_YES: Any = True
_NO: Any = False


class Facts:
    """Reads the facts of an item's rows and puts its checks together."""

    def __init__(
        self,
        item: ItemSpec,
        book: RuleBook,
        today: date,
        columns: Columns,
        days: DayNames,
    ) -> None:
        """Prepare."""
        self._item = item
        self._columns = columns
        self._today = today
        region = item.authority.jurisdiction
        self._packs = book.packs(region)
        self._late = late_spans(Lateness(book, region, today), self._packs, today)
        self._days = days

    def outcome(self, sheet: Sheet) -> ir.Table:
        """The screened table of rows whose cells are cleaned, cut, and read as days."""
        item = self._item
        identifiers = Identifiers(item.mapping, item.authority.code)
        if any(rule.from_name for rule in item.mapping.legal_form):
            sheet = _with(sheet, {"n_own": own_name(sheet.value(item.mapping.name))})
            sheet = _with(sheet, {"n_plain": plain_name(sheet.table["n_own"])})
        sheet = _with(sheet, self._read(sheet) | identifiers.compacted(sheet))
        known = identifiers.known(sheet)
        ends, read = Ends(sheet, item.term, item.kind, self._packs, self._day_of(sheet)).of(
            sheet.table["term_begins"], sheet.table["decided_on"]
        )
        identity = {
            "scheme": known.scheme,
            "identifier": known.value,
            "i_form": known.form,
            "i_check": known.check,
            "i_alone": known.alone,
            "term_ends": ends,
            "term_read": read,
        }
        sheet = _with(sheet, identity)
        kept = self._kept(sheet)
        writer = FlagWriter(item, self._today, self._packs, self._columns, self._days)
        reasons = writer.reasons(sheet, self._flags(sheet))
        outcome = {"row": sheet.table["row"], "reasons": reasons} | kept
        return sheet.table.select(**{name: outcome[name] for name in OUTCOME})

    def _day_of(self, sheet: Sheet) -> Any:
        def day_of(where: DateCell) -> Any:
            return sheet.table[self._days[where.cell, where.formats]]

        return day_of

    def _read(self, sheet: Sheet) -> dict[str, Any]:
        """Facts that stand in cells of their own, or in the item."""
        item, mapping = self._item, self._item.mapping
        decided_on = self._day_of(sheet)(mapping.decided_on)
        form, sure = self._legal_form(sheet)
        amount, currency, right, known = amount_of(
            sheet, mapping.amount, item.file.format, decided_on
        )
        measure: Any = ibis.literal(mapping.measure.constant)
        if mapping.measure.cell is not None:
            measure = _in_words(sheet.value(mapping.measure.cell), mapping.measure.values)
        basis: Any = ibis.literal(item.legal_basis.citation)
        if item.legal_basis.cell is not None:
            given = sheet.value(item.legal_basis.cell)
            basis = (given == "").ifelse(basis, given)
        return {
            "key": _key(sheet, mapping.key),
            "decided_on": decided_on,
            "legal_form": form,
            "form_sure": sure,
            "amount": amount,
            "currency": currency,
            "amount_right": right,
            "currency_right": known,
            "measure": measure,
            "legal_basis": basis,
            "term_begins": begins_of(sheet, item.term, decided_on, self._day_of(sheet)),
        }

    def _legal_form(self, sheet: Sheet) -> tuple[Any, Any]:
        """The legal form by the item's rules, and whether it is the one that the row path reads."""
        form: Any = ibis.literal("")
        sure: Any = ibis.literal(_YES)
        for rule in reversed(self._item.mapping.legal_form):
            told = _told(sheet, rule)
            # A name that tells nothing plainly may tell something to the row path.
            sure = (told != "") | (ibis.literal(_NO) if rule.from_name else sure)
            form = (told == "").ifelse(form, told)
        return form, sure

    def _flags(self, sheet: Sheet) -> Flags:
        """What a row has to pass for the facts that are read."""
        item, table = self._item, sheet.table
        form = table["legal_form"]
        admitted = (form == "").ifelse(table["i_alone"], form.notin(self._forms_of_people()))
        return [
            (Reason.IDENTIFIER_FORM, table["i_form"]),
            (Reason.IDENTIFIER_CHECK_DIGIT, table["i_check"]),
            (Reason.LEGAL_FORM, table["form_sure"] & admitted),
            (Reason.MEASURE, table["measure"] != ""),
            (Reason.LEGAL_BASIS, table["legal_basis"] != ""),
            (Reason.AMOUNT, table["amount_right"]),
            (Reason.CURRENCY, table["currency_right"]),
            *flags_of_term(item.term, item.kind, self._packs, self._today, table),
        ]

    def _forms_of_people(self) -> list[str]:
        """Codes of legal forms of natural persons that the item's rules can give."""
        codes = {
            code
            for rule in self._item.mapping.legal_form
            for code in (rule.constant, *(rule.values or {}).values())
        }
        if any(rule.from_name for rule in self._item.mapping.legal_form):
            codes |= set(legal_forms.LEGAL_FORMS)
        forms = {code: legal_forms.get(code) for code in codes}
        return [code for code, form in sorted(forms.items()) if form and form.natural_person]

    def _kept(self, sheet: Sheet) -> dict[str, Any]:
        """The mapped values, by the names of `OUTCOME`."""
        mapping, table = self._item.mapping, sheet.table
        named = ("scheme", "identifier", "legal_form", "decided_on", "measure", "legal_basis")
        more = ("amount", "currency", "term_begins", "term_ends")
        return {name: table[name] for name in (*named, *more)} | {
            "late": is_late(table["decided_on"], self._late),
            "key": table["key"],
            "subject_name": sheet.value(mapping.name),
            "jurisdiction": ibis.literal(mapping.jurisdiction),
            "decision_number": sheet.value(mapping.decision_number),
            "summary": sheet.value(mapping.summary) if mapping.summary else ibis.literal(""),
            "details": _details(
                {detail.name: sheet.value(detail.cell) for detail in mapping.details}
            ),
        }


def _with(sheet: Sheet, columns: Mapping[str, Any]) -> Sheet:
    return replace(sheet, table=sheet.table.mutate(**columns))


def _told(sheet: Sheet, rule: LegalFormRule) -> Any:
    if rule.cell is not None and rule.values is not None:
        return _in_words(sheet.value(rule.cell), rule.values)
    if rule.from_name:
        return form_told(sheet.table["n_own"], sheet.table["n_plain"], rule.jurisdiction)
    return ibis.literal(rule.constant)


def _in_words(value: Any, words: Mapping[str, str] | None) -> Any:
    """A value said in the item's words; "" where it has none for it."""
    if words is None:
        return value
    branches = [(value == written, word) for written, word in sorted(words.items())]
    return ibis.cases(*branches, else_="") if branches else ibis.literal("")


def _escaped(text: Any) -> Any:
    """A text inside a text of JSON (RFC 8259, section 7), for the usual characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    marked = text.contains('"') | text.contains("\\") | text.contains("\n")
    return marked.ifelse(escaped, text)


def _key(sheet: Sheet, columns: tuple[str, ...]) -> Any:
    """The key columns as JSON, as `RowMapper.key` writes them."""
    parts: list[Any] = []
    for place, column in enumerate(columns):
        parts += [ibis.literal('","' if place else '["'), _escaped(sheet[column])]
    return concatenated([*parts, ibis.literal('"]')])


def _details(values: Mapping[str, Any]) -> Any:
    """The details that are given, as a JSON object in the item's order."""
    if not values:
        return ibis.literal("{}")
    pairs = []
    for name, value in values.items():
        before = ibis.literal(f",{json.dumps(name)}:" + '"')
        pairs.append((value == "").ifelse("", concatenated([before, _escaped(value), '"'])))
    return concatenated([ibis.literal("{"), concatenated(pairs).substr(1), ibis.literal("}")])
