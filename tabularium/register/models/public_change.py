"""Which public entries changed, in an order that those who keep copies can follow."""

from django.db import models

from tabularium.register.ids import LENGTH, new_id
from tabularium.register.models.entry import Entry
from tabularium.register.models.fields import IdentityField


class PublicChange(models.Model):
    """The last change of what the public sees of an entry: its place in the feed, and no content.

    The service that brings the change about takes the place away, in its own transaction. A later step
    gives the next one, in a transaction that runs alone; so a place that can be read has all earlier
    ones before it, however late what they stand for was committed.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="public_change"
    )
    position = models.PositiveBigIntegerField(
        null=True, blank=True, unique=True, help_text="From 1; empty until it is given."
    )
    appeared = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Its place when the entry last became public."
    )

    class Meta:
        indexes = [
            models.Index(
                name="public_change_to_place",
                fields=["entry"],
                condition=models.Q(position__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="public_change_appears_before_it_changes",
                condition=models.Q(position__isnull=True)
                | models.Q(appeared__isnull=False, appeared__lte=models.F("position")),
            ),
        ]

    def __str__(self) -> str:
        return f"change of {self.entry_id}"


class ChangeFeed(models.Model):
    """The one row of the feed of changes: the place given last, and which feed it is.

    A register that was brought back from a backup has another feed: what stood in the old one after the
    backup is not in it, and copies begin anew.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = IdentityField(max_length=LENGTH, default=new_id, editable=False)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="change_feed_is_one", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"feed {self.name}"
