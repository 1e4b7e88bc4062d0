"""When a public body looked at what is not public about an organisation. The organisation may read it."""

from django.db import models

from tabularium.register.models.authority import Authority
from tabularium.register.models.entry import Entry
from tabularium.register.models.membership import Membership


class Looking(models.Model):
    """Within one hour, somebody of an authority saw an entry's data that is not public.

    It says for which authority and in which role, and not who: accounts are told to nobody.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lookings", db_index=False)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=10, choices=Membership.Role)
    hour = models.DateTimeField(help_text="When the hour began, in UTC.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="looking_once_an_hour", fields=["entry", "authority", "role", "hour"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} at {self.entry_id}"
