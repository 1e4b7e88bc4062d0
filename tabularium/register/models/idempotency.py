"""Keys of calls that must not be carried out twice."""

from django.db import models

from tabularium.register.models.authority import Authority
from tabularium.register.models.submission import Submission


class IdempotencyKey(models.Model):
    """A call that brings a submission: under way while it names none, done when it names one.

    The key itself is not kept, nor is what was sent.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    key_sha256 = models.CharField(max_length=64, help_text="In hexadecimal.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of all that was asked.")
    holder = models.CharField(
        max_length=12, help_text="Which of several tries may carry it out; new with each."
    )
    begun_at = models.DateTimeField(db_index=True)
    submission = models.OneToOneField(
        Submission, models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="key_once", fields=["authority", "key_sha256"]),
        ]

    def __str__(self) -> str:
        return f"{self.key_sha256[:8]} of {self.authority_id}"
