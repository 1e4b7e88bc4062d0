"""Stages, events and facts as the desk's pages say them."""

from django import template

from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.desk.words import EVENTS, FACTS, NOTICES, STAGES

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
