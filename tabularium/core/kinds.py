"""What an entry can be about: kinds of decision and the closed list of fields.

The list of fields is a line of the design (section 1, line 4), not a setting: an item with a field
outside it is refused wherever it is read.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of decision an entry records."""

    LICENCE = "licence"
    PENALTY = "penalty"
    EXCLUSION = "exclusion"
    PROMISE = "promise"
    JUDGMENT = "judgment"

    @property
    def is_adverse(self) -> bool:
        """Whether the entry speaks against its subject and so needs a notice, a term and a way to object."""
        return self in ADVERSE_KINDS

    @property
    def is_about_an_authority(self) -> bool:
        """Whether the subject must itself be an authority (its promise, a judgment it has not paid)."""
        return self in {Kind.PROMISE, Kind.JUDGMENT}


ADVERSE_KINDS = frozenset({Kind.PENALTY, Kind.EXCLUSION, Kind.JUDGMENT})


class Field(StrEnum):
    """The fields of economic regulation. Nothing else is ever entered."""

    PRODUCT_SAFETY = "product-safety"
    FOOD_SAFETY = "food-safety"
    DRUG_SAFETY = "drug-safety"
    WORKPLACE_SAFETY = "workplace-safety"
    ENVIRONMENT = "environment"
    CONSTRUCTION = "construction"
    TRANSPORT = "transport"
    TAX = "tax"
    WAGES = "wages"
    HEALTH_AND_CARE = "health-and-care"
    DATA_PROTECTION = "data-protection"
    COMPETITION = "competition"
    CONSUMER_PROTECTION = "consumer-protection"
    PUBLIC_PROCUREMENT = "public-procurement"
    FINANCIAL_SERVICES = "financial-services"
    BUSINESS_LICENSING = "business-licensing"


class NoticeChannel(StrEnum):
    """How an organisation is told before the public is."""

    LETTER = "letter"
    EMAIL = "e-mail"
    MAILBOX = "mailbox"
