"""From rows of the register to what the API says of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from tabularium.api import schemas
from tabularium.api.erased_schemas import ErasedField
from tabularium.api.own_word_schemas import Note, PromiseAnswer, PromiseOutcome
from tabularium.api.search_schemas import Because, FoundOrganisation, Piece
from tabularium.core.identifiers import SCHEMES
from tabularium.core.kinds import Field, Kind
from tabularium.core.life_events import EventType
from tabularium.core.web_addresses import web_address
from tabularium.register import models
from tabularium.register.own_word import OwnWord, Promised, Said, shown_words
from tabularium.register.search_hits import Reason, Why
from tabularium.register.selectors import Hit
from tabularium.register.visibility import ShownAnswer, shown_answers

Moment = TypeVar("Moment", bound=date)
"""A day or, as `datetime` is a kind of `date`, an instant."""

MEANINGS: Mapping[Kind, schemas.Meaning] = MappingProxyType(
    {
        Kind.LICENCE: schemas.Meaning.PERMITTED,
        Kind.PENALTY: schemas.Meaning.PENALISED,
        Kind.EXCLUSION: schemas.Meaning.EXCLUDED,
        Kind.PROMISE: schemas.Meaning.PROMISED,
        Kind.JUDGMENT: schemas.Meaning.OWED,
    }
)


@cache
def _path_of_api(prefix: str) -> str:
    """Where the API is below where everything is."""
    return reverse("api:index").removeprefix(prefix)


class Addresses:
    """Absolute addresses, as whoever asked reaches this register."""

    def __init__(self, request: HttpRequest) -> None:
        prefix = get_script_prefix()
        self._pages = request.build_absolute_uri(prefix)
        self._api = self._pages + _path_of_api(prefix)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Addresses) and self._pages == other._pages

    def __hash__(self) -> int:
        return hash(self._pages)

    def page(self, *parts: str) -> str:
        """Of a page for readers, without a language: the site adds the reader's."""
        return self._pages + "/".join(parts)

    def api(self, *parts: str, **parameters: object) -> str:
        """Of an operation of this API."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._api + "/".join(parts) + query


def organisation(row: models.Organisation, to: Addresses) -> schemas.Organisation:
    """An organisation, with its identifiers and other names; both should be loaded."""
    return schemas.Organisation(
        id=row.pk,
        name=row.name,
        other_names=[
            schemas.OtherName(name=each.name, language=each.language or None, sort=each.sort)
            for each in sorted(row.other_names.all(), key=lambda each: (each.sort, each.name))
        ],
        identifiers=_identifiers(row),
        legal_form=row.legal_form or None,
        jurisdiction=row.jurisdiction or None,
        url=to.page("organisations", row.pk),
        api_url=to.api("organisations", row.pk),
    )


def found_organisation(hit: Hit, to: Addresses) -> FoundOrganisation:
    """An organisation that a search found, and by what."""
    found = organisation(hit.organisation, to)
    return FoundOrganisation(**dict(found), because=[_because(each) for each in hit.reasons])


def _because(reason: Reason) -> Because:
    of = reason.of or None
    return Because(
        why=reason.why,
        text=reason.text,
        pieces=[Piece(text=each.text, matches=each.matches) for each in reason.parts],
        language=of if reason.why in {Why.FORMER, Why.TRANSLATED} else None,
        scheme=of if reason.why is Why.IDENTIFIER else None,
        entry=of if reason.why is Why.DECISION else None,
    )


def _identifiers(row: models.Organisation) -> list[schemas.Identifier]:
    return [
        schemas.Identifier(
            scheme=each.scheme, value=each.value, scheme_name=scheme_name(each.scheme)
        )
        for each in sorted(row.identifiers.all(), key=lambda each: (each.scheme, each.value))
    ]


def scheme_name(code: str) -> dict[str, str]:
    """What a scheme of identifiers is called, by language."""
    scheme = SCHEMES[code]
    return {"en": scheme.name_en, "zh-hans": scheme.name_zh}


def _names(row: models.Authority) -> dict[str, str]:
    # BCP 47: und is a language that is not determined.
    return row.names or {"und": row.organisation.name}


def _legal_basis(citation: str, url: str) -> schemas.LegalBasis | None:
    return schemas.LegalBasis(citation=citation, url=web_address(url) or None) if citation else None


def corrections(row: models.Authority) -> schemas.Corrections:
    """How anyone reports a mistake to an authority."""
    return schemas.Corrections(
        route=row.corrections_route, url=web_address(row.corrections_url) or None
    )


def authority_reference(row: models.Authority, to: Addresses) -> schemas.AuthorityReference:
    """An authority, in short."""
    return schemas.AuthorityReference(
        code=row.code,
        names=_names(row),
        url=to.page("authorities", row.code),
        api_url=to.api("authorities", row.code),
    )


def item_reference(row: models.CatalogueItem, to: Addresses) -> schemas.ItemReference:
    """A catalogue item, in short."""
    return schemas.ItemReference(
        code=row.code,
        version=row.version,
        title=row.title,
        url=to.page("catalogue", row.code),
        api_url=to.api("catalogue", row.code),
    )


def authority(
    row: models.Authority,
    items: Iterable[models.CatalogueItem],
    own: Sequence[schemas.Entry],
    following: str | None,
    to: Addresses,
) -> schemas.AuthorityAnswer:
    """An authority, what it publishes, and what it promised and owes.

    Args:
        row: the authority, with its organisation's identifiers.
        items: what it publishes.
        own: of its promises and the judgments against it those of the page asked for.
        following: address of the next page; None if this is the last.
        to: where things are.
    """
    return schemas.AuthorityAnswer(
        code=row.code,
        names=_names(row),
        identifiers=_identifiers(row.organisation),
        jurisdiction=row.jurisdiction,
        time_zone=row.time_zone,
        website=web_address(row.website) or None,
        corrections=corrections(row),
        items=[item_reference(each, to) for each in items],
        own_entries=[*own],
        next=following,
        url=to.page("authorities", row.code),
        api_url=to.api("authorities", row.code),
    )


def item(row: models.CatalogueItem, to: Addresses) -> schemas.CatalogueItem:
    """A version of a catalogue item."""
    return schemas.CatalogueItem(
        code=row.code,
        version=row.version,
        kind=Kind(row.kind),
        field=Field(row.field),
        title=row.title,
        authority=authority_reference(row.authority, to),
        legal_basis=_legal_basis(row.legal_basis, row.legal_basis_url),
        frequency=row.frequency or None,
        effective_from=row.effective_from,
        effective_until=row.effective_until,
        url=to.page("catalogue", row.code),
        api_url=to.api("catalogue", row.code),
    )


def defined_item(row: models.CatalogueItem, to: Addresses) -> schemas.DefinedItem:
    """A version of a catalogue item, with its definition."""
    return schemas.DefinedItem(**dict(item(row, to)), definition=row.definition)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said beside an entry: by the organisation, if it wants that shown, and by the authority."""

    answer: ShownAnswer | None
    word: OwnWord


