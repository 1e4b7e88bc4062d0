"""Tokens by which an authority's own programs submit."""

from django.db import models
from django.db.models import F, Q

from tabularium.register.models.authority import Authority


class Token(models.Model):
    """Lets a program record for one authority, as its account for submissions. The token is not kept."""

    id = models.CharField(primary_key=True, max_length=12, help_text="Stands in the token itself.")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80, help_text="What the authority calls it.")
    sha256 = models.CharField(max_length=64, help_text="Of the whole token, in hexadecimal.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(
        null=True, blank=True, help_text="In the authority's calendar; no nearer than the day."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.authority_id}"
