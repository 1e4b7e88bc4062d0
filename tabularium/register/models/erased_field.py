"""Fields that were erased alone, while the rest of their version stays and stays provable."""

from django.db import models
from django.db.models import Q

from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.register.models.entry import Version
from tabularium.register.models.membership import User


class ErasedField(models.Model):
    """That a field of a version was erased, by whom, when and by which rule.

    Triggers refuse its removal, and every change but that what the database keeps behind its tables is
    cleared.

    What stood there is nowhere. Where the version had salts, the digest that leaves of the log commit to
    stands in the place of the field's salt.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="erasures_of_fields")
    field = models.CharField(max_length=10, choices=[(each, each) for each in ErasableField])
    rule = models.CharField(max_length=20, choices=[(each, each) for each in FieldErasureRule])
    erased_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When what the database itself keeps of former rows was cleared too.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="erased_field_once", fields=["version", "field"]),
            models.CheckConstraint(
                name="erased_field_is_erasable", condition=Q(field__in=list(ErasableField))
            ),
            models.CheckConstraint(
                name="erased_field_rule_is_known", condition=Q(rule__in=list(FieldErasureRule))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.version_id}"
