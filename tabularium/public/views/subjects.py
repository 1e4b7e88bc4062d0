"""The pages of an organisation and of an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from tabularium.core.kinds import ADVERSE_KINDS, Kind
from tabularium.core.life_state import Appearance
from tabularium.public import linked_data
from tabularium.public.definitions import detail_labels
from tabularium.public.instant import instant_of
from tabularium.public.keyset import EntriesPage, entries_page
from tabularium.register import own_word, selectors, visibility
from tabularium.register.entry_rows import known_of, plain_entry
from tabularium.register.models import Entry
from tabularium.register.own_word import Row, promises_among
from tabularium.register.timeline import timeline


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of some kinds on a page, under a heading of their own.

    Attributes:
        name: names the section in the template and in the address.
        page: the part of its entries that is shown.
        rows: these entries, with what became of the promises among them.
        answers: by entry, what the organisation says to it and wants shown.
    """

    name: str
    page: EntriesPage
    rows: Sequence[Row]
    answers: Mapping[str, visibility.ShownAnswer]


SECTIONS: dict[str, frozenset[Kind]] = {
    "licences": frozenset({Kind.LICENCE}),
    "decisions": ADVERSE_KINDS,
    "promises": frozenset({Kind.PROMISE}),
}


def section_of(name: str, entries: QuerySet[Entry], request: HttpRequest) -> Section:
    """The part of public entries that the request asks for by the section's name.

    Raises:
        BadRequest, Http404: as `entries_page`.
    """
    now = instant_of(request)
    page = entries_page(entries.defer("item__definition"), request, name)
    answered = [each.pk for each in page.rows if each.answer_shown]
    answers = visibility.shown_answers(answered, now) if answered else {}
    return Section(name, page, promises_among(page.rows, now), answers)


@require_safe
def organisation_page(request: HttpRequest, identity: str) -> HttpResponse:
    """What the register says in public of an organisation: its names, its numbers and its entries.

    No figure and no sentence here adds the entries up.
    """
    now = instant_of(request)
    organisation = selectors.organisation(identity, now)
    if organisation is None:
        raise Http404
    authority = visibility.public_authorities().filter(organisation=organisation).first()
    entries = selectors.entries_of(organisation, now)
    sections = [
        section_of(name, entries.filter(kind__in=sorted(kinds)), request)
        for name, kinds in SECTIONS.items()
        # Only authorities make promises here; of another organisation nobody need hear of them.
        if authority is not None or name != "promises"
    ]
    context = {
        "organisation": organisation,
        "authority": authority,
        "sections": sections,
        "data": linked_data.of_organisation(request, organisation),
    }
    return render(request, "public/organisation.html", context)


@require_safe
def entry_page(request: HttpRequest, identity: str) -> HttpResponse:
    """An entry; once it is over, a page that says so and nothing of what it said.

    An entry that was never public and one that is suspended get the same answer as none at all.
    """
    now = instant_of(request)
    entry, word = plain_entry(identity, now), own_word.NOTHING
    if entry is None:
        appearance, entry = visibility.appearance(identity, now)
        if appearance is Appearance.GONE:
            return render(request, "public/gone.html", status=HTTPStatus.GONE)
        if entry is None:
            raise Http404
        word = own_word.shown_words([entry], now)[entry.pk]
    if entry.organisation is None:
        raise Http404
    answers = visibility.shown_answers([entry.pk], now) if entry.answer_shown else {}
    context = {
        **page_context(request, entry),
        "word": word,
        "moments": timeline(entry, word, now),
        "today": now.astimezone(ZoneInfo(entry.authority.time_zone)).date(),
        "answer": answers.get(entry.pk),
    }
    response = render(request, "public/entry.html", context)
    response["X-Robots-Tag"] = robots_of(entry.public_until)
    return response


def robots_of(until: datetime | None) -> str:
    """As an entry's page says, for those that read no pages: it is not to be kept, and it ends."""
    return f"noarchive, unavailable_after: {until.isoformat()}" if until else "noarchive"


def page_context(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """What the page of a public entry shows that stands in the entry itself."""
    return {
        **entry_context(entry),
        "data": linked_data.of_entry(request, entry),
        "permanent_address": request.build_absolute_uri(f"{get_script_prefix()}entries/{entry.pk}"),
    }


def entry_context(entry: Entry) -> dict[str, Any]:
    """What `public/_entry_body.html` shows of an entry with a subject, but for its answer.

    Whoever shows an entry before it is public shows it by this and in that form, and so as the public
    would see it. Inside a page with a heading of its own, `is_preview` makes its first heading a second one.
    What its authority says beside it, `word`, is given by whoever shows it, as the answer is.
    """
    version = entry.current_version
    assert entry.organisation is not None
    return {
        "entry": entry,
        "version": version,
        "organisation": entry.organisation,
        "identifiers": known_of(entry.organisation.pk).numbers,
        "authority": entry.authority,
        "labels": detail_labels(entry.item.definition),
    }
