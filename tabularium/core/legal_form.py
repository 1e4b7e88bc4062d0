"""What a legal form is. The tables are in `legal_form_tables`."""

from dataclasses import dataclass
from typing import TypedDict, Unpack


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form as a jurisdiction's law has it.

    Letter case, accents, dots, slashes and doubled blanks in the ways of writing do not matter. A way
    written with dots stands for the abbreviation with or without dots and blanks.

    Attributes:
        code: for example "br-ltda"; the jurisdiction, a hyphen and the form.
        jurisdiction: ISO 3166-1 alpha-2 code in lower case; empty for a form known in many.
        name: in the language of the law.
        name_en: in English.
        natural_person: whether a person stands behind it with no organisation between.
        written: ways it is written in a column, and at the end of a name or before a break within it.
        beginning: words that tell the form at the beginning of a name, and in a column.
        anywhere: words that tell the form wherever they stand in a name, and in a column.
        column_only: words that tell it in a column of legal forms alone.
    """

    code: str
    jurisdiction: str
    name: str
    name_en: str
    natural_person: bool
    written: tuple[str, ...] = ()
    beginning: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    column_only: tuple[str, ...] = ()


class Writings(TypedDict, total=False):
    """The ways in which a form is written, as `LegalForm` has them."""

    written: tuple[str, ...]
    beginning: tuple[str, ...]
    anywhere: tuple[str, ...]
    column_only: tuple[str, ...]


def organisation(code: str, name: str, name_en: str, **ways: Unpack[Writings]) -> LegalForm:
    """A form of organisations; the jurisdiction is read off the code."""
    return LegalForm(code, _jurisdiction(code), name, name_en, natural_person=False, **ways)


def person(code: str, name: str, name_en: str, **ways: Unpack[Writings]) -> LegalForm:
    """A form behind which stand natural persons; the jurisdiction is read off the code."""
    return LegalForm(code, _jurisdiction(code), name, name_en, natural_person=True, **ways)


def _jurisdiction(code: str) -> str:
    prefix = code.partition("-")[0]
    return "" if prefix == "int" else prefix
