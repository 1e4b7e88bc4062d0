"""Keys by which a program acts as the member who made it."""

from django.db import models
from django.db.models import F, Q

from tabularium.register.models.membership import User


class MemberKey(models.Model):
    """Lets a program act as one account, in whatever roles it has at that moment. The key is not kept."""

    id = models.CharField(primary_key=True, max_length=12, help_text="Stands in the key itself.")
    user = models.ForeignKey(User, models.CASCADE, related_name="keys")
    label = models.CharField(max_length=80, help_text="What its holder calls it.")
    sha256 = models.CharField(max_length=64, help_text="Of the whole key, in hexadecimal.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(
        null=True, blank=True, help_text="In UTC; no nearer than the day."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="member_key_ends_after_it_begins",
                condition=Q(expires_at__gt=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.user_id}"
