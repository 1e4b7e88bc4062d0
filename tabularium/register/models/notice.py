"""The outbox: what an organisation is to be told, written together with the event that causes it."""

from django.db import models
from django.db.models import Q

from tabularium.core.kinds import NoticeChannel
from tabularium.register.models.entry import Version


class Notice(models.Model):
    """A notice of one version of an entry. It counts as given only on a recorded fact."""

    class Fact(models.TextChoices):
        ACCEPTED = "accepted"  # by the receiving server
        POSTED = "posted"
        READ = "read"  # at sign-in

    version = models.OneToOneField(Version, models.PROTECT, related_name="notice")
    channel = models.CharField(max_length=10, choices=[(each, each) for each in NoticeChannel])
    created_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    fact = models.CharField(max_length=8, choices=Fact, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_is_given_on_a_fact",
                condition=Q(given_at__isnull=True, fact="")
                | Q(given_at__isnull=False, fact__in=["accepted", "posted", "read"]),
            ),
        ]
        indexes = [
            models.Index(name="notice_waiting", fields=["created_at"], condition=Q(given_at=None)),
        ]

    def __str__(self) -> str:
        return f"notice of {self.version_id}"
