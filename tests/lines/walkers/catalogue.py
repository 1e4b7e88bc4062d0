"""What a catalogue item collects."""

import re

from tabularium.core.kinds import Field, Kind
from tabularium.intake.item_parts import ItemSpec
from tests.lines.walkers.words import PERSON, SUMMING_UP, offences

# Columns of the public files themselves that say "CPF or CNPJ": the number of either, a person's refused
# row by row.
_EITHER_NUMBER = "cnpj"

# "The body responsible", in this order; it is the authority that decided.
_THE_BODY = re.compile(r"[oó]rg[aã]o ?respons[aá]vel", re.IGNORECASE)


def item_offences(item: ItemSpec) -> list[str]:
    """What in an item crosses a line: a column for a person or a sum, a field outside the closed list,
    an adverse item without basis, notice, term or a way to object."""
    columns = [
        *((f"{item.code} schema", field.name) for field in item.schema.fields),
        *((f"{item.code} file", name) for name in item.file.columns),
        *((f"{item.code} details", detail.name) for detail in item.mapping.details),
        *(
            (f"{item.code} details.{detail.name}", label)
            for detail in item.mapping.details
            for label in detail.labels.values()
        ),
    ]
    found = [
        each
        for vocabulary in (PERSON, SUMMING_UP)
        for each in offences(
            (
                (where, _THE_BODY.sub("", name))
                for where, name in columns
                if _EITHER_NUMBER not in name.lower()
            ),
            vocabulary,
        )
    ]
    if item.field not in list(Field):
        found.append(f"{item.code}: the field {item.field} is not of economic regulation")
    if Kind(item.kind).is_adverse:
        found += [f"{item.code}: no {what}" for what in _missing(item)]
    return found


def _missing(item: ItemSpec) -> list[str]:
    there = {
        "legal basis": item.legal_basis.citation or item.legal_basis.cell,
        "notice channel": item.notice_channel,
        "term": item.term.rule != "open",
        "way to object": item.objection.route,
    }
    return [what for what, value in there.items() if not value]
