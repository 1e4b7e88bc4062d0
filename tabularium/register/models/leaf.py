"""Leaves of the transparency log, and the checkpoints that were signed. `docs/log.md` says the format."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from tabularium.core.logged_changes import LoggedChange
from tabularium.register.models.entry import Entry
from tabularium.register.models.event import Event

_BYTES = 32


class Leaf(models.Model):
    """What the log commits to for one public change of an entry; written with its event.

    Triggers refuse every change but two: the index is set once, and erasure empties the salts. Without
    the salts nobody can try what the commitment stands for, and what it stands for has not to be kept.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="leaf")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="leaves")
    change = models.CharField(max_length=12, choices=[(each, each) for each in LoggedChange])
    index = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        unique=True,
        help_text="Its place in the log, from 0, once it has one.",
    )
    commitment = models.BinaryField(help_text="What stands in the log: 32 bytes.")
    salt = models.BinaryField(help_text="32 random bytes of this leaf; empty once it is erased.")
    fact_salts = models.BinaryField(
        help_text="32 random bytes for each fact that is no content of a version, in the order of names; "
        "empty once it is erased."
    )
    told = models.JSONField(
        default=dict, blank=True, help_text="Of an erasure: facts that nothing else says."
    )

    class Meta:
        verbose_name_plural = "leaves"
        constraints = [
            models.CheckConstraint(
                name="leaf_change_is_known", condition=Q(change__in=list(LoggedChange))
            ),
            models.CheckConstraint(
                name="leaf_is_a_commitment", condition=Exact(Length("commitment"), _BYTES)
            ),
            models.CheckConstraint(
                name="leaf_tells_of_erasures_alone",
                condition=Q(change=LoggedChange.ERASED) | Q(told={}),
            ),
            models.CheckConstraint(
                name="leaf_has_both_salts_or_none",
                condition=Exact(Length("salt"), _BYTES) & ~Exact(Length("fact_salts"), 0)
                | Exact(Length("salt"), 0) & Exact(Length("fact_salts"), 0),
            ),
        ]
        indexes = [
            models.Index(
                name="leaf_waits_for_its_place",
                fields=["event"],
                condition=Q(index__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"leaf of {self.event_id}"


class SignedCheckpoint(models.Model):
    """A checkpoint that was signed. Triggers refuse a smaller one after it, its change and its removal."""

    origin = models.CharField(max_length=255, help_text="Which log: its address without scheme.")
    size = models.PositiveBigIntegerField(help_text="How many leaves it has.")
    root = models.BinaryField(help_text="32 bytes.")
    note = models.TextField(help_text="The signed note, whole.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="checkpoint_has_a_root", condition=Exact(Length("root"), _BYTES)
            ),
        ]
        indexes = [models.Index(name="checkpoint_in_order", fields=["origin", "size"])]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"
