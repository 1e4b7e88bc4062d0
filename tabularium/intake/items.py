"""Catalogue items: what an authority publishes and how its rows are read. Data, never code.

An item is one TOML file. It is read whole or refused whole, with the line and column of every mistake. No
setting of it can name a person, add a subject up, or reach another authority: there is no place to write it.
"""

from collections.abc import Iterable

from tabularium.core.kinds import Field, Kind
from tabularium.core.toml_lines import TomlSyntaxError, read
from tabularium.intake.item_mapping import read_mapping, read_not_a_decision, read_superseding
from tabularium.intake.item_parts import Frequency, ItemSpec
from tabularium.intake.item_sections import (
    read_authority,
    read_code,
    read_file,
    read_legal_basis,
    read_notice,
    read_objection,
    read_schema,
    read_term,
)
from tabularium.intake.item_text import ItemMistake, MistakeCode, Table

__all__ = ["ItemError", "ItemMistake", "ItemSpec", "MistakeCode", "parse_item"]


class ItemError(ValueError):
    """A catalogue item that cannot be used. As text, one mistake a line: "name:line:column: message".

    Attributes:
        name: name of the item's file.
        line: line of the first mistake, from 1.
        column: its column, from 1.
        message: what is wrong there, and what to do.
        mistakes: every mistake, in the order of the text.
    """

    def __init__(self, name: str, mistakes: Iterable[ItemMistake]) -> None:
        self.name = name
        self.mistakes = tuple(sorted(mistakes, key=lambda each: (each.line, each.column)))
        first = self.mistakes[0]
        self.line, self.column, self.message = first.line, first.column, first.message
        super().__init__(
            "\n".join(f"{name}:{each.line}:{each.column}: {each.message}" for each in self.mistakes)
        )


def parse_item(text: str, name: str) -> ItemSpec:
    """The catalogue item that a TOML text holds.

    Args:
        text: the item.
        name: what to call it in messages, as a rule its file's name.

    Raises:
        ItemError: the text is not TOML, or not a whole and right item; all mistakes are named.
    """
    try:
        document = read(text)
    except TomlSyntaxError as error:
        message = (
            f"Not TOML: {error.message}. Look for a quotation mark, bracket or equals sign here."
        )
        mistake = ItemMistake(error.line, MistakeCode.NOT_TOML, message, error.column)
        raise ItemError(name, [mistake]) from None
    mistakes: list[ItemMistake] = []
    item = _read(Table(document, mistakes, document.values))
    if mistakes:
        raise ItemError(name, mistakes)
    return item


def _read(table: Table) -> ItemSpec:
    kind = table.choice("kind", Kind)
    may_go_without_notice = kind is not None and not kind.is_adverse
    schema = read_schema(table.table("schema"))
    item = ItemSpec(
        code=read_code(table),
        version=table.number("version", least=1),
        effective_from=table.day("effective_from"),
        effective_until=table.day("effective_until") if table.has("effective_until") else None,
        title=table.by_language("title"),
        kind=kind,
        field=table.choice("field", Field),
        language=table.text("language"),
        frequency=table.choice("frequency", Frequency),
        whole_list=table.flag("whole_list"),
        authority=read_authority(table.table("authority")),
        legal_basis=read_legal_basis(table.table("legal_basis")),
        notice_channel=read_notice(
            table.optional_table("notice") if may_go_without_notice else table.table("notice")
        ),
        objection=read_objection(table.table("objection")),
        term=read_term(table.table("term"), kind),
        file=read_file(
            table.free_table("file"),
            frozenset(each.name for each in schema.fields if not each.optional),
        ),
        schema=schema,
        mapping=read_mapping(table.table("mapping"), kind),
        not_a_decision=read_not_a_decision(table.tables("not_a_decision")),
        superseding=read_superseding(table.optional_table("superseding")),
    )
    table.close()
    _check(table, item)
    return item


def _check(table: Table, item: ItemSpec) -> None:
    """What no section can see by itself."""
    if item.effective_until is not None and item.effective_until < item.effective_from:
        table.wrong(
            "effective_until lies before effective_from. Write a later day, or take it out.",
            "effective_until",
        )
    known = {each.name for each in item.schema.fields}
    for use in dict.fromkeys(table.columns_used):
        if use.name not in known:
            table.wrong_at(
                use.path,
                f"The column {use.name!r} is used here, but is no field of schema. Add it under "
                "[[schema.fields]], or write the name as it stands there.",
            )
