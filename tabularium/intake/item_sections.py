"""The sections of a catalogue item that say who decides, under which law, until when and in what file."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.intake.item_parts import (
    AuthoritySpec,
    FieldType,
    LegalBasis,
    Objection,
    Schema,
    SchemaField,
    TermRule,
    TermSpec,
)
from tabularium.intake.item_text import MistakeCode, Table
from tabularium.intake.mapping_parts import Cell, DateCell
from tabularium.intake.person_words import crosses_a_line
from tabularium.intake.readers.encoding import codec_of
from tabularium.intake.readers.shape import QUOTES, FileFormat, FileShape
from tabularium.intake.values import DAY_FORM, date_form_problem

CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""The register's own codes: lower case, digits, single hyphens."""
_JURISDICTION = re.compile(r"[a-z]{2}")
_LONGEST_CODE = 64


def read_code(table: Table) -> str:
    """The code of an item or an authority."""
    code = table.text("code")
    if code and (not CODE.fullmatch(code) or len(code) > _LONGEST_CODE):
        table.wrong(
            f"code is {code!r}. Write small letters, digits and single hyphens, a letter first, at most "
            f"{_LONGEST_CODE} characters.",
            "code",
        )
    return code


def read_url(table: Table, key: str) -> str:
    """An address on the web, or ""."""
    url = table.text(key, required=False)
    if url and not url.startswith(("https://", "http://")):
        table.wrong(f"{key} is no web address. Begin it with https:// or http://.", key)
    return url


def read_authority(table: Table) -> AuthoritySpec:
    """The table [authority]."""
    jurisdiction = table.text("jurisdiction")
    if jurisdiction and not _JURISDICTION.fullmatch(jurisdiction):
        table.wrong(
            "jurisdiction is no country. Write its two small letters (ISO 3166-1), such as cn.",
            "jurisdiction",
        )
    zone = table.text("time_zone")
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        table.wrong(
            f"There is no time zone {zone!r}. Write a name such as Europe/London.", "time_zone"
        )
    names = table.by_key("name")
    scheme, value = _own_identifier(table)
    corrections = table.table("corrections")
    authority = AuthoritySpec(
        code=read_code(table),
        name=names,
        jurisdiction=jurisdiction,
        time_zone=zone,
        scheme=scheme,
        identifier=value,
        website=read_url(table, "website"),
        corrections=corrections.by_language("text"),
        corrections_url=read_url(corrections, "url"),
    )
    corrections.close()
    table.close()
    return authority


def _own_identifier(table: Table) -> tuple[str, str]:
    own = table.optional_table("identifier")
    if own is None:
        return "", ""
    scheme, value = own.text("scheme"), own.text("value")
    if scheme and scheme not in SCHEMES:
        own.wrong(f"scheme is {scheme!r}. Write one of: {', '.join(sorted(SCHEMES))}.", "scheme")
    own.close()
    return scheme, value


def read_legal_basis(table: Table) -> LegalBasis:
    """The table [legal_basis]: a citation, or the column that holds it."""
    cell = read_cell(table) if table.has("column") or table.has("columns") else None
    basis = LegalBasis(table.text("citation", required=cell is None), read_url(table, "url"), cell)
    table.close()
    return basis


def read_notice(table: Table | None) -> NoticeChannel | None:
    """The table [notice], which only an item of licences or of promises may leave out."""
    if table is None:
        return None
    channel = table.choice("channel", NoticeChannel)
    table.close()
    return channel


def read_objection(table: Table) -> Objection:
    """The table [objection]."""
    objection = Objection(table.by_language("route"), read_url(table, "url"))
    table.close()
    return objection


def read_cell(table: Table) -> Cell:
    """A column, or several of which the first with a value counts, and a pattern for a part of it."""
    several = next((key for key in ("columns", "join") if table.has(key)), "")
    columns = table.columns(several) if several else (table.column("column"),)
    pattern = table.pattern("pattern")
    if pattern is not None and "value" not in pattern.groupindex:
        table.wrong(
            "pattern does not say which part is taken. Put that part in (?P<value>...).", "pattern"
        )
    return Cell(columns, pattern, joined=several == "join", html=table.flag("html"))


def read_date_cell(table: Table) -> DateCell:
    """A column with a day, and one or several forms of it."""
    cell = DateCell(read_cell(table), read_day_forms(table))
    table.close()
    return cell


def read_day_forms(table: Table) -> tuple[str, ...]:
    """The key `format` or `formats`; without either, a day is written as in ISO 8601."""
    forms = table.texts("formats", required=False)
    if not forms:
        forms = (table.text("format", required=False) or DAY_FORM,)
    key = "formats" if table.has("formats") else "format"
    for place, form in enumerate(forms):
        problem = date_form_problem(form)
        if problem:
            message = f"{problem} Write it such as %d/%m/%Y."
            table.wrong(message, key, inside=(place,) if key == "formats" else ())
            return (DAY_FORM,)
    return forms


