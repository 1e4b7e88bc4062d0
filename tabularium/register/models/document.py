"""What an organisation attaches, and what it asks for outside the life of an entry. Both can be erased."""

from django.db import models
from django.db.models import Q

from tabularium.core.life_events import EventType
from tabularium.register.ids import LENGTH, new_id
from tabularium.register.models.entry import Entry, Version
from tabularium.register.models.event import Statement
from tabularium.register.models.fields import IdentityField

WITH_DOCUMENTS = (EventType.ANSWERED, EventType.OBJECTED, EventType.REPAIR_ASKED)
"""What documents may be attached to."""


class Document(models.Model):
    """A file that an organisation attaches to a statement. Never public; erasure removes the row.

    It lies in the database, so that it is destroyed in the transaction that erases its entry, and backups
    hold it as they hold every other content.
    """

    id = IdentityField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="documents")
    purpose = models.CharField(max_length=20, choices=[(each, each) for each in WITH_DOCUMENTS])
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        help_text="Empty while it has not been sent.",
    )
    name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=100, help_text="As its bytes tell.")
    size = models.PositiveIntegerField(help_text="In bytes.")
    content = models.BinaryField()
    warning = models.CharField(
        max_length=30, blank=True, help_text="What its sender was warned of, as a code."
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_has_a_purpose",
                condition=Q(purpose__in=[each.value for each in WITH_DOCUMENTS]),
            ),
        ]
        indexes = [
            models.Index(
                name="document_unsent", fields=["added_at"], condition=Q(statement__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.id


class CorrectionRequest(models.Model):
    """An organisation tells the authority of a mistake in a version. Nothing is suspended by it.

    It is no event: it changes nothing of the entry. A newer version of the entry settles it.
    """

    class Outcome(models.TextChoices):
        DONE = "done"  # put right otherwise than by a new version
        DECLINED = "declined"

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="correction_requests")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    language = models.CharField(max_length=35, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    reasons = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="correction_request_is_settled_with_reasons",
                condition=Q(settled_at__isnull=True, outcome="", reasons="")
                | Q(Q(settled_at__isnull=False, outcome__in=["done", "declined"]), ~Q(reasons="")),
            ),
        ]

    def __str__(self) -> str:
        return f"correction asked of {self.entry_id}"
