"""What was done with an account: so that nobody is made a member, or let in again, unseen."""

from django.db import models
from django.db.models import Q

from tabularium.register.models.authority import Authority
from tabularium.register.models.membership import Membership, User


class AccountEvent(models.Model):
    """Who did what with an account, and when. Triggers refuse every change and removal.

    It holds nothing of who has the account, and nothing by which one signs in.
    """

    class What(models.TextChoices):
        OPENED = "opened"
        ROLE_GIVEN = "role-given"
        ROLE_TAKEN = "role-taken"
        LINK_MADE = "link-made"  # by which a password can be set, once
        PASSWORD_SET = "password-set"  # noqa: S105 - what happened, and no password
        SECOND_FACTOR_RESET = "second-factor-reset"
        CLOSED = "closed"
        REOPENED = "reopened"
        SIGN_ON_LINKED = "sign-on-linked"  # to an account at a sign-in provider
        KEY_MADE = "key-made"  # by which a program acts as the account
        KEY_USED = "key-used"  # once a day
        KEY_REVOKED = "key-revoked"
        SIGN_ON_UNLINKED = "sign-on-unlinked"

    at = models.DateTimeField()
    account = models.ForeignKey(User, models.PROTECT, related_name="account_events")
    what = models.CharField(max_length=20, choices=What)
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account_events",
        help_text="For which it was done; empty for whoever answers for an organisation.",
    )
    role = models.CharField(max_length=10, choices=Membership.Role, blank=True)
    actor = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty if it was done on the machine itself, by a command.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_event_names_a_role_where_it_is_about_one",
                condition=Q(what__in=["role-given", "role-taken"]) & ~Q(role="")
                | ~Q(what__in=["role-given", "role-taken"]) & Q(role=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.what} {self.at:%Y-%m-%d}"
