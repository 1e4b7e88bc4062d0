"""Events, which nobody can change, and the texts that people added, which can be erased."""

from django.db import models
from django.db.models import Q

from tabularium.core.life_events import ROLES, EventType, Role
from tabularium.register.models.entry import Entry, Version
from tabularium.register.models.fields import version_is_of
from tabularium.register.models.membership import User

TAKING_BACK = (EventType.CORRECTED, EventType.LAPSED, EventType.WITHDRAWN)
"""Events by which something is no longer said as it was. There are few of them, among very many others."""


class Event(models.Model):
    """What happened to an entry and in which role. Triggers refuse every change and removal.

    But for one: at erasure, the account that acted for the organisation goes from its events, for it leads
    to the organisation.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="events", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField(help_text="1, 2, 3 ... within the entry.")
    type = models.CharField(max_length=20, choices=[(each, each) for each in EventType])
    at = models.DateTimeField()
    role = models.CharField(max_length=12, choices=[(each, each) for each in Role])
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    facts = models.JSONField(default=dict, help_text="Instants that the event fixes; no content.")

    class Meta:
        indexes = [
            models.Index(
                name="event_takes_back",
                fields=["type", "at"],
                condition=Q(type__in=[each.value for each in TAKING_BACK]),
            ),
            models.Index(
                name="event_objects",
                fields=["type", "at"],
                condition=Q(type=EventType.OBJECTED.value),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="event_in_order", fields=["entry", "number"]),
            models.CheckConstraint(
                name="event_of_its_entry", condition=version_is_of("entry", "version")
            ),
            models.CheckConstraint(
                name="event_role_fits",
                condition=Q(
                    *(Q(type=type_, role__in=sorted(roles)) for type_, roles in ROLES.items()),
                    _connector=Q.OR,
                ),
            ),
            models.CheckConstraint(
                # A trigger asks for that of an organisation's, which loses it at erasure.
                name="event_has_an_actor_unless_the_system_acts",
                condition=Q(role="system", actor__isnull=True)
                | Q(role="organisation")
                | ~Q(role="system") & Q(actor__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number} {self.type}"


class Statement(models.Model):
    """A text that came with an event: an answer, an objection, a request, or the authority's reasons."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="statement")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="statements")
    text = models.TextField()
    language = models.CharField(max_length=35, blank=True)
    shown = models.BooleanField(default=False, help_text="Whether its author wants it shown.")
    dated_on = models.DateField(
        null=True, blank=True, help_text="The day of the act, where an authority decided."
    )
    ordered_by = models.CharField(
        max_length=200, blank=True, help_text="The court or review body, where one ordered it."
    )
    file_number = models.CharField(max_length=100, blank=True, help_text="Of its order.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="statement_is_empty_when_erased",
                condition=Q(erased_at__isnull=True)
                | Q(text="", shown=False, dated_on__isnull=True, ordered_by="", file_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"statement of {self.event_id}"
