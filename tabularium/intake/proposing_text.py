"""Writing a proposed catalogue item: TOML with its comments, and a mark in each line that lacks something.

A missing answer is an empty value, so that reading the item finds the mistake in the marked line.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Kind
from tabularium.intake.item_parts import TermRule
from tabularium.intake.proposing import Proposal, Sample, day_forms, term_rules
from tabularium.intake.proposing_columns import Column, ColumnType, MoneyForm
from tabularium.intake.proposing_questions import QUESTIONS
from tabularium.intake.readers import FileFormat

MARK = "# TO FILL IN: "
"""What stands behind each value that is missing."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'[\\"\x00-\x1f\x7f\u0080-\u009f\u2028\u2029\ufeff]')
_LONGEST_NAME = 255


def toml_text(text: str) -> str:
    """A basic string of TOML 1.0 with this text; what cannot be seen is written as an escape."""
    return f'"{_TO_ESCAPE.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"


def toml_key(name: str) -> str:
    """A key of TOML 1.0, quoted where it has to be."""
    return name if _BARE_KEY.fullmatch(name) else toml_text(name)


def _inline(values: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{toml_key(key)} = {toml_text(text)}" for key, text in values.items())
    return f"{{ {pairs} }}" if pairs else "{}"


def item_text(sample: Sample, proposal: Proposal, today: date) -> str:
    """The proposed item.

    Args:
        sample: of the file that it is for.
        proposal: what is known beyond it.
        today: the first day on which the item is used.
    """
    writer = _Writer(sample, proposal)
    parts = (
        writer.head(),
        writer.about(today),
        writer.authority(),
        writer.law(),
        writer.term(),
        writer.file(),
        writer.schema(),
        writer.mapping(),
        writer.amount(),
        writer.details(),
        writer.end(),
    )
    texts = ("\n".join(part).rstrip("\n") for part in parts)
    return "\n\n".join(filter(None, texts)) + "\n"


class _Writer:
    """Writes the parts of one item."""

    def __init__(self, sample: Sample, proposal: Proposal) -> None:
        self._sample = sample
        self._known = proposal

    def head(self) -> Iterator[str]:
        """What the file is, and which columns were left out."""
        yield f"# A catalogue item for files such as {_comment(self._sample.path.name)}."
        yield f"# Proposed from its first {len(self._sample.rows):,} rows; read it through."
        yield "# Every key is explained in docs/catalogue.md."
        left_out = [column for column in self._sample.columns if column.refused_for]
        if left_out:
            yield "#"
            yield "# Left out, for the register keeps nothing about people and no score:"
            for column in left_out:
                yield f"#   {_comment(column.name)} ({column.refused_for})"

    def about(self, today: date) -> Iterator[str]:
        """Code, kind, field and titles."""
        known = self._known
        yield self._text("code", known.code, "code")
        yield "version = 1"
        yield f"effective_from = {today}"
        yield self._text("kind", known.kind, "kind")
        yield self._text("field", known.field, "field")
        yield self._text("language", known.language, "language")
        yield self._text("frequency", known.frequency, "frequency")
        yield self._texts("title", known.title_en, known.title_zh, "title_en")

    def authority(self) -> Iterator[str]:
        """Who decides."""
        known = self._known
        yield "[authority]"
        yield self._text("code", known.authority, "authority")
        names = {known.language or "en": known.authority_name, "en": known.authority_name_en}
        given = {tag: name for tag, name in names.items() if name}
        if known.authority_name and known.language == "en":
            given = {"en": known.authority_name}
        yield self._marked(f"name = {_inline(given)}", "authority_name", missing=not given)
        yield self._text("jurisdiction", known.jurisdiction, "jurisdiction")
        yield self._text("time_zone", known.time_zone, "time_zone")
        if known.website:
            yield f"website = {toml_text(known.website)}"
        yield ""
        yield "[authority.corrections]"
        yield self._texts("text", known.corrections_en, known.corrections_zh, "corrections_en")

    def law(self) -> Iterator[str]:
        """The law, the notice and the way to object."""
        known = self._known
        yield "[legal_basis]"
        yield self._text("citation", known.legal_basis, "legal_basis")
        if known.kind != Kind.LICENCE:
            yield ""
            yield "[notice]"
            yield self._text("channel", known.notice, "notice")
        yield ""
        yield "[objection]"
        yield self._texts("route", known.objection_en, known.objection_zh, "objection_en")

    def term(self) -> Iterator[str]:
        """Until when."""
        known = self._known
        # Without a kind an item is read as one of licences.
        rule = known.term if known.term in term_rules(known.kind or Kind.LICENCE) else ""
        yield "[term]"
        yield self._text("rule", rule, "term")
        if known.begins_column and rule != TermRule.OPEN:
            yield f"begins = {self._day_cell(known.begins_column)}"
        keys = {TermRule.DURATION_TEXT: "duration", TermRule.DAYS_COLUMN: "days"}
        if rule in {"", TermRule.COLUMNS}:
            cell = self._day_cell(known.end_column)
            line = f"ends = {cell}"
            yield self._marked(line, "end_column", missing=not known.end_column)
        elif rule in keys:
            line = f"{keys[TermRule(rule)]} = {_inline({'column': known.end_column})}"
            yield self._marked(line, "end_column", missing=not known.end_column)

    def file(self) -> Iterator[str]:
        """How the file is written."""
        shape = self._sample.shape
        yield "[file]"
        yield f"format = {toml_text(shape.format)}"
        if shape.encoding:
            yield f"encoding = {toml_text(shape.encoding)}"
        if shape.format is FileFormat.CSV:
            yield f"delimiter = {toml_text(shape.delimiter)}"
            yield f"quote = {toml_text(shape.quote)}"
        if shape.format in {FileFormat.CSV, FileFormat.XLSX, FileFormat.ODS}:
            yield f"header_row = {shape.header_row}"
        if shape.records:
            yield f"records = {toml_text(shape.records)}"
        if shape.unfold:
            yield "# Each record holds this list: each of its members becomes a row."
            yield f"unfold = {toml_text(shape.unfold)}"
        if shape.columns:
            yield "# The file names no columns: these names are yours to change, here and below."
            yield f"columns = [{', '.join(map(toml_text, shape.columns))}]"

    def schema(self) -> Iterator[str]:
        """The columns, in the terms of the Frictionless Table Schema."""
        known = self._known
        needed = {known.name_column, known.number_column, known.date_column}
        needed |= {known.identifier_column}
        yield "[schema]"
        for column in self._sample.usable:
            yield ""
            yield "[[schema.fields]]"
            yield f"name = {toml_text(column.name)}"
            yield from self._typed(column)
            constraints = "required = true" if column.name in needed else ""
            if constraints and column.name == known.name_column:
                constraints += f", maxLength = {_LONGEST_NAME}"
            if constraints:
                yield f"constraints = {{ {constraints} }}"

    def _typed(self, column: Column) -> Iterator[str]:
        known = self._known
        as_text = {known.number_column, known.identifier_column, known.case_column}
        if column.type is ColumnType.DAY:
            yield 'type = "date"'
            yield f"format = {toml_text(self._day_form(column.name))}"
        elif column.type is ColumnType.INTEGER and column.name not in as_text:
            yield 'type = "integer"'
        elif column.type is ColumnType.MONEY and column.money and column.money.is_plain:
            yield 'type = "number"'

    def mapping(self) -> Iterator[str]:
        """Which columns give what the register keeps."""
        known = self._known
        yield "[mapping]"
        scheme = SCHEMES.get(known.scheme)
        if known.identifier_column and scheme and scheme.jurisdiction:
            yield "# Where every organisation of the list is registered."
            yield f"jurisdiction = {toml_text(scheme.jurisdiction)}"
        yield self._cell("name", known.name_column, "name_column")
        yield from self._identity()
        yield self._cell("decision_number", known.number_column, "number_column")
        line = f"decided_on = {self._day_cell(known.date_column)}"
        yield self._marked(line, "date_column", missing=not known.date_column)
        if known.measure:
            yield f"measure = {_inline({'constant': known.measure})}"
        else:
            yield self._cell("measure", known.measure_column, "measure_column")
        if known.summary_column:
            yield self._cell("summary", known.summary_column, "summary_column")
        if known.kind == Kind.PROMISE:
            line = f"promised_to = {_inline({'constant': known.promised_to})}"
            yield self._marked(line, "promised_to", missing=not known.promised_to)
            line = f"due_on = {self._day_cell(known.due_column)}"
            yield self._marked(line, "due_column", missing=not known.due_column)
        yield "# The columns by which a decision that is sent again is recognised."
        repeats = self._sample.repeats(known.key) if known.key else 0
        if repeats:
            yield f"# In the sample {repeats:,} rows repeat another's values in them."
        missing = (
            "" if known.key else f"  {MARK}Columns that together are different for every decision"
        )
        yield f"key = [{', '.join(map(toml_text, known.key))}]{missing}"
        yield from self._forms()

    def _identity(self) -> Iterator[str]:
        known = self._known
        if known.case_column and not known.identifier_column:
            yield f"case = {{ number = {_inline({'column': known.case_column})} }}"
            return
        cell = _inline({"scheme": known.scheme, "column": known.identifier_column})
        missing = not (known.scheme and known.identifier_column)
        yield self._marked(f"identifier = {cell}", "identifier_column", missing=missing)

    def _forms(self) -> Iterator[str]:
        """The legal form, by which sole traders are kept out; harmless where the number tells too."""
        known = self._known
        forms = self._sample.legal_forms(known.form_column, known.jurisdiction)
        if forms:
            yield ""
            yield "# What the column says of the legal form. A text not listed here stops its row,"
            yield "# unless the name tells the form."
            yield "[[mapping.legal_form]]"
            yield f"column = {toml_text(known.form_column)}"
            yield f"values = {_inline(forms)}"
        yield ""
        yield "[[mapping.legal_form]]"
        yield "from_name = true"
        if known.jurisdiction:
            yield f"jurisdiction = {toml_text(known.jurisdiction)}"
        if known.form_reason:
            yield ""
            yield "[[mapping.legal_form]]"
            yield 'constant = "int-organisation"'
            yield f"reason = {toml_text(known.form_reason)}"

    def amount(self) -> Iterator[str]:
        """The sum of money."""
        known = self._known
        column = self._sample.column(known.amount_column)
        if column is None:
            return
        sums = column.money or MoneyForm(".", "", (), is_plain=True)
        decimal, grouping = sums.decimal, sums.grouping
        if known.decimal and known.decimal != decimal:
            decimal, grouping = known.decimal, decimal
        yield "[mapping.amount]"
        yield f"column = {toml_text(column.name)}"
        yield f"decimal = {toml_text(decimal)}"
        if grouping:
            yield f"grouping = {toml_text(grouping)}"
        if sums.prefixes:
            yield f"prefixes = [{', '.join(map(toml_text, sums.prefixes))}]"
        yield self._text("currency", known.currency, "currency")

    def details(self) -> Iterator[str]:
        """Further columns to keep."""
        for detail in self._known.details:
            yield f"[mapping.details.{toml_key(detail.name)}]"
            yield f"column = {toml_text(detail.column)}"
            labels = {"en": detail.label_en, "zh-hans": detail.label_zh}
            yield f"labels = {_inline(labels)}"
            yield ""

    def end(self) -> Iterator[str]:
        """How to say which rows are no decisions, as a comment: nobody but the authority knows."""
        yield "# Rows that are no decision in force (refused, pending, overturned) are set aside so:"
        yield '# [[not_a_decision]]\n# column = "Status"\n# values = ["Pending"]\n# reason = "pending"'

    def _day_form(self, column: str) -> str:
        if self._known.date_form and column == self._known.date_column:
            return self._known.date_form
        forms = day_forms(self._sample, column)
        return self._known.date_form if self._known.date_form in forms else next(iter(forms), "")

    def _day_cell(self, column: str) -> str:
        form = self._day_form(column)
        return _inline({"column": column} | ({"format": form} if form else {}))

    def _cell(self, key: str, column: str, question: str) -> str:
        return self._marked(f"{key} = {_inline({'column': column})}", question, missing=not column)

    def _text(self, key: str, text: str, question: str) -> str:
        return self._marked(f"{key} = {toml_text(text)}", question, missing=not text)

    def _texts(self, key: str, english: str, chinese: str, question: str) -> str:
        line = f"{key} = {_inline({'en': english, 'zh-hans': chinese})}"
        return self._marked(line, question, missing=not (english and chinese))

    def _marked(self, line: str, question: str, *, missing: bool) -> str:
        if not missing:
            return line
        asked = next(each for each in QUESTIONS if each.name == question)
        choices = asked.choices(self._known, self._sample)
        said = f" ({', '.join(choices)})" if choices else ""
        return f"{line}  {MARK}{asked.text}{said}"


def _comment(text: str) -> str:
    """A text within a comment, which may hold no control characters and no line's end."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
