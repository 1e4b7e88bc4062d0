"""Organisations, their names and their identifiers. There is no table for a person."""

from django.db import models
from django.db.models import Q

from tabularium.register.ids import LENGTH, new_id
from tabularium.register.models.fields import IdentityField


class Organisation(models.Model):
    """An organisation that a decision names, or that decides."""

    # Identity
    id = IdentityField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    name = models.TextField(
        help_text="Its present name, as the last decision or the authority gave it."
    )
    legal_form = models.CharField(
        max_length=40, blank=True, help_text="Code of the form in which it exists."
    )
    jurisdiction = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166-1 alpha-2 code, in lower case."
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """Another name of an organisation: a former one, another spelling, or another language."""

    class Sort(models.TextChoices):
        FORMER = "former"
        WRITTEN = "written"  # as another public decision writes it
        TRANSLATED = "translated"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="other_names", db_index=False
    )
    name = models.TextField()
    language = models.CharField(max_length=35, blank=True, help_text="BCP 47 tag.")
    sort = models.CharField(max_length=10, choices=Sort)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="organisation_name_once", fields=["organisation", "name", "sort"]
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegisteredIdentifier(models.Model):
    """A number that identifies one organisation in one scheme."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="identifiers")
    scheme = IdentityField(max_length=30)
    value = IdentityField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="identifier_is_of_one", fields=["value", "scheme"]),
            # Prefix 92 is a sole trader, who is a person and no subject of this register.
            models.CheckConstraint(
                name="identifier_of_no_sole_trader",
                condition=~Q(scheme="CN-USCC", value__startswith="92"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"
