"""Where an authority reaches an organisation with its notices: the organisation's address for service."""

from django.db import models
from django.db.models import Q

from tabularium.core.kinds import NoticeChannel
from tabularium.register.models.authority import Authority
from tabularium.register.models.notice import CHANNELS
from tabularium.register.models.organisation import Organisation


class ServiceAddress(models.Model):
    """An organisation's address for service, as one authority keeps it.

    It is the authority's alone: no other authority sees or uses it, it is never published or searched, a
    change leaves nothing of the old, and it goes with the organisation.
    """

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="service_addresses")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="service_addresses", db_index=False
    )
    channel = models.CharField(max_length=10, choices=CHANNELS)
    text = models.TextField(help_text="Lines of a letter, a mail address, or an https address.")
    set_at = models.DateTimeField()
    key_name = models.CharField(
        max_length=12,
        blank=True,
        help_text="Names the key with which calls to a mailbox are signed; the key is derived.",
    )
    old_key_name = models.CharField(max_length=12, blank=True)
    old_key_until = models.DateTimeField(
        null=True, blank=True, help_text="Calls are signed with the old key too, until then."
    )

    class Meta:
        verbose_name_plural = "service addresses"
        constraints = [
            models.UniqueConstraint(
                name="service_address_once", fields=["organisation", "authority", "channel"]
            ),
            models.CheckConstraint(name="service_address_is_given", condition=~Q(text="")),
            models.CheckConstraint(
                name="service_address_of_a_mailbox_has_a_key",
                condition=Q(channel=NoticeChannel.MAILBOX.value) & ~Q(key_name="")
                | ~Q(channel=NoticeChannel.MAILBOX.value) & Q(key_name=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.organisation_id} at {self.authority_id}"
