"""Proposing a catalogue item from a sample of a file: what the file tells, and what has to be asked.

A guess is a default for a person's answer and never the last word. Nothing that stands in a row is
repeated, except the words of a column of legal forms, which the item needs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Kind
from tabularium.core.rules import RulePack
from tabularium.intake.item_parts import TermRule
from tabularium.intake.proposing_columns import (
    Column,
    ColumnType,
    column_of,
    legal_forms_in,
    values_of,
    words_of,
)
from tabularium.intake.proposing_lists import is_unfolded, list_within
from tabularium.intake.proposing_shape import shape_of
from tabularium.intake.readers import FileShape, Row, UnreadableFile, open_rows
from tabularium.rules.loader import rule_book

ROWS = 1_000
"""Rows of a sample, if not said otherwise."""

_WIDEST_KEY = 3
_COLUMNS_FOR_KEY = 12


@dataclass(frozen=True)
class Sample:
    """The beginning of a file.

    Attributes:
        path: the file.
        shape: how it is written.
        rows: its first rows, those whose form is broken among them.
        columns: what its columns are, in their order.
    """

    path: Path
    shape: FileShape
    rows: Sequence[Row]
    columns: Sequence[Column]

    @cached_property
    def usable(self) -> tuple[Column, ...]:
        """The columns that an item may have."""
        return tuple(column for column in self.columns if not column.refused_for)

    @cached_property
    def whole_rows(self) -> tuple[Row, ...]:
        """The rows whose form is not broken."""
        return tuple(row for row in self.rows if row.trouble is None)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.usable if column.name == name), None)

    def repeats(self, key: Sequence[str]) -> int:
        """How many rows have the same values in these columns as a row before them."""
        values = {tuple(row.cells.get(name) or "" for name in key) for row in self.whole_rows}
        return len(self.whole_rows) - len(values)

    def legal_forms(self, column: str, jurisdiction: str) -> dict[str, str]:
        """Codes of legal forms by the texts of a column; nothing where it is none of legal forms."""
        values = values_of(self.rows, column)
        return legal_forms_in(values, jurisdiction) if values else {}


def take_sample(path: Path, rows: int = ROWS) -> Sample:
    """The first rows of a file, and what is in its columns.

    Raises:
        UnreadableFile: it cannot be read, has no row, or no column that an item may have.
    """
    shape = shape_of(path)
    taken = list(islice(open_rows(path, shape), rows))
    within = list_within(shape, taken)
    if within:
        # Only a list at the top of a record can be unfolded; one deeper down stays a text.
        inner = replace(shape, unfold=within)
        members = list(islice(open_rows(path, inner), rows))
        shape, taken = (inner, members) if is_unfolded(within, members) else (shape, taken)
    names = list(dict.fromkeys(name for row in taken for name in row.cells))
    if not names:
        raise UnreadableFile(f"{path.name}: there is no row below the header.")
    columns = [column_of(name, taken) for name in names]
    if all(column.refused_for for column in columns):
        raise UnreadableFile(
            f"{path.name}: every column is about people or adds a subject up; the register keeps none."
        )
    return Sample(path, shape, taken, columns)


@dataclass(frozen=True, slots=True)
class Detail:
    """A further column to keep, with its name in the register and its labels."""

    name: str
    column: str
    label_en: str
    label_zh: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """All that an item says beyond the file's shape and columns; "" for what is not known.

    The names ending in `_column` are names of columns, those ending in `_en` and `_zh` texts in English
    and simplified Chinese. The other names are those of the item's keys.
    """

    code: str = ""
    title_en: str = ""
    title_zh: str = ""
    kind: str = ""
    field: str = ""
    language: str = ""
    frequency: str = ""
    authority: str = ""
    authority_name: str = ""
    authority_name_en: str = ""
    jurisdiction: str = ""
    time_zone: str = ""
    website: str = ""
    corrections_en: str = ""
    corrections_zh: str = ""
    legal_basis: str = ""
    notice: str = ""
    objection_en: str = ""
    objection_zh: str = ""
    name_column: str = ""
    identifier_column: str = ""
    scheme: str = ""
    case_column: str = ""
    number_column: str = ""
    date_column: str = ""
    date_form: str = ""
    measure_column: str = ""
    measure: str = ""
    summary_column: str = ""
    amount_column: str = ""
    decimal: str = ""
    currency: str = ""
    form_column: str = ""
    form_reason: str = ""
    term: str = ""
    begins_column: str = ""
    end_column: str = ""
    promised_to: str = ""
    due_column: str = ""
    key: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


# Words of the columns' names by what the columns are for, the likelier first: regular expressions.
_WORDS = {
    "name": """razao social|nombre|nome|name|empresa|company|organi[sz]ation|firm|denominacion
        |名称|当事人""",
    "number": """reference|registro|numero|number|no|case|processo|expediente|sei|registration
        |licen[cs]e|permit|id|文号|编号""",
    "date": """decided|decision date|data decisao|decisao|decision|resolucion|issued|registro
        |published|date|日期""",
    "begins": "begins?|from|start|inicio|desde|effective|起",
    "end": """until|ends?|expir[a-z]*|fim|final|termino|terminat[a-z]*|hasta|valid to|to
        |vencimiento|截止|有效期""",
    "measure": """measure|decision|decisao|sancao|sancion|penalty type|penalty|action
        |tipo de sancion|处罚|决定""",
    "amount": "amount|valor|monto|fine|multa|importe|penalty|sum|金额",
    "summary": """reason|conduta|conuta|motivo|violations?|description|summary|infraccion|causa
        |事由|违法""",
}


def propose(sample: Sample) -> Proposal:
    """What can be guessed from the sample alone."""
    numbered = _numbered_among(sample.usable)
    scheme = SCHEMES[numbered.scheme] if numbered else None
    jurisdiction = scheme.jurisdiction if scheme else ""
    days = [column for column in sample.usable if column.type is ColumnType.DAY]
    ends = _called("end", days)
    begins = _called("begins", [column for column in days if column is not ends])
    other_days = [column for column in days if column not in {ends, begins}]
    decided = _called("date", other_days) or next(iter(other_days), begins)
    texts = [column for column in sample.usable if column.type is ColumnType.TEXT]
    free = [column for column in texts if not column.scheme]
    name = _name_among(free)
    number = _number_among(sample, name, numbered)
    forms = [column for column in free if sample.legal_forms(column.name, jurisdiction)]
    left = [column for column in free if column not in {name, number, *forms}]
    measure = _called("measure", [each for each in left if 2 * each.distinct <= each.filled])
    summary = _called("summary", [column for column in left if column is not measure])
    sums = [column for column in sample.usable if column.money is not None]
    duration = next((each for each in sample.usable if each.type is ColumnType.DURATION), None)
    if ends is not None and duration is None:
        term = str(TermRule.COLUMNS)
    else:
        term = str(TermRule.DURATION_TEXT) if duration else ""
    found = {
        "name_column": name,
        "identifier_column": numbered,
        "number_column": number,
        "date_column": decided,
        "measure_column": measure,
        "summary_column": summary,
        "amount_column": _called("amount", sums),
        "form_column": forms[0] if forms else None,
        "begins_column": begins if begins is not decided else None,
        "end_column": duration or ends,
    }
    columns: dict[str, Any] = {role: each.name for role, each in found.items() if each is not None}
    return Proposal(
        code=_code(sample.path.stem),
        scheme=scheme.code if scheme else "",
        jurisdiction=jurisdiction,
        term=term,
        key=key_of(sample, [each.name for each in (number, numbered, decided, measure) if each]),
        **columns,
    )


def day_forms(sample: Sample, column: str) -> tuple[str, ...]:
    """The forms in which the days of a column may be written; the other columns' days decide a doubt."""
    known = sample.column(column)
    if known is None or len(known.day_forms) <= 1:
        return known.day_forms if known else ()
    certain = {each.day_forms[0] for each in sample.usable if len(each.day_forms) == 1}
    agreed = tuple(form for form in known.day_forms if form in certain)
    return agreed if len(agreed) == 1 else known.day_forms


