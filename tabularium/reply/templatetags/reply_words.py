"""Instants and roles as the organisations' pages say them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django import template
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy

from tabularium.public.templatetags.figures_of_register import day, local_end
from tabularium.register.models import Membership

register = template.Library()

_ROLES: Mapping[str, Promise] = MappingProxyType(
    {
        Membership.Role.CLERK: pgettext_lazy("role", "Clerk, who writes entries"),
        Membership.Role.APPROVER: pgettext_lazy("role", "Approver, who decides"),
        Membership.Role.SUBMISSION: pgettext_lazy("role", "Program of the authority"),
        Membership.Role.REGISTRAR: pgettext_lazy("role", "Registrar"),
        Membership.Role.AUDITOR: pgettext_lazy("role", "Auditor"),
    }
)


@register.filter
def until(instant: datetime | None, zone: str) -> SafeString:
    """The end of a time, as it stands in a sentence after "until" or "by"."""
    end = local_end(instant, zone)
    if end is None:
        return SafeString("")
    if end.at is None:
        return format_html(
            gettext("the end of {day} ({zone})"), day=day(end.last_day), zone=end.zone
        )
    said = {"last": day(end.last_day), "time": end.at.strftime("%H:%M"), "zone": escape(end.zone)}
    return SafeString(gettext("%(last)s, %(time)s (%(zone)s)") % said)


@register.filter
def local_hour(instant: datetime, zone: str) -> SafeString:
    """The day and the hour of an instant in a zone, with the zone."""
    there = instant.astimezone(ZoneInfo(zone))
    return format_html(
        "{} {} ({})", day(there.date()), there.strftime("%H:%M"), zone.replace("_", " ")
    )


@register.filter
def role_name(code: str) -> str:
    """In which role somebody of an authority looked."""
    return str(_ROLES.get(code, code))
