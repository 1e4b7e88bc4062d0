"""Legal forms of organisations, and those of natural persons, which the register refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A legal form as a jurisdiction's law has it.

    Attributes:
        code: for example "br-ltda".
        jurisdiction: ISO 3166-1 alpha-2 code in lower case; empty for a generic form.
        name: in the language of the law.
        name_en: in English.
        natural_person: whether a person stands behind it with no organisation between.
        written: ways it is written, in full or short, in columns and in names.
    """

    code: str
    jurisdiction: str
    name: str
    name_en: str
    natural_person: bool
    written: tuple[str, ...]


LEGAL_FORMS: Mapping[str, LegalForm] = MappingProxyType({})


def get(code: str) -> LegalForm | None:
    """The form of a code, or None if there is none."""
    return LEGAL_FORMS.get(code)
