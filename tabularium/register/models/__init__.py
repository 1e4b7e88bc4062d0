"""The tables of the register. Data and constraints only; `services` write, `selectors` read."""

from tabularium.register.models.authority import Authority, CatalogueItem
from tabularium.register.models.entry import Entry, Version
from tabularium.register.models.event import Event, Statement
from tabularium.register.models.membership import Membership, User
from tabularium.register.models.notice import Notice
from tabularium.register.models.organisation import (
    Organisation,
    OrganisationName,
    RegisteredIdentifier,
)
from tabularium.register.models.submission import Finding, Submission

__all__ = [
    "Authority",
    "CatalogueItem",
    "Entry",
    "Event",
    "Finding",
    "Membership",
    "Notice",
    "Organisation",
    "OrganisationName",
    "RegisteredIdentifier",
    "Statement",
    "Submission",
    "User",
    "Version",
]
