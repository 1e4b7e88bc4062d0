"""The page of an entry, cast once for each shape and filled with what the database says at that moment.

The shape is all on which the template could turn. Where a page would not come out as the template gives it,
or an entry is not as most are, nothing is given here, and the page is rendered as every other.
"""

import json
from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import get_language

from tabularium.core.web_addresses import web_address
from tabularium.public.entry_marks import ADDRESSES, DAYS, TEXTS, Asked, marked_page
from tabularium.public.instant import instant_of
from tabularium.public.languages import language_of_name
from tabularium.public.moulds import Mould
from tabularium.public.templatetags.figures_of_register import local_end
from tabularium.public.views.subjects import page_context
from tabularium.register import own_word
from tabularium.register.entry_rows import known_of, plain_entry
from tabularium.register.page_rows import PageRow, page_row
from tabularium.register.timeline import usual_moments

_MOST_SHAPES = 512
"""Each takes some 20 kB. There are a few for each item and language."""

_moulds: dict[Hashable, Mould | None] = {}


class Page(NamedTuple):
    """A page, and the instant at which it ends; None if it does not."""

    html: str
    until: datetime | None


def entry_page(request: HttpRequest, identity: str) -> Page | None:
    """The page of a public entry in the language that is active; None if it is to be rendered as any other.

    Raises:
        django.db.DatabaseError: as for any query.
        DisallowedHost: as for any request.
    """
    now = instant_of(request)
    row = page_row(identity, now)
    asked = _asked(row) if row else None
    if asked is None:
        return None
    base = request.build_absolute_uri(get_script_prefix())
    shape = (base, settings.REGISTER_IS_DEMO, get_language(), *_shape(asked))
    if shape not in _moulds:
        if len(_moulds) >= _MOST_SHAPES:
            _moulds.clear()
        _moulds[shape] = _cast(request, asked)
    mould = _moulds.get(shape)
    return Page(mould.filled(_values(asked, now)), asked.row.public_until) if mould else None


def forget() -> None:
    """Cast every mould anew."""
    _moulds.clear()


def _asked(row: PageRow) -> Asked | None:
    details = json.loads(row.details)
    if not all(isinstance(each, str) for each in details.values()):
        return None
    zone = ZoneInfo(row.time_zone)
    return Asked(
        row,
        known_of(row.organisation).numbers,
        details,
        usual_moments(row.decided_on, row.noticed_at, row.public_from, zone),
        local_end(row.public_until, row.time_zone),
        zone,
    )


def _shape(asked: Asked) -> Iterator[Hashable]:
    """All on which the template could turn, and what it says that is not put into places."""
    row, end = asked.row, asked.end
    yield from (row.kind, row.field, row.item, row.item_version, row.title)
    yield from (row.authority, row.names, row.time_zone)
    yield from (row.website, row.corrections_route, row.corrections_url)
    yield from (row.language, row.currency if row.amount else None, row.notice_channel)
    yield row.subject_name == row.organisation_name or _script(row.subject_name)
    yield (end.zone, end.at) if end else None
    yield _script(row.organisation_name)
    for name in TEXTS:
        yield _script(getattr(row, name))
    for name in ADDRESSES:
        yield bool(web_address(getattr(row, name)))
    for name in DAYS:
        yield getattr(row, name) is None
    yield row.noticed_at is None
    yield tuple(each.what for each in asked.moments)
    yield tuple(each.scheme for each in asked.numbers)
    yield tuple((name, _script(said)) for name, said in asked.details.items())


def _script(text: str) -> str | None:
    """What the text of a name turns on: whether there is one, and in which language it is read out."""
    return language_of_name(text) if text else None


def _values(asked: Asked, now: datetime) -> Mapping[str, Any]:
    row = asked.row
    values = row._asdict()
    for name in ADDRESSES:
        values[name] = web_address(values[name])
    values["today"] = now.astimezone(asked.zone).date()
    for name, instant in (("told_on", row.noticed_at), ("public_on", row.public_from)):
        values[name] = instant.astimezone(asked.zone).date() if instant else None
    values["last_day"] = asked.end.last_day if asked.end else None
    for prefix, several in (
        ("moment", [each.day for each in asked.moments]),
        ("number", [each.value for each in asked.numbers]),
        ("detail", asked.details.values()),
    ):
        for place, value in enumerate(several):
            values[f"{prefix}{place}"] = value
    return values


def _cast(request: HttpRequest, asked: Asked) -> Mould | None:
    """The mould of an entry's shape; None if the entry has gone, or if its page is another by it."""
    now = instant_of(request)
    entry = plain_entry(asked.row.id, now)
    if entry is None:
        return None
    context = {
        **page_context(request, entry),
        "word": own_word.NOTHING,
        "answer": None,
        "moments": asked.moments,
        "today": now.astimezone(asked.zone).date(),
    }
    page = render_to_string("public/entry.html", context, request)
    mould = Mould(*marked_page(request, entry, asked))
    return mould if mould.filled(_values(asked, now)) == page else None
