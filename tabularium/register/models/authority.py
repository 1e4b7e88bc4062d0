"""Authorities and what they publish."""

from django.db import models
from django.db.models import F, Q

from tabularium.core.kinds import Field, Kind
from tabularium.register.models.organisation import Organisation


class Authority(models.Model):
    """An organisation that decides, and publishes its decisions here."""

    code = models.SlugField(primary_key=True, max_length=60)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="authority")
    jurisdiction = models.CharField(
        max_length=2, help_text="Whose rules its entries follow; ISO 3166-1 alpha-2, in lower case."
    )
    time_zone = models.CharField(
        max_length=64, help_text="IANA name; its days begin and end at midnight there."
    )
    website = models.URLField(blank=True)
    names = models.JSONField(default=dict, help_text="Its name by language tag.")
    corrections_route = models.JSONField(
        default=dict, help_text="By language tag: how anyone reports a mistake to it."
    )
    corrections_url = models.URLField(blank=True)

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return self.code


class CatalogueItem(models.Model):
    """One version of what an authority publishes: kind, field, legal basis, table schema, term rule."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="items")
    code = models.SlugField(max_length=80)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in Kind])
    field = models.CharField(max_length=30, choices=[(field, field) for field in Field])
    title = models.JSONField(help_text="By language tag.")
    legal_basis = models.TextField(blank=True)
    legal_basis_url = models.URLField(blank=True)
    frequency = models.CharField(max_length=40, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)
    definition = models.TextField(help_text="The item's file, whole.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_version_once", fields=["code", "version"]),
            models.CheckConstraint(name="item_kind_is_known", condition=Q(kind__in=list(Kind))),
            # The closed list of the design, line 4.
            models.CheckConstraint(
                name="item_field_is_economic", condition=Q(field__in=list(Field))
            ),
            models.CheckConstraint(
                name="item_ends_not_before_it_begins",
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gte=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"
