"""Identifiers of organisations as expressions: the plain way of writing each scheme, and its check digits.

What `tabularium.core.identifiers` takes is taken here alike, or left to it: small letters, full-width
characters and lost zeros are no plain way of writing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from tabularium.core.identifier_lists import AUTHORITY_CASE, LONGEST_VALUE, SCHEMES
from tabularium.core.identifiers import IdentifierError, Scheme, by_case
from tabularium.intake.mapping_parts import IdentifierRule, RowMapping
from tabularium.intake.sets.characters import FOLDED, class_of
from tabularium.intake.sets.check_sums import FITS, LENGTHS
from tabularium.intake.sets.portable import portable
from tabularium.intake.sets.texts import Sheet, fits, search

# Dots and dashes as in a CPF or a social security number: a person's, whatever scheme is named.
_WRITTEN_AS_A_PERSON = r"^[0-9*]{3}\.[0-9*]{3}\.[0-9*]{3}-[0-9*]{2}$|^[0-9]{3}-[0-9]{2}-[0-9]{4}$"
_DIGITS_OF_A_PERSON = frozenset({9, 11})
_PART_LIKE_A_PERSON = r"^[A-Za-zÑñ&]{4}[0-9]{6}|^[0-9]{17}[0-9Xx]$"
_LENGTHS_OF_PERSONS = (13, 18)
"""Of an RFC, and of a CURP or a Chinese identity number."""
# A number that a spreadsheet gave decimals: its point could pass for a separator.
_WITH_DECIMALS = r"^[0-9]{5,}[.,]0+$"
_TO_FOLD = f"[{class_of(FOLDED)}]|  |\\n"
_YES: Any = True
_NO: Any = False


@dataclass(frozen=True, slots=True)
class Known:
    """An identifier as expressions.

    Attributes:
        scheme: code of its scheme.
        value: its canonical value, where `form` and `check` hold.
        form: whether it is written plainly and has the scheme's form.
        check: whether its check digits fit.
        alone: whether the scheme admits organisations alone.
    """

    scheme: Any
    value: Any
    form: Any
    check: Any
    alone: Any


class Identifiers:
    """The identifiers of an item's rows: the first rule that has a value, or the case."""

    def __init__(self, mapping: RowMapping, authority: str) -> None:
        """Prepare; `authority` is the code of the authority, which is part of a case's value."""
        self._mapping = mapping
        self._authority = authority

    def compacted(self, sheet: Sheet) -> dict[str, Any]:
        """Columns to be added to the rows: each number without the separators of its scheme."""
        columns = {}
        for number, rule in enumerate(self._mapping.identifiers):
            marks = SCHEMES[rule.scheme].separators
            columns[f"i{number}"] = _without(sheet.value(rule.cell), marks)
        case, party = self._mapping.case, self._mapping.party
        if case is not None:
            columns["i_case"] = _folded(sheet.value(case))
            columns["i_party"] = _folded(sheet.value(party)) if party else ibis.literal("")
        return columns

    def known(self, sheet: Sheet) -> Known:
        """The identifier of each row, once the columns of `compacted` are there."""
        branches: list[tuple[Any, Known]] = []
        for number, rule in enumerate(self._mapping.identifiers):
            written = sheet.value(rule.cell)
            known = _of_scheme(
                SCHEMES[rule.scheme], written, sheet.table[f"i{number}"], self._fit(sheet, rule)
            )
            branches.append((written != "", known))
        if self._mapping.case is None:
            return _first(branches[:-1], branches[-1][1])
        return _first(branches, self._of_case(sheet.table))

    def _fit(self, sheet: Sheet, rule: IdentifierRule) -> Any:
        """What is known beforehand of the check digits of a rule; None for nothing."""
        number = sheet.numbers.get(rule.cell.columns[0], -1)
        is_summed = summed(self._mapping.identifiers, sheet.numbers).get(number) == rule.scheme
        return (
            sheet.table[fits(number)] if is_summed and fits(number) in sheet.table.columns else None
        )

    def _of_case(self, table: ir.Table) -> Known:
        """Authority and case number, put together as `by_case` does."""
        case, party = table["i_case"], table["i_party"]
        refused = f"{_WRITTEN_AS_A_PERSON}|{_PART_LIKE_A_PERSON}|  |\\n"
        form = (case != "") & ~case.re_search(refused) & ~party.re_search(refused)
        try:
            beginning = by_case(self._authority, "1").value[:-1]
        except IdentifierError:
            beginning, form = "", ibis.literal(_NO)
        which = _escaped(party)
        value = ibis.literal(beginning) + _escaped(case)
        value = (party == "").ifelse(value, value + "#" + which)
        form &= value.length() <= LONGEST_VALUE
        return _known(SCHEMES[AUTHORITY_CASE], value, form, ibis.literal(_YES))