def key_of(sample: Sample, first: Iterable[str]) -> tuple[str, ...]:
    """The fewest columns that tell the sample's rows apart, those named first tried first.

    Where no three do, the ones that leave the fewest rows alike.
    """
    roles = list(dict.fromkeys(first))
    others = sorted(sample.usable, key=lambda column: -column.distinct)
    kept = (ColumnType.TEXT, ColumnType.DAY, ColumnType.INTEGER)
    names = [
        *roles,
        *(each.name for each in others if each.type in kept and not each.is_row_counter),
    ]
    likely = list(dict.fromkeys(names))[:_COLUMNS_FOR_KEY]
    best: tuple[str, ...] = ()
    fewest = len(sample.whole_rows) + 1
    for columns in (roles, likely):
        for width in range(1, _WIDEST_KEY + 1):
            for key in combinations(columns, width):
                repeats = sample.repeats(key)
                if repeats < fewest:
                    best, fewest = key, repeats
                if repeats == 0:
                    return best
    return best


def latest_rules(jurisdiction: str) -> RulePack | None:
    """The pack that judges the latest decisions of a jurisdiction; None where there is none."""
    packs = rule_book().packs(jurisdiction)
    return packs[-1] if packs else None


def term_rules(kind: str) -> tuple[str, ...]:
    """The term rules that an item of this kind may have; all where the kind is not known."""
    if not kind:
        return tuple(map(str, TermRule))
    refused: set[TermRule] = set()
    if kind != Kind.LICENCE:
        refused.add(TermRule.OPEN)
    if kind in {Kind.LICENCE, Kind.PROMISE}:
        refused.add(TermRule.PACK_DEFAULT)
    return tuple(str(rule) for rule in TermRule if rule not in refused)


def _code(stem: str) -> str:
    words = "-".join(words_of(stem).encode("ascii", "ignore").decode("ascii").split())
    return words.lstrip("-0123456789")[:64].strip("-")


def _called(role: str, columns: Sequence[Column]) -> Column | None:
    """The column whose name holds the likeliest word of a role, the words as they are listed."""
    for word in map(str.strip, _WORDS[role].split("|")):
        pattern = re.compile(rf"\b(?:{word})\b" if word.isascii() else word)
        for column in columns:
            if pattern.search(words_of(column.name)):
                return column
    return None


def _numbered_among(columns: Sequence[Column]) -> Column | None:
    """The numbers of organisations, those with check digits before those that are only so called."""
    numbered = [column for column in columns if column.scheme]
    return min(numbered, key=lambda each: SCHEMES[each.scheme].check is None, default=None)


def _name_among(columns: Sequence[Column]) -> Column | None:
    """The names of organisations end in their legal forms; a title may be the trading name."""
    if not columns:
        return None
    telling = max(columns, key=lambda column: column.with_form)
    return telling if telling.with_form > 1 / 4 else _called("name", columns)


def _number_among(sample: Sample, name: Column | None, numbered: Column | None) -> Column | None:
    """The authority's reference: so called, and as different from row to row as any so called."""
    kinds = (ColumnType.TEXT, ColumnType.INTEGER)
    columns = [
        column
        for column in sample.usable
        if column.type in kinds
        and column not in {name, numbered}
        and column.filled
        and not column.is_row_counter
    ]
    called = [column for column in columns if _called("number", [column])]
    return max(called, key=lambda column: column.distinct / len(sample.rows), default=None)