def beside(rows: Iterable[models.Entry], now: datetime) -> dict[str, Beside]:
    """What is said beside public entries, by their identities, in two queries."""
    every = list(rows)
    said = shown_answers((each.pk for each in every), now)
    return {pk: Beside(said.get(pk), word) for pk, word in shown_words(every, now).items()}


def entry(
    row: models.Entry, subject: schemas.Organisation, also: Beside, to: Addresses
) -> schemas.Entry:
    """A public entry: the content of its current version.

    Args:
        row: the entry, loaded with what `visibility.with_content` loads.
        subject: the organisation it is about.
        also: what is said beside it.
        to: where things are.
    """
    begins = _there(row.public_from).astimezone(UTC)
    return schemas.Entry(**_members_of_entry(row, subject, also, to), public_from=begins)


def entry_as_it_would_be_shown(
    row: models.Entry, subject: schemas.Organisation, also: Beside, to: Addresses
) -> schemas.EntryAsShown:
    """What the public sees of an entry, or would see; for those who may see it."""
    begins = row.public_from.astimezone(UTC) if row.public_from else None
    return schemas.EntryAsShown(**_members_of_entry(row, subject, also, to), public_from=begins)


def _members_of_entry(
    row: models.Entry, subject: schemas.Organisation, also: Beside, to: Addresses
) -> dict[str, Any]:
    said, answer = row.current_version, also.answer
    return {
        "id": row.pk,
        "url": to.page("entries", row.pk),
        "api_url": to.api("entries", row.pk),
        "kind": Kind(row.kind),
        "field": Field(row.item.field),
        "meaning": MEANINGS[Kind(row.kind)],
        "item": item_reference(row.item, to),
        "authority": authority_reference(row.authority, to),
        "organisation": subject,
        "version": said.number,
        "decision_number": said.decision_number,
        "decided_on": _there(said.decided_on),
        "measure": said.measure,
        "summary": said.summary or None,
        "legal_basis": _legal_basis(said.legal_basis, said.legal_basis_url),
        "amount": _amount(said),
        "term": schemas.Term(begins=said.term_begins, ends=said.term_ends),
        "public_until": row.public_until.astimezone(UTC) if row.public_until else None,
        "language": said.language or None,
        "details": said.details,
        "erased_fields": [
            ErasedField(field=name, **told) for name, told in said.erased_fields.items()
        ],
        "answer": answer.text if answer else None,
        "answer_language": (answer.language or None) if answer else None,
        "promise": _promise(also.word.promise),
        "notes": [_note(each) for each in also.word.notes],
        "objection": _objection(said),
        "corrections": corrections(row.authority),
        "about_url": to.page("about"),
    }


def _note(said: Said) -> Note:
    return Note(dated_on=said.dated_on, text=said.text, language=said.language or None)


def _promise(promised: Promised | None) -> PromiseOutcome | None:
    if promised is None:
        return None
    return PromiseOutcome(
        to=promised.to_whom,
        first_due_on=promised.first_due_on,
        due_on=promised.due_on,
        answer_by=promised.answer_by,
        outcome=promised.outcome,
        answers=[
            PromiseAnswer(
                **dict(_note(each)),
                kept=each.type is EventType.PROMISE_KEPT,
                due_on=each.due_on,
            )
            for each in promised.answers
        ],
    )


def _there(value: Moment | None) -> Moment:
    """What the database has for whatever is public."""
    assert value is not None
    return value


def _amount(said: models.Version) -> schemas.Amount | None:
    return schemas.Amount(value=said.amount, currency=said.currency) if said.amount else None


def _objection(said: models.Version) -> schemas.Objection | None:
    if not said.objection_route:
        return None
    return schemas.Objection(
        route=said.objection_route, url=web_address(said.objection_url) or None
    )