def _first(branches: list[tuple[Any, Known]], last: Known) -> Known:
    if not branches:
        return last

    def chosen(name: str) -> Any:
        cases = [(given, getattr(known, name)) for given, known in branches]
        return ibis.cases(*cases, else_=getattr(last, name))

    return Known(*(chosen(name) for name in ("scheme", "value", "form", "check", "alone")))


def _without(text: Any, marks: Iterable[str]) -> Any:
    """A text without some characters; most numbers have none of them, and are not copied."""
    parted = f"[{class_of(marks)}]"
    if parted == "[]":
        return text
    return text.re_search(parted).ifelse(
        reduce(lambda each, mark: each.replace(mark, ""), marks, text), text
    )


def _folded(text: Any) -> Any:
    folded = reduce(lambda each, pair: each.replace(*pair), FOLDED.items(), text)
    return text.re_search(_TO_FOLD).ifelse(folded, text)


def _escaped(part: Any) -> Any:
    return part.replace("%", "%25").replace("#", "%23")


def form_of(scheme: Scheme, written: Any, value: Any) -> Any:
    """Whether a number is written plainly and has the scheme's form, its check digits apart.

    Args:
        scheme: which it is said to be of.
        written: the number, cleaned.
        value: the same without the scheme's separators.
    """
    length = value.length()
    form = (length >= scheme.lengths.start) & (length < scheme.lengths.stop)
    form &= search(value, portable(scheme.pattern, whole=True)).found
    if _DIGITS_OF_A_PERSON & set(scheme.lengths):
        form &= ~written.re_search(_WRITTEN_AS_A_PERSON)
    if scheme.check is None or "." in scheme.separators:
        form &= ~written.re_search(_WITH_DECIMALS)
    if scheme.placeholders:
        form &= value.notin(sorted(scheme.placeholders))
    if scheme.code == "CN-USCC":
        form &= ~value.startswith("92")
    if scheme.check is None:
        form &= length.notin(_LENGTHS_OF_PERSONS)
    return form


def summed(rules: Iterable[IdentifierRule], numbers: Mapping[str, int]) -> dict[int, str]:
    """Scheme by number of the columns whose cells are identifiers as they stand, and summed by bytes too.

    Args:
        rules: of the item, in order.
        numbers: of the columns that are read.
    """
    found: dict[int, str] = {}
    for rule in rules:
        cell = rule.cell
        if len(cell.columns) == 1 and cell.columns[0] in numbers:
            plain = cell.pattern is None and not cell.html and rule.scheme in LENGTHS
            # Of two rules for one column the first is asked.
            found.setdefault(numbers[cell.columns[0]], rule.scheme if plain else "")
    return {number: scheme for number, scheme in found.items() if scheme}


def _of_scheme(scheme: Scheme, written: Any, value: Any, known_fits: Any = None) -> Known:
    form = form_of(scheme, written, value)
    if scheme.check is None:
        return _known(scheme, value, form, ibis.literal(_YES))
    # Check digits are worked out where the form is right, and left to the row path for a scheme without.
    fit = FITS[scheme.code](value) if scheme.code in FITS else ibis.literal(_NO)
    if known_fits is not None:
        fit = ibis.coalesce(known_fits, fit)
    return _known(scheme, value, form, form.ifelse(fit, _YES))


def _known(scheme: Scheme, value: Any, form: Any, check: Any) -> Known:
    alone = ibis.literal(scheme.admits_only_organisations)
    return Known(ibis.literal(scheme.code), value, form, check, alone)
