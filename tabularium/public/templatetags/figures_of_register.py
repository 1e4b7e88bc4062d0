"""Days, instants and sums of money in the reader's form."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from tabularium.public import words

register = template.Library()

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LocalEnd:
    """The instant at which something leaves the public view, told in a zone's own time.

    Attributes:
        last_day: the last day on which it is still seen, whole or in part.
        at: the time of day at which it is gone; None for the midnight that ends the last day.
        zone: the zone with its distance from UTC then.
    """

    last_day: date
    at: time | None
    zone: str


@register.filter
def day(value: date | None) -> SafeString:
    """A calendar day, for people and for machines."""
    return _day_in(value, get_language()) if value else SafeString("")


@lru_cache(maxsize=4096)
def _day_in(value: date, _language: str | None) -> SafeString:
    """A calendar day in the language that is spoken; pages repeat few days often."""
    # Translators: the form of a date, in the letters of Django's date filter.
    shown = format_date(value, pgettext("form of a date", "j F Y"))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown)


@register.filter
def written_instant(text: str) -> datetime:
    """An instant that is kept as a text.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text)


@register.filter
def local_day(instant: datetime | None, zone: str) -> SafeString:
    """The calendar day of an instant in a zone."""
    return day(instant.astimezone(ZoneInfo(zone)).date() if instant else None)


@register.filter
def moment(instant: datetime | None) -> SafeString:
    """An instant to the minute, in UTC, for people and for machines."""
    if instant is None:
        return SafeString("")
    there = instant.astimezone(UTC)
    shown = format_date(there, pgettext("form of a date", "j F Y"))
    return format_html(
        '<time datetime="{}">{} {}</time>', f"{there:%Y-%m-%dT%H:%MZ}", shown, f"{there:%H:%M}"
    )


@register.filter
def local_end(instant: datetime | None, zone: str) -> LocalEnd | None:
    """An instant that ends something, in a zone; None where nothing ends."""
    if instant is None:
        return None
    there = instant.astimezone(ZoneInfo(zone))
    named = f"{zone.replace('_', ' ')}, {_distance(there)}"
    if there.time() == time(0):
        return LocalEnd(there.date() - timedelta(days=1), None, named)
    return LocalEnd(there.date(), there.time().replace(microsecond=0), named)


def _distance(there: datetime) -> str:
    """How far the zone is from UTC at that instant: "UTC+8", "UTC−3:30"."""
    distance = there.utcoffset() or timedelta(0)
    sign = "−" if distance < timedelta(0) else "+"
    hours, rest = divmod(abs(distance), _HOUR)
    minutes = int(rest.total_seconds()) // 60
    return "UTC" + (f"{sign}{hours}" if distance else "") + (f":{minutes:02}" if minutes else "")


@register.filter
def grouped(number: int) -> str:
    """A whole number with its digits in groups of three, as both languages of the site write it."""
    return f"{number:,}"


@register.filter
def money(amount: str, currency: str) -> str:
    """A sum in the reader's form: "4,965.70 euros (EUR)"; every decimal that was given is kept."""
    figure = figure_of(amount)
    name = words.word(words.CURRENCIES, currency)
    if name == currency:
        return f"{figure} {currency}"
    return gettext("%(amount)s %(currency)s (%(code)s)") % {
        "amount": figure,
        "currency": name,
        "code": currency,
    }


def figure_of(amount: str) -> str:
    """The figure of a sum in the reader's form; as it was given where it is none."""
    try:
        return f"{Decimal(amount):,f}"
    except InvalidOperation:
        return amount


@register.simple_tag
def term(begins: date | None, ends: date | None) -> str:
    """From which day to which a decision has effect, in words."""
    if ends is None:
        if begins is None:
            return gettext("without an end")
        return format_html(gettext("from {first}, without an end"), first=day(begins))
    if begins is None:
        return format_html(gettext("until {last}, that day included"), last=day(ends))
    return format_html(
        gettext("{first} to {last}, that day included"), first=day(begins), last=day(ends)
    )
