"""A day in a register full of public entries: one in a hundred changed, or is new, and some are gone.

What a court's stay and its lift leave behind, for many entries at once: the same events, columns and lines of
the feed as the services write, without the order's text and without leaves of the log, which no file of open
data reads. The places in the feed are given by the register's own step.
"""

from typing import Any

from django.db import connection, transaction

from tabularium import clock
from tabularium.core.life_events import EventType, Role
from tabularium.register.bulk import stored_instant
from tabularium.register.models import User
from tabularium.register.services import place_changes
from tabularium.register.services.batches import as_json

# Ends of identities, which are random: of 1,024 pairs of characters.
_NEW = ("00", "01", "02", "03", "04")
_CHANGED = ("10", "11", "12", "13", "14")
_GONE = ("20",)

_EVENT = """
    INSERT INTO register_event (entry_id, version_id, number, type, at, role, actor_id, facts)
    SELECT id, current_version_id, last_event_number + 1, %(type)s, %(at)s, %(role)s, %(actor)s, %(none)s
    FROM register_entry WHERE substr(id, 11) IN ({ends}) AND stayed <> %(stayed)s ORDER BY id"""
_ENTRY = """
    UPDATE register_entry SET last_event_number = last_event_number + 1, last_event_at = %(at)s,
        stayed = %(stayed)s
    WHERE substr(id, 11) IN ({ends}) AND stayed <> %(stayed)s"""
_CHANGE = "UPDATE register_publicchange SET position = NULL WHERE substr(entry_id, 11) IN ({ends})"


def before_the_day() -> None:
    """Stay what is new later: it is in no file that is made now."""
    _let_happen(EventType.STAY_LIFTED, _GONE)  # of the run before, if there was one
    _let_happen(EventType.STAYED, _NEW)
    place_changes()


def the_day() -> None:
    """Let half of one in a hundred entries become public, as many change, and some leave."""
    _let_happen(EventType.STAY_LIFTED, _NEW)
    for each in (EventType.STAYED, EventType.STAY_LIFTED):
        _let_happen(each, _CHANGED)
    _let_happen(EventType.STAYED, _GONE)
    place_changes()


@transaction.atomic
def _let_happen(event: EventType, ends: tuple[str, ...]) -> None:
    given: dict[str, Any] = {
        "type": event.value,
        "at": stored_instant(clock.now()),
        "role": Role.APPROVER.value,
        "actor": User.objects.get(login="approver").pk,
        "none": as_json({}),
        "stayed": event is EventType.STAYED,
    }
    named = ", ".join(f"'{each}'" for each in ends)
    with connection.cursor() as cursor:
        for each in (_EVENT, _ENTRY, _CHANGE):
            cursor.execute(each.replace("{ends}", named), given)
