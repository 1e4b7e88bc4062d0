"""The tables of the register. Data and constraints only; `services` write, `selectors` read."""

from tabularium.register.models.account_event import AccountEvent
from tabularium.register.models.authority import Authority, CatalogueItem
from tabularium.register.models.document import CorrectionRequest, Document
from tabularium.register.models.entry import Entry, Version, VersionSalts
from tabularium.register.models.erased_field import ErasedField
from tabularium.register.models.erasure import Erasure
from tabularium.register.models.event import Event, Statement
from tabularium.register.models.idempotency import IdempotencyKey
from tabularium.register.models.invitation import Invitation, NoticeCode
from tabularium.register.models.leaf import Leaf, SignedCheckpoint
from tabularium.register.models.looking import Looking
from tabularium.register.models.member_key import MemberKey
from tabularium.register.models.membership import Membership, User
from tabularium.register.models.notice import Delivery, Notice
from tabularium.register.models.offer import OfferedCorrection, Sighting
from tabularium.register.models.organisation import (
    Organisation,
    OrganisationName,
    RegisteredIdentifier,
)
from tabularium.register.models.public_change import ChangeFeed, PublicChange
from tabularium.register.models.service_address import ServiceAddress
from tabularium.register.models.submission import Finding, Submission
from tabularium.register.models.token import Token
from tabularium.register.models.upload import Upload

__all__ = [
    "AccountEvent",
    "Authority",
    "CatalogueItem",
    "ChangeFeed",
    "CorrectionRequest",
    "Delivery",
    "Document",
    "Entry",
    "ErasedField",
    "Erasure",
    "Event",
    "Finding",
    "IdempotencyKey",
    "Invitation",
    "Leaf",
    "Looking",
    "MemberKey",
    "Membership",
    "Notice",
    "NoticeCode",
    "OfferedCorrection",
    "Organisation",
    "OrganisationName",
    "PublicChange",
    "RegisteredIdentifier",
    "ServiceAddress",
    "Sighting",
    "SignedCheckpoint",
    "Statement",
    "Submission",
    "Token",
    "Upload",
    "User",
    "Version",
    "VersionSalts",
]
