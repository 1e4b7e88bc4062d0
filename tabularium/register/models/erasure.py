"""What is left to say of an entry that has been erased."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from tabularium.register.models.entry import Entry


class Erasure(models.Model):
    """That an entry was erased, when, and by which rule. It names no subject and no authority.

    Triggers refuse one for an entry that is not erased, its removal, and every change but those by which
    the number of the leaf is entered and what the database keeps behind its tables is cleared.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="erasure")
    event_number = models.PositiveIntegerField(
        help_text="Of the event within the entry by which it was erased."
    )
    leaf = models.PositiveBigIntegerField(
        null=True, blank=True, unique=True, help_text="Which leaf of the log says so; from 0."
    )
    erased_at = models.DateTimeField()
    rules_of = models.CharField(
        max_length=10,
        blank=True,
        help_text="Jurisdiction of the pack whose retention it was; empty if no pack is in force.",
    )
    rules_version = models.PositiveIntegerField(
        null=True, blank=True, help_text="Version of that pack."
    )
    retention_days = models.PositiveIntegerField(help_text="From the end of the entry to erasure.")
    cleared_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When what the database itself keeps of removed rows was cleared too.",
    )

    class Meta:
        constraints = [
            # No place for a name.
            models.CheckConstraint(
                name="erasure_names_a_jurisdiction_alone",
                condition=LessThanOrEqual(Length("rules_of"), 2),
            ),
        ]
        indexes = [
            models.Index(
                name="erasure_to_clear",
                fields=["entry"],
                condition=models.Q(cleared_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.entry_id}"
