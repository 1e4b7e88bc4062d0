"""The sections of a catalogue item that turn a row into a decision: [mapping] and what is none."""

import re

from tabularium.core import legal_forms
from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Kind
from tabularium.intake.item_sections import (
    CODE,
    crosses_in,
    read_cell,
    read_date_cell,
    read_whole_cell,
)
from tabularium.intake.item_text import MistakeCode, Table
from tabularium.intake.mapping_parts import (
    AmountCell,
    Cell,
    Condition,
    Detail,
    IdentifierRule,
    LegalFormRule,
    MeasureRule,
    NoDecision,
    NotADecision,
    RowMapping,
    Superseding,
)

_CURRENCY = re.compile(r"[A-Z]{3}")
_JURISDICTION = re.compile(r"[a-z]{2}")


def read_mapping(table: Table, kind: Kind) -> RowMapping:
    """The table [mapping]; that of promises says besides to whom they are made, and by when."""
    is_promise = kind is Kind.PROMISE
    identifiers = tuple(_identifier(each) for each in table.tables("identifier"))
    case, party = _case(table.optional_table("case"))
    if not identifiers and case is None:
        table.wrong(
            "Nothing says which organisation it is. Add identifier, the column with its number, or "
            "case, the column with the authority's case.",
            code=MistakeCode.MISSING,
        )
    jurisdiction = table.text("jurisdiction", required=False)
    if jurisdiction and not _JURISDICTION.fullmatch(jurisdiction):
        table.wrong(
            "jurisdiction is no country. Write its two small letters (ISO 3166-1), such as cn.",
            "jurisdiction",
        )
    summary, amount = table.optional_table("summary"), table.optional_table("amount")
    mapping = RowMapping(
        name=read_whole_cell(table.table("name")),
        identifiers=identifiers,
        case=case,
        party=party,
        jurisdiction=jurisdiction,
        legal_form=tuple(_legal_form(each) for each in table.tables("legal_form")),
        decision_number=read_whole_cell(table.table("decision_number")),
        decided_on=read_date_cell(table.table("decided_on")),
        measure=_measure(table.table("measure")),
        summary=read_whole_cell(summary) if summary else None,
        amount=_amount(amount) if amount else None,
        details=tuple(_detail(name, each) for name, each in table.named_tables("details")),
        promised_to=_measure(table.table("promised_to")) if is_promise else None,
        due_on=read_date_cell(table.table("due_on")) if is_promise else None,
        key=table.columns("key"),
        several=table.pattern("several"),
        known_organisations_only=table.flag("known_organisations_only"),
    )
    if not mapping.legal_form and not _tell_people_apart(mapping):
        table.wrong(
            "The identifier does not tell an organisation from a person. Add legal_form.",
            "legal_form",
            MistakeCode.MISSING,
        )
    table.close()
    return mapping


def _tell_people_apart(mapping: RowMapping) -> bool:
    known = [SCHEMES.get(rule.scheme) for rule in mapping.identifiers]
    return mapping.case is None and all(each and each.admits_only_organisations for each in known)


def _identifier(table: Table) -> IdentifierRule:
    scheme = table.text("scheme")
    if scheme and scheme not in SCHEMES:
        table.wrong(f"scheme is {scheme!r}. Write one of: {', '.join(sorted(SCHEMES))}.", "scheme")
    rule = IdentifierRule(scheme, read_cell(table))
    table.close()
    return rule


def _case(table: Table | None) -> tuple[Cell | None, Cell | None]:
    if table is None:
        return None, None
    number, party = table.table("number"), table.optional_table("party")
    table.close()
    return read_whole_cell(number), read_whole_cell(party) if party else None


def _legal_form(table: Table) -> LegalFormRule:
    if table.has("column"):
        rule = _form_by_column(table)
    elif table.has("from_name"):
        rule = _form_by_name(table)
    else:
        rule = _form_by_constant(table)
    table.close()
    return rule


def _form_by_column(table: Table) -> LegalFormRule:
    values = table.by_key("values")
    for written, code in values.items():
        _check_form(table, code, "values", written)
    return LegalFormRule(cell=read_cell(table), values=values)


def _form_by_name(table: Table) -> LegalFormRule:
    if not table.flag("from_name"):
        table.wrong("from_name is false. Write true, or take it out.", "from_name")
    return LegalFormRule(from_name=True, jurisdiction=table.text("jurisdiction", required=False))


def _form_by_constant(table: Table) -> LegalFormRule:
    constant = table.text("constant")
    _check_form(table, constant, "constant")
    return LegalFormRule(constant=constant, reason=table.text("reason"))


def _check_form(table: Table, code: str, key: str, *inside: str) -> None:
    if code and legal_forms.get(code) is None:
        table.wrong(
            f"{code!r} is not the code of a legal form. Write one of the register's, such as gb-ltd.",
            key,
            inside=inside,
        )


def _measure(table: Table) -> MeasureRule:
    if table.has("constant"):
        rule = MeasureRule(constant=table.text("constant"))
    else:
        values = table.by_key("values", required=False)
        rule = MeasureRule(cell=read_cell(table), values=values or None)
    table.close()
    return rule


def _amount(table: Table) -> AmountCell:
    currency = table.text("currency", required=not table.has("currency_column"))
    if currency and not _CURRENCY.fullmatch(currency):
        table.wrong(
            "currency is no code. Write its three capital letters (ISO 4217), such as EUR.",
            "currency",
        )
    column = table.column("currency_column", required=False)
    amount = AmountCell(
        cell=read_cell(table),
        decimal=table.text("decimal", required=False) or ".",
        grouping=table.character("grouping", ""),
        prefixes=table.texts("prefixes", required=False),
        empty_values=frozenset(table.texts("empty_values", required=False)),
        currency=currency,
        currency_cell=Cell((column,)) if column else None,
    )
    marks = amount.decimal, amount.grouping
    if len(amount.decimal) != 1 or len(amount.grouping) > 1 or marks[0] == marks[1]:
        table.wrong(
            "decimal and grouping cannot be told apart. Write one character for each, not the same.",
            "decimal" if table.has("decimal") else "grouping",
        )
    table.close()
    return amount


def _detail(name: str, table: Table) -> Detail:
    if not CODE.fullmatch(name.replace("_", "-")):
        table.wrong(f"{name!r} cannot name a detail. Write small letters, digits and underscores.")
    if crosses_in((name,)):
        table.wrong(
            f"{name!r} is refused: the register keeps nothing about people and no score. Take it out.",
            code=MistakeCode.LINE_CROSSED,
        )
    detail = Detail(name, read_cell(table), table.by_language("labels"))
    table.close()
    return detail


def _condition(table: Table) -> Condition:
    condition = Condition(
        column=table.column("column"),
        values=frozenset(table.texts("values", required=False)),
        pattern=table.pattern("pattern"),
        empty=table.flag("empty"),
    )
    if not (condition.values or condition.pattern or condition.empty):
        table.wrong("Nothing says which rows are meant. Add values, a pattern, or empty = true.")
    return condition


def read_not_a_decision(tables: tuple[Table, ...]) -> tuple[NotADecision, ...]:
    """The tables [[not_a_decision]]: rows that are no decision, and why."""
    found = []
    for table in tables:
        reason = table.choice("reason", NoDecision)
        found.append(NotADecision(_condition(table), reason))
        table.close()
    return tuple(found)


def read_superseding(table: Table | None) -> Superseding | None:
    """The table [superseding]: rows that take the place of earlier decisions."""
    if table is None:
        return None
    rule = Superseding(_condition(table), table.columns("same"))
    table.close()
    return rule