def read_term(table: Table, kind: Kind) -> TermSpec:
    """The table [term]."""
    rule = table.choice("rule", TermRule)
    begins = table.optional_table("begins")
    term = TermSpec(
        rule=rule,
        begins=read_date_cell(begins) if begins else None,
        ends=read_date_cell(table.table("ends")) if rule is TermRule.COLUMNS else None,
        duration=(
            read_whole_cell(table.table("duration")) if rule is TermRule.DURATION_TEXT else None
        ),
        days=read_whole_cell(table.table("days")) if rule is TermRule.DAYS_COLUMN else None,
        open_ended=frozenset(table.texts("open_ended", required=False)),
        default_when_empty=table.flag("default_when_empty"),
    )
    if rule is TermRule.OPEN and kind is not Kind.LICENCE:
        table.wrong(
            "Only a licence may be without an end. Write columns, duration-text, days-column or "
            "pack-default.",
            "rule",
        )
    if not kind.is_adverse and (rule is TermRule.PACK_DEFAULT or term.default_when_empty):
        other = "open or columns" if kind is Kind.LICENCE else "columns"
        table.wrong(f"The rules set no term for a {kind}. Write {other}.", "rule")
    table.close()
    return term


def read_whole_cell(table: Table) -> Cell:
    """A cell whose table holds nothing else."""
    cell = read_cell(table)
    table.close()
    return cell


def read_file(table: Table, needed: frozenset[str]) -> FileShape:
    """The table [file], of which every value may be left out: it is then found out from the file."""
    encoding = table.text("encoding", required=False)
    if encoding and codec_of(encoding) is None:
        table.wrong(f"encoding {encoding!r} is not known.", "encoding")
    delimiter, quote = _read_signs(table)
    shape = FileShape(
        format=table.choice("format", FileFormat) if table.has("format") else FileFormat.AUTO,
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        header_row=(
            table.number("header_row", least=0, default=1) if table.has("header_row") else None
        ),
        sheet=table.text("sheet", required=False),
        records=table.text("records", required=False),
        columns=table.texts("columns", required=False),
        unfold=table.text("unfold", required=False),
        needed=needed,
    )
    if shape.header_row == 0 and not shape.columns:
        table.wrong("Without a header the columns have to be named.", "columns")
    if shape.columns and crosses_in(shape.columns):
        _cross(table, "columns", crosses_in(shape.columns))
    table.close()
    return shape


def _read_signs(table: Table) -> tuple[str, str]:
    """The delimiter and the quotation mark, "" for each that is left out."""
    delimiter = table.character("delimiter", "")
    if table.has("delimiter") and (len(delimiter) != 1 or delimiter in "\r\n\0"):
        table.wrong("delimiter is one character.", "delimiter")
    quote = table.text("quote", required=False)
    if quote and quote not in QUOTES:
        table.wrong(f"quote is one of: {', '.join(QUOTES)}.", "quote")
    if delimiter and delimiter == (quote or QUOTES[0]):
        table.wrong("delimiter is another character than quote.", "delimiter")
    return delimiter, quote


def crosses_in(columns: tuple[str, ...]) -> str:
    """The first column that is for people or adds a subject up, or ""."""
    return next((column for column in columns if crosses_a_line(column)), "")


def _cross(table: Table, key: str, column: str) -> None:
    table.wrong(
        f"The column {column!r} is refused because of {crosses_a_line(column)!r}: the register keeps "
        "nothing about people and no score, grade or rank. Take it out of the file and the item.",
        key,
        MistakeCode.LINE_CROSSED,
    )


def read_schema(table: Table) -> Schema:
    """The table [schema], a Frictionless Table Schema."""
    fields = tuple(_read_field(each) for each in table.tables("fields"))
    if not fields:
        table.wrong(
            "schema has no fields. Add [[schema.fields]] with a name for each column.",
            "fields",
            MistakeCode.MISSING,
        )
    names = [each.name for each in fields]
    for place, name in enumerate(names):
        if name and name in names[:place]:
            message = f"The field {name!r} is there twice. Take one of them out."
            table.wrong(message, "fields", inside=(place, "name"))
    missing = table.texts("missingValues", required=False) or ("",)
    table.close()
    return Schema(fields, frozenset(missing) | {""})


def _read_field(table: Table) -> SchemaField:
    name = table.text("name")
    if crosses_a_line(name):
        _cross(table, "name", name)
    kind = FieldType.STRING
    if table.has("type"):
        kind = table.choice("type", FieldType)
    formats: tuple[str, ...] = ()
    if kind is FieldType.DATE:
        formats = read_day_forms(table)
    table.text("title", required=False)
    table.text("description", required=False)
    optional = table.flag("optional")
    constraints = table.optional_table("constraints")
    table.close()
    if constraints is None:
        return SchemaField(name, kind, formats, optional=optional)
    field = SchemaField(
        name,
        kind,
        formats,
        required=constraints.flag("required"),
        pattern=constraints.pattern("pattern"),
        allowed=frozenset(constraints.texts("enum", required=False)),
        longest=constraints.number("maxLength", least=0, default=0),
        optional=optional,
    )
    constraints.close()
    return field
