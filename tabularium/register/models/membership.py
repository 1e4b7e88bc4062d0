"""Who may sign in, and for whom. Never published, never searched."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from tabularium.register.models.authority import Authority
from tabularium.register.models.organisation import Organisation


class User(AbstractBaseUser):
    """An account: a login and a password, and nothing about who holds it."""

    login = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.login


class Membership(models.Model):
    """An account acts for one authority or for one organisation, in one role."""

    class Role(models.TextChoices):
        CLERK = "clerk"
        APPROVER = "approver"
        SUBMISSION = "submission"  # a machine that records and never decides
        REGISTRAR = "registrar"
        AUDITOR = "auditor"
        REPLIER = "replier"  # answers for an organisation

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    authority = models.ForeignKey(
        Authority, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_of_an_authority_or_an_organisation",
                condition=Q(authority__isnull=False, organisation__isnull=True) & ~Q(role="replier")
                | Q(authority__isnull=True, organisation__isnull=False, role="replier"),
            ),
            # Two, because SQLite takes two empty values for different ones and cannot be told otherwise.
            models.UniqueConstraint(
                name="membership_at_an_authority_once",
                fields=["user", "authority", "role"],
                condition=Q(authority__isnull=False),
            ),
            models.UniqueConstraint(
                name="membership_for_an_organisation_once",
                fields=["user", "organisation", "role"],
                condition=Q(organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} as {self.role}"
