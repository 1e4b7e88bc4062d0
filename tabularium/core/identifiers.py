"""Who an organisation is: a number in a named scheme, or the authority and case that name it.

An identifier is taken in two steps. `parse` reads a number as it was written and gives its one canonical
form. `admit` decides whether it may be a subject at all: people and sole traders may not.
"""

from dataclasses import dataclass

from tabularium.core import legal_forms
from tabularium.core.check_digits import (
    cnpj_check_digits,
    is_number_of_a_person,
    is_written_as_number_of_a_person,
    lei_check_digits,
    uscc_check_character,
)
from tabularium.core.identifier_errors import IdentifierError, IdentifierProblem
from tabularium.core.identifier_lists import AUTHORITY_CASE, SCHEMES
from tabularium.core.identifier_schemes import Scheme, fold

__all__ = [
    "AUTHORITY_CASE",
    "SCHEMES",
    "Identifier",
    "IdentifierError",
    "IdentifierProblem",
    "Scheme",
    "admit",
    "by_case",
    "cnpj_check_digits",
    "lei_check_digits",
    "parse",
    "uscc_check_character",
]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a scheme.

    Attributes:
        scheme: code of the scheme, a key of `SCHEMES`.
        value: canonical: compact and in upper case, as the scheme has it.
    """

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


def _scheme(code: str) -> Scheme:
    scheme = SCHEMES.get(code)
    if scheme is None:
        raise IdentifierError(IdentifierProblem.UNKNOWN_SCHEME)
    return scheme


def parse(scheme: str, value: str) -> Identifier:
    """The identifier that `value`, as somebody wrote it, is in a scheme.

    Full-width characters are taken as half-width, small letters as capitals, and the separators that the
    scheme has are left out. What comes out can be parsed again and stays the same.

    Raises:
        IdentifierError: the scheme is unknown, the value is not one of its numbers, or it is the
            personal number of somebody.
    """
    known = _scheme(scheme)
    return Identifier(known.code, known.parse(value))


def admit(identifier: Identifier, legal_form: str) -> None:
    """Let an organisation pass and refuse a person: the first line of the design.

    Args:
        identifier: of the subject.
        legal_form: code of `legal_forms`; empty where none was declared.

    Raises:
        IdentifierError: natural-person for the number of a person, a sole trader's prefix or a legal
            form of natural persons; legal-form-missing where the scheme does not tell a company from a
            sole trader and no form is declared; legal-form-unknown; and what `Scheme.validate` says of
            a value that did not come from `parse`.
    """
    scheme = _scheme(identifier.scheme)
    scheme.validate(identifier.value)
    if not legal_form:
        if not scheme.admits_only_organisations:
            raise scheme.error(IdentifierProblem.LEGAL_FORM_MISSING)
        return
    form = legal_forms.get(legal_form)
    if form is None:
        raise scheme.error(IdentifierProblem.LEGAL_FORM_UNKNOWN)
    if form.natural_person:
        raise scheme.error(IdentifierProblem.NATURAL_PERSON)


def by_case(authority_code: str, case_number: str, party: str = "") -> Identifier:
    """The identifier of an organisation that has no registration number: the case that names it.

    The value is `authority/case` or `authority/case#party`. An authority's code has no slash, and a
    number sign and a per cent sign are written as in a URL (%23, %25), so that two different triples
    never give the same value. Names play no part: the same name in two cases stays two.

    Args:
        authority_code: the authority's code in the register.
        case_number: the authority's own number of the case.
        party: which of several organisations in the one case, in the authority's own order or terms;
            without it, two rows of one case are one organisation.

    Raises:
        IdentifierError: empty, wrong-format (a control character, a slash in the authority's code),
            wrong-length, or natural-person where a part is the personal number of somebody.
    """
    scheme = _scheme(AUTHORITY_CASE)
    parts = [fold(authority_code), fold(case_number), fold(party)]
    if not all(parts[:2]):
        raise scheme.error(IdentifierProblem.EMPTY)
    for part in parts:
        if is_written_as_number_of_a_person(part) or is_number_of_a_person(part.upper()):
            raise scheme.error(IdentifierProblem.NATURAL_PERSON)
    if "/" in parts[0]:
        raise scheme.error(IdentifierProblem.WRONG_FORMAT)
    authority, case, which = (part.replace("%", "%25").replace("#", "%23") for part in parts)
    value = f"{authority}/{case}" + (f"#{which}" if which else "")
    return Identifier(AUTHORITY_CASE, scheme.validate(value))
