"""Stages, events and facts as the desk's pages say them."""

from django import template

from tabularium.accounts.words import role_name
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.desk.words import ACCOUNT_EVENTS, EVENTS, FACTS, NOTICES, REPLIES, STAGES
from tabularium.register.models import Delivery

register = template.Library()


@register.filter
def event_name(code: str) -> str:
    """What happened."""
    return str(EVENTS[EventType(code)])


@register.filter
def stage_name(code: str) -> str:
    """How far an entry has come."""
    return str(STAGES.get(Stage(code), code))


@register.filter
def fact_name(code: str) -> str:
    """What a fact of a decision is called; a catalogue item's own facts by their names."""
    return str(FACTS.get(code, code))


@register.filter
def notice_state(code: str) -> str:
    """What has become of a notice."""
    return str(NOTICES.get(code, code))


@register.filter
def account_event(code: str) -> str:
    """What was done with an account."""
    return str(ACCOUNT_EVENTS[code])


@register.filter
def role(code: str) -> str:
    """What a role is called."""
    return role_name(code)


@register.filter
def why(delivery: Delivery) -> str:
    """What came back when a notice was tried, and so why it failed; the code of it where it has no words."""
    reply = delivery.reply
    said = REPLIES.get(f"{delivery.channel} {reply}") or REPLIES.get(reply)
    return reply if said is None else str(said)
