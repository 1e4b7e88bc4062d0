"""The outbox: what an organisation is to be told, written together with the event that causes it."""

from django.db import models
from django.db.models import F, Q

from tabularium.core.kinds import NoticeChannel
from tabularium.core.notice_purposes import Purpose
from tabularium.register.models.entry import Version
from tabularium.register.models.event import Event
from tabularium.register.models.membership import User

CHANNELS = [(each, each) for each in NoticeChannel]


class Notice(models.Model):
    """One thing that an organisation is told, once. It counts as given only on a recorded fact.

    The event and the purpose tell one notice from another, whatever becomes of it: by them whoever
    receives it twice knows it again.
    """

    class Fact(models.TextChoices):
        ACCEPTED = "accepted"  # by the receiving server
        POSTED = "posted"
        READ = "read"  # at sign-in

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # claimed by a process that is at it, or that was killed
        PRINTED = "printed"  # on a posting list, and not yet said to be posted
        FAILED = "failed"  # for good, until somebody gives another address or says "again"
        GIVEN = "given"
        MOOT = "moot"  # nothing is left to be told: it was corrected or withdrawn before

    # Which
    version = models.ForeignKey(Version, models.PROTECT, related_name="notices")
    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    purpose = models.CharField(max_length=20, choices=[(each, each) for each in Purpose])
    channel = models.CharField(max_length=10, choices=CHANNELS)
    created_at = models.DateTimeField()

    # What became of it
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    given_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it counts as given; for a letter, on the day of posting.",
    )
    fact = models.CharField(max_length=8, choices=Fact, blank=True)
    try_after = models.DateTimeField(
        null=True, blank=True, help_text="After a failure that may pass, not before."
    )
    first_try = models.PositiveIntegerField(
        default=1, help_text="The attempt from which failures are taken into account."
    )
    list_code = models.CharField(
        max_length=20, blank=True, help_text="The posting list that a letter stands on."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notice_once", fields=["event", "purpose"]),
            models.CheckConstraint(
                name="notice_is_given_on_a_fact",
                condition=Q(given_at__isnull=True, fact="")
                | Q(given_at__isnull=False, fact__in=["accepted", "posted", "read"]),
            ),
            models.CheckConstraint(
                name="notice_is_given_when_it_says_so",
                condition=Q(state="given", given_at__isnull=False)
                | ~Q(state="given") & Q(given_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="notice_waiting", fields=["created_at"], condition=Q(given_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.version_id}"


class Delivery(models.Model):
    """One attempt to give a notice: when, and what became of it. Nothing of what was said, or to where."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted"
        POSTED = "posted"
        POSTPONED = "postponed"  # a failure that may pass
        REFUSED = "refused"  # a failure that will not
        INTERRUPTED = "interrupted"  # killed before anything was handed over
        UNKNOWN = "unknown"  # killed or cut off while it was handed over: it may have arrived

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries", db_index=False)
    number = models.PositiveIntegerField(help_text="1, 2, 3 ... within the notice.")
    channel = models.CharField(max_length=10, choices=CHANNELS)
    begun_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="Just before the notice itself was sent."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True)
    reply = models.CharField(
        max_length=20,
        blank=True,
        help_text='What was answered: a class such as "5xx", or why nothing was.',
    )
    entered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who said that a letter was posted, or that a notice came back.",
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(name="delivery_in_order", fields=["notice", "number"]),
            models.UniqueConstraint(
                name="delivery_one_at_a_time", fields=["notice"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="delivery_ends_with_an_outcome",
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(ended_at__isnull=False, ended_at__gte=F("begun_at")) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} of notice {self.notice_id}"
