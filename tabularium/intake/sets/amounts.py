"""Sums of money as expressions, read as `intake.values.parse_amount` reads them, or not at all."""

from typing import Any

import ibis

from tabularium.intake.currencies import CURRENCIES, WITHDRAWN
from tabularium.intake.mapping_parts import AmountCell
from tabularium.intake.readers.shape import FileFormat
from tabularium.intake.sets.portable import escaped
from tabularium.intake.sets.texts import Sheet, trimmed, usable
from tabularium.intake.values import LONGEST_NUMBER

_YES: Any = True


def amount_of(
    sheet: Sheet, rule: AmountCell | None, file: FileFormat, decided_on: Any
) -> tuple[Any, Any, Any, Any]:
    """The sum and its currency, both "" where there is none, and whether each of them is right."""
    nothing = ibis.literal("")
    if rule is None:
        return nothing, nothing, ibis.literal(_YES), ibis.literal(_YES)
    written = sheet.value(rule.cell)
    absent = written.isin(["", *usable(rule.empty_values)])
    digits = _without_prefix(written, rule.prefixes)
    pattern = _pattern(rule)
    right = (digits.length() <= LONGEST_NUMBER) & digits.re_search(pattern)
    if file is not FileFormat.CSV and rule.grouping == ".":
        # A cell that the file holds as a number, 4.125, is no text of four thousand: the row path knows.
        right &= ~digits.re_search(r"^[0-9]{1,3}\.[0-9]{3}$")
    plain = digits
    if rule.grouping:
        plain = plain.replace(rule.grouping, "")
    if rule.decimal != ".":
        plain = plain.replace(rule.decimal, ".")
    currency, known = _currency(sheet, rule, decided_on)
    return (
        absent.ifelse(nothing, plain),
        absent.ifelse(nothing, currency),
        absent | right,
        absent | known,
    )


def _without_prefix(written: Any, prefixes: tuple[str, ...]) -> Any:
    if not prefixes:
        return written
    branches = [
        (written.startswith(prefix), trimmed(written.substr(len(prefix)))) for prefix in prefixes
    ]
    return ibis.cases(*branches, else_=written)


def _pattern(rule: AmountCell) -> str:
    """A sum without surplus zeros in front; those the row path takes away."""
    whole = "(?:0|[1-9][0-9]*)"
    if rule.grouping:
        whole = f"(?:0|[1-9][0-9]{{0,2}}(?:{escaped(rule.grouping)}[0-9]{{3}})+|[1-9][0-9]*)"
    return f"^{whole}(?:{escaped(rule.decimal)}[0-9]+)?$"


def _currency(sheet: Sheet, rule: AmountCell, decided_on: Any) -> tuple[Any, Any]:
    if rule.currency_cell is not None:
        written = sheet.value(rule.currency_cell)
        return written, written.isin(sorted(CURRENCIES))
    code = rule.currency
    known: Any = ibis.literal(code in CURRENCIES)
    if code in WITHDRAWN:
        known = decided_on <= ibis.literal(WITHDRAWN[code])
    return ibis.literal(code), known
