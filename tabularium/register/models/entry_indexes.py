"""Indexes of entries for two who ask often: the desk of an authority, and a search by the public.

By those of the desk (`register.desk_selectors`) it finds its work. Each holds only the entries that somebody
has to do with, so most entries are in one of them at most. Of all of them a load writes the first alone, and
at its end: drafts of a load are the authority's latest of their kind. It has no identity in it, so that equal
keys lie together and take little room.
"""

from django.db import models
from django.db.models import Q

from tabularium.core.life_state import Outcome, Stage

BEYOND_DRAFT = ~Q(stage=Stage.DRAFT)
"""Entries that are drafts no more, as an index has it; a query says it word for word."""

UNKEPT = Q(outcome__in=(Outcome.OPEN, Outcome.NOT_KEPT))
"""Promises that are still to be answered for, as an index has it; a query says it word for word."""


OF_WHO_IS_SHOWN = models.Index(
    name="entry_of_who_is_shown",
    fields=["organisation", "public_until", "public_from"],
    condition=Q(stage=Stage.PUBLISHED, suspended=False, stayed=False),
)
"""Has an organisation an entry that the public sees? All that `visibility.public_entries` asks is in it.

A search asks of a thousand organisations, and PostgreSQL reads no entry for it.
"""


def _at_desk(name: str, condition: Q, *fields: str) -> models.Index:
    return models.Index(
        name=f"entry_{name}_at_desk", fields=["authority", *fields], condition=condition
    )


AT_DESK = (
    _at_desk("draft", Q(stage=Stage.DRAFT), "kind", "last_event_at"),
    _at_desk("beyond_draft", BEYOND_DRAFT, "last_event_at"),
    _at_desk("objection", Q(objection_open=True), "decide_by"),
    _at_desk("repair", Q(repair_open=True), "last_event_at"),
    _at_desk("stayed", Q(stayed=True), "last_event_at"),
    _at_desk("to_tell", Q(stage=Stage.APPROVED), "last_event_at"),
    _at_desk("promise", UNKEPT, "unanswered_from"),
    _at_desk("window", Q(stage=Stage.NOTIFIED), "window_closes_at"),
)
