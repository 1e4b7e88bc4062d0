"""Answers put together as text, for what is asked most: an organisation with its entries, and an entry.

To the byte what `answers` and the schemas give, in a fraction of the time; tests compare the two. What every
entry of an item has in common is written once by them.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring

from django.http import HttpResponse
from ninja import Schema

from tabularium.api import answers
from tabularium.api.answers import Addresses
from tabularium.core.kinds import Field, Kind
from tabularium.core.web_addresses import web_address
from tabularium.register.models import Authority, CatalogueItem, Organisation, OrganisationName
from tabularium.register.written_rows import SAME, SEPARATOR, OrganisationKnown, WrittenRow

_QUOTES_OF_ONE = 4  # marks around one name and one text
_MEDIA_TYPE = "application/json; charset=utf-8"


def response(text: str) -> HttpResponse:
    """An answer that is written already."""
    return HttpResponse(text.encode(), content_type=_MEDIA_TYPE)


def organisation(row: WrittenRow, to: Addresses) -> str:
    """What `answers.organisation` says of the organisation of an entry; "" if its names depend on others."""
    known = OrganisationKnown(*json.loads(row.organisation))
    names = sorted(json.loads(known.names or "[]"))
    if any(sort == OrganisationName.Sort.WRITTEN for sort, _, _ in names):
        return ""
    identifiers = ",".join(
        f'{{"scheme":{_text(scheme)},"value":{_text(value)},"scheme_name":{_scheme_name(scheme)}}}'
        for scheme, value in sorted(json.loads(known.numbers or "[]"))
    )
    others = ",".join(
        f'{{"name":{_text(name)},"language":{_text_or_null(language)},"sort":{_text(sort)}}}'
        for sort, name, language in names
    )
    address = f"organisations/{known.id}"
    return (
        f'{{"id":{_text(known.id)},"name":{_text(known.name)},"other_names":[{others}],'
        f'"identifiers":[{identifiers}],"legal_form":{_text_or_null(known.legal_form)},'
        f'"jurisdiction":{_text_or_null(known.jurisdiction)},'
        f'"url":{_text(to.page(address))},"api_url":{_text(to.api(address))}}}'
    )


def organisation_answer(subject: str, entries: Sequence[str], following: str | None) -> str:
    """An organisation, a page of its entries, and the address of the next."""
    listed = ",".join(entries)
    after = _text_or_null(following or "")
    return f'{{"organisation":{subject},"entries":[{listed}],"next":{after}}}'


def entry(row: WrittenRow, subject: str, to: Addresses) -> str:
    """What `answers.entry` says of an entry beside which nothing is said; "" if it cannot be told apart.

    Args:
        row: the entry; it says all.
        subject: its organisation, from `organisation`.
        to: where things are.
    """
    same = _same_for_many(row.same, to)
    if same is None:
        return ""
    place, basis, language, end = same
    address = f"entries/{row.id}"
    return (
        f'{{"id":"{row.id}","url":{_text(to.page(address))},"api_url":{_text(to.api(address))},'
        f'{place},"organisation":{subject},{row.decision},"legal_basis":{basis},{row.term},'
        f'"public_from":{_instant(row.public_from)},"public_until":{_instant(row.public_until)},'
        f'"language":{language},"details":{_details(row.details)},"erased_fields":[],'
        f'"answer":null,"answer_language":null,"promise":null,"notes":[],{end}}}'
    )


@lru_cache(maxsize=4096)
def _same_for_many(same: str, to: Addresses) -> tuple[str, str, str, str] | None:
    """The members between `kind` and `authority`, the legal basis, the language, and what follows `notes`."""
    texts = same.split(SEPARATOR)
    if len(texts) != len(SAME):
        return None
    of = dict(zip(SAME, texts, strict=True))
    place, corrections = _same_for_all(
        (of["kind"], of["field"], of["item"], int(of["item_version"]), of["title"]),
        (
            *(of["authority"], of["authority_names"], of["authority_name"]),
            *(of["corrections_route"], of["corrections_url"]),
        ),
        to,
    )
    objection = _with_address("route", of["objection_route"], of["objection_url"])
    return (
        place,
        _with_address("citation", of["legal_basis"], of["legal_basis_url"]),
        _text_or_null(of["language"]),
        f'"objection":{objection},{corrections}',
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
    """An object as the renderer of the other answers writes it, of one as the database does."""
    if written == "{}":
        return written
    if written.count('"') == _QUOTES_OF_ONE and "\\" not in written and written.endswith('"}'):
        # One member, a text.
        return written.replace('": "', '":"', 1)
    return _json(json.loads(written))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(value: str) -> str:
    written: str = encode_basestring(value)
    return written


def _text_or_null(value: str) -> str:
    return encode_basestring(value) if value else "null"


def _instant(written: str) -> str:
    """An instant as the renderer of the other answers writes it: in UTC, and no finer than milliseconds."""
    if written == "null":
        return written
    day, time, fraction = written[1:11], written[12:20], written[21:-1]
    return f'"{day}T{time}.{fraction:0<3.3}Z"' if fraction else f'"{day}T{time}Z"'
