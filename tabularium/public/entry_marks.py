"""An entry's page rendered with marks in the places of what it says, by the very template.

A mark is a value that no entry has, of the kind that the template looks for: a text of private characters and
one of the script of what it stands for, a day of a far year.
"""

from collections.abc import Mapping, Sequence
from copy import copy, deepcopy
from datetime import date, datetime, time, timedelta
from functools import partial
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.template.loader import render_to_string

from tabularium.core.web_addresses import web_address
from tabularium.public import linked_data
from tabularium.public.languages import language_of_name
from tabularium.public.moulds import Places, Shown
from tabularium.public.templatetags.figures_of_register import LocalEnd, day, figure_of
from tabularium.public.templatetags.site import within_data
from tabularium.public.templatetags.words_of_register import identifier_value, site_name
from tabularium.public.views.subjects import page_context
from tabularium.register import own_word
from tabularium.register.entry_rows import Number
from tabularium.register.models import Entry
from tabularium.register.page_rows import PageRow
from tabularium.register.timeline import Moment

TEXTS = ("decision_number", "measure", "summary", "legal_basis", "objection_route")
ADDRESSES = ("legal_basis_url", "objection_url")
DAYS = ("decided_on", "term_begins", "term_ends")

_ENTRY, _ORGANISATION = "zzzzzzzzzzz0", "zzzzzzzzzzz1"
_FIRST_DAY = date(9001, 1, 1)
_LETTERS = {"ja": "\u3042", "ko": "\uac00", "zh": "\u4e00", "": ""}


class Asked(NamedTuple):
    """An entry that was asked for, and what is worked out of it."""

    row: PageRow
    numbers: Sequence[Number]
    details: Mapping[str, str]
    moments: Sequence[Moment]
    end: LocalEnd | None
    zone: ZoneInfo


def marked_page(request: HttpRequest, entry: Entry, asked: Asked) -> tuple[str, Places]:
    """The page of an entry with marks, and what each leaves there.

    Args:
        request: for its page.
        entry: with all that its page shows.
        asked: the same entry.
    """
    marks = _Marks(asked)
    there = copy(request)
    there.path = request.path.replace(entry.pk, _ENTRY)
    # An end is marked by itself: how far its zone is from UTC then stands beside it.
    data = marks.put_into(deepcopy(entry), within_data, "\ue002")
    context = {
        **page_context(there, marks.put_into(deepcopy(entry), escape, "\ue000")),
        "data": linked_data.of_entry(there, data),
        "word": own_word.NOTHING,
        "answer": None,
        "identifiers": marks.numbers(),
        "moments": marks.moments(),
        "today": marks.day("today"),
    }
    return render_to_string("public/entry.html", context, there), marks.places


class _Marks:
    """Marks for an entry; `places` grows as they are given."""

    def __init__(self, asked: Asked) -> None:
        self.places: dict[str, tuple[str, Shown]] = {
            _ENTRY: ("id", str),
            _ORGANISATION: ("organisation", str),
        }
        self._asked = asked
        self._days: dict[str, date] = {}
        if asked.row.public_until and asked.end:
            self.places[day(asked.end.last_day)] = "last_day", day
            self.places[asked.row.public_until.isoformat()] = "public_until", datetime.isoformat

    def put_into(self, entry: Entry, shown: Shown, sign: str) -> Entry:
        """The entry with marks that are shown in one way, which begin with a sign of their own."""
        row, version, organisation = self._asked.row, entry.current_version, entry.organisation
        assert organisation is not None
        text = partial(self._text, shown, sign)
        entry.pk, organisation.pk = _ENTRY, _ORGANISATION
        entry.organisation = organisation
        organisation.name = version.subject_name = text("organisation_name", row.organisation_name)
        if row.subject_name != row.organisation_name:
            version.subject_name = text("subject_name", row.subject_name)
        for name in TEXTS:
            setattr(version, name, text(name, getattr(row, name)))
        for name in ADDRESSES:
            setattr(version, name, self._address(name))
        for name in DAYS:
            setattr(version, name, self.day(name) if getattr(row, name) else None)
        if row.amount:
            version.amount = f"{sign}amount\ue001"
            self.places[version.amount] = "amount", lambda amount: shown(figure_of(amount))
        version.details = {
            name: text(f"detail{place}", said)
            for place, (name, said) in enumerate(self._asked.details.items())
        }
        entry.noticed_at = self._noon("told_on") if row.noticed_at else None
        entry.public_from = self._noon("public_on")
        self.places[entry.public_from.isoformat()] = "public_from", datetime.isoformat
        return entry

    def numbers(self) -> Sequence[Number]:
        """Marks for the organisation's numbers."""
        marked = []
        for place, (scheme, _) in enumerate(self._asked.numbers):
            value = f"\ue000number{place}\ue001"
            self.places[value] = f"number{place}", partial(_number, scheme)
            marked.append(Number(scheme, value))
        return marked

    def moments(self) -> Sequence[Moment]:
        """Marks for what happened to the entry."""
        return [
            Moment(self.day(f"moment{place}"), each.what)
            for place, each in enumerate(self._asked.moments)
        ]

    def day(self, name: str) -> date:
        """The mark for a day, the same each time."""
        marked = self._days.setdefault(name, _FIRST_DAY + timedelta(len(self._days)))
        self.places[day(marked)] = name, day
        self.places[marked.isoformat()] = name, date.isoformat
        return marked

    def _noon(self, name: str) -> datetime:
        return datetime.combine(self.day(name), time(12), self._asked.zone)

    def _text(self, shown: Shown, sign: str, name: str, text: str) -> str:
        if not text:
            return ""
        marked = f"{sign}{_LETTERS[language_of_name(text)]}{name}\ue001"
        self.places[marked] = name, shown
        return marked

    def _address(self, name: str) -> str:
        if not web_address(getattr(self._asked.row, name)):
            return ""
        host = f"{name.replace('_', '-')}.zzzzzzzzzzzz.invalid"
        self.places[f"https://{host}/"] = name, escape
        self.places[host] = name, _site
        return f"https://{host}/"


def _number(scheme: str, value: str) -> str:
    return escape(identifier_value(value, scheme))


def _site(address: str) -> str:
    return escape(site_name(address))
