"""Codes by which an account comes to answer for an organisation. No code is kept, only what became of it."""

from django.db import models
from django.db.models import F, Q

from tabularium.register.models.notice import Notice
from tabularium.register.models.organisation import Organisation


class NoticeCode(models.Model):
    """What became of the code that a notice carries; without a row, its first code is unused."""

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="code")
    generation = models.PositiveIntegerField(
        default=1, help_text="Rises when the authority makes another code for the same notice."
    )
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateTimeField(help_text="When this generation began.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_code_has_a_generation", condition=Q(generation__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"code of {self.notice_id}"


class Invitation(models.Model):
    """Somebody who answers for an organisation lets in one more, by a code that is shown once."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
