"""What a later submission says about decisions that stand in the register: corrections, and sightings."""

from django.db import models
from django.db.models import Q

from tabularium.register.models.entry import Entry, Version
from tabularium.register.models.membership import User
from tabularium.register.models.submission import Submission

OPEN = Q(outcome="open")


class OfferedCorrection(models.Model):
    """A decision of the register that a later submission brought with other content.

    It changes nothing by itself: an approver of the authority accepts it, and the entry is corrected by
    the rules of every correction, or dismisses it. It is never public. What it says is emptied as soon as
    it is no longer open, and all the rest that could tell anything when the entry is erased.
    """

    class Outcome(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"
        SUPERSEDED = "superseded"  # a later submission says something else, or what stands already
        MOOT = "moot"  # the entry was over before anybody decided

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="offers")
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="+", help_text="What the row was compared with."
    )
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        null=True,
        related_name="offers",
        help_text="Which brought it; empty once the entry is erased.",
    )
    row = models.PositiveIntegerField(null=True, help_text="In the file, from 1; emptied likewise.")
    content = models.JSONField(
        default=dict,
        blank=True,
        help_text="subject_name and the fields of core.content.EntryContent, as the row has them.",
    )
    changed = models.JSONField(
        default=list, blank=True, help_text="Names of the fields that differ."
    )
    digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the content, in hexadecimal: the same content is offered once.",
    )
    offered_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reasons = models.TextField(blank=True, help_text="Why it was dismissed.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="offer_open_once_an_entry", fields=["entry"], condition=OPEN
            ),
            models.CheckConstraint(
                name="offer_is_empty_unless_open",
                condition=OPEN & ~Q(content={}) | ~OPEN & Q(content={}),
            ),
            models.CheckConstraint(
                name="offer_is_decided_by_somebody",
                condition=Q(outcome__in=["accepted", "dismissed"], decided_by__isnull=False)
                | Q(outcome__in=["open", "superseded", "moot"], decided_by__isnull=True),
            ),
            models.CheckConstraint(
                name="offer_is_over_at_an_instant",
                condition=OPEN & Q(decided_at__isnull=True) | ~OPEN & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_is_empty_when_erased",
                condition=Q(erased_at__isnull=True)
                | ~OPEN
                & Q(
                    content={},
                    changed=[],
                    digest="",
                    reasons="",
                    row__isnull=True,
                    submission__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk} for {self.entry_id}"


class Sighting(models.Model):
    """The last submission after the first in which an entry's decision was seen.

    It tells what a file that lists every decision in force no longer holds. Kept beside the entry and not
    in its row, so that a million decisions sent again are a million short rows and change no entry.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="sighting")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="sightings")

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.submission_id}"
