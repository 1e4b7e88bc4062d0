"""Answers put together as text, for what is asked most: an organisation with its entries, and an entry.

To the byte what `answers` and the schemas give, in a fraction of the time; tests compare the two. What every
entry of an item has in common is written once by them.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring

from django.http import HttpResponse
from ninja import Schema

from tabularium.api import answers
from tabularium.api.answers import Addresses
from tabularium.core.kinds import Field, Kind
from tabularium.core.web_addresses import web_address
from tabularium.register.entry_rows import EntryRow, Known
from tabularium.register.models import Authority, CatalogueItem, Organisation

_MEDIA_TYPE = "application/json; charset=utf-8"


def response(text: str) -> HttpResponse:
    """An answer that is written already."""
    return HttpResponse(text.encode(), content_type=_MEDIA_TYPE)


def organisation(row: EntryRow, known: Known, to: Addresses) -> str:
    """What `answers.organisation` says of an organisation none of whose names depends on its entries."""
    identifiers = ",".join(
        f'{{"scheme":{_text(scheme)},"value":{_text(value)},"scheme_name":{_scheme_name(scheme)}}}'
        for scheme, value in known.numbers
    )
    names = ",".join(
        f'{{"name":{_text(name)},"language":{_text_or_null(language)},"sort":{_text(sort)}}}'
        for sort, name, language in known.names
    )
    address = f"organisations/{row.organisation}"
    return (
        f'{{"id":{_text(row.organisation)},"name":{_text(row.organisation_name)},"other_names":[{names}],'
        f'"identifiers":[{identifiers}],"legal_form":{_text_or_null(row.legal_form)},'
        f'"jurisdiction":{_text_or_null(row.jurisdiction)},'
        f'"url":{_text(to.page(address))},"api_url":{_text(to.api(address))}}}'
    )


def organisation_answer(subject: str, entries: Sequence[str], following: str | None) -> str:
    """An organisation, a page of its entries, and the address of the next."""
    listed = ",".join(entries)
    after = _text_or_null(following or "")
    return f'{{"organisation":{subject},"entries":[{listed}],"next":{after}}}'


def entry(row: EntryRow, subject: str, to: Addresses) -> str:
    """What `answers.entry` says of an entry beside which nothing is said.

    Args:
        row: the entry; it says all.
        subject: its organisation, from `organisation`.
        to: where things are.
    """
    place, corrections = _same_for_all(
        (row.kind, row.field, row.item, row.item_version, row.title),
        (row.authority, row.names, row.authority_name, row.corrections_route, row.corrections_url),
        to,
    )
    amount = (
        f'{{"value":{_text(row.amount)},"currency":{_text(row.currency)}}}'
        if row.amount
        else "null"
    )
    address = f"entries/{row.id}"
    return (
        f'{{"id":{_text(row.id)},"url":{_text(to.page(address))},"api_url":{_text(to.api(address))},'
        f'{place},"organisation":{subject},'
        f'"version":{row.version},"decision_number":{_text(row.decision_number)},'
        f'"decided_on":{_day(row.decided_on)},"measure":{_text(row.measure)},'
        f'"summary":{_text_or_null(row.summary)},'
        f'"legal_basis":{_with_address("citation", row.legal_basis, row.legal_basis_url)},'
        f'"amount":{amount},'
        f'"term":{{"begins":{_day(row.term_begins)},"ends":{_day(row.term_ends)}}},'
        f'"public_from":{_instant(row.public_from)},"public_until":{_instant(row.public_until)},'
        f'"language":{_text_or_null(row.language)},"details":{_details(row.details)},'
        '"erased_fields":[],'
        '"answer":null,"answer_language":null,"promise":null,"notes":[],'
        f'"objection":{_with_address("route", row.objection_route, row.objection_url)},'
        f"{corrections}}}"
    )


@lru_cache(maxsize=1024)
def _same_for_all(
    item: tuple[str, str, str, int, str], authority: tuple[str, str, str, str, str], to: Addresses
) -> tuple[str, str]:
    """The members between `kind` and `authority`, and those from `corrections` to the end."""
    kind, field, code, version, title = item
    published_under = CatalogueItem(code=code, version=version, title=json.loads(title))
    authority_code, names, name, route, url = authority
    decided = Authority(
        code=authority_code,
        names=json.loads(names),
        organisation=Organisation(name=name),
        corrections_route=json.loads(route),
        corrections_url=url,
    )
    place = {
        "kind": Kind(kind),
        "field": Field(field),
        "meaning": answers.MEANINGS[Kind(kind)],
        "item": _plain(answers.item_reference(published_under, to)),
        "authority": _plain(answers.authority_reference(decided, to)),
    }
    rest = {
        "corrections": _plain(answers.corrections(decided)),
        "about_url": to.page("about"),
    }
    return _json(place)[1:-1], _json(rest)[1:-1]


def _plain(told: Schema) -> dict[str, object]:
    return told.model_dump()


@lru_cache(maxsize=256)
def _scheme_name(code: str) -> str:
    return _json(answers.scheme_name(code))


@lru_cache(maxsize=1024)
def _with_address(name: str, text: str, url: str) -> str:
    """A text and where it can be read; null where there is no text."""
    return _json({name: text, "url": web_address(url) or None}) if text else "null"


def _details(written: str) -> str:
    return written if written == "{}" else _json(json.loads(written))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: str) -> str:
    written: str = encode_basestring(value)
    return written


def _text_or_null(value: str) -> str:
    return encode_basestring(value) if value else "null"


def _day(value: date | None) -> str:
    return f'"{value.isoformat()}"' if value else "null"


def _instant(value: datetime | None) -> str:
    """An instant as the renderer of the other answers writes it: in UTC, and no finer than milliseconds."""
    if value is None:
        return "null"
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f'"{text[:23]}Z"'
