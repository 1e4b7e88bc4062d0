"""What the API tells of a field that was erased alone."""

from datetime import datetime

from ninja import Field, Schema

from tabularium.core.field_erasure import ErasableField, FieldErasureRule


class ErasedField(Schema):
    """That a field was erased, which else would say something."""

    field: ErasableField
    at: datetime = Field(description="When, in UTC.")
    rule: FieldErasureRule = Field(description="Why.")
