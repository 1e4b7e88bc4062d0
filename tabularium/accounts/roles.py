"""Which role may do what in the name of an authority. What `for_authority` is given is looked up here."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from tabularium.register.models import Membership

_Role = Membership.Role


class Act(StrEnum):
    """Something that is done at a desk."""

    LOOK = "look"
    """See what the authority has in the register, public or not."""
    RECORD = "record"
    """Send files, record drafts and corrections, mend, see to notices that failed."""
    DECIDE = "decide"
    """Approve, decide objections and repair, withdraw, enter a court's stay and lift it, say what became of
    a promise, write notes: all that is public at once or changes what is."""
    MANAGE = "manage"
    """Say who is a member, in which role, and help those who cannot sign in any more."""
    AUDIT = "audit"
    """Read all events, also those of accounts."""


# The one table. A machine that submits (Role.SUBMISSION) never sits at a desk, and who answers for an
# organisation (Role.REPLIER) is no member of an authority.
MAY: Mapping[Act, frozenset[str]] = {
    Act.LOOK: frozenset({_Role.CLERK, _Role.APPROVER, _Role.REGISTRAR, _Role.AUDITOR}),
    Act.RECORD: frozenset({_Role.CLERK}),
    Act.DECIDE: frozenset({_Role.APPROVER}),
    Act.MANAGE: frozenset({_Role.REGISTRAR}),
    Act.AUDIT: frozenset({_Role.AUDITOR, _Role.REGISTRAR}),
}

MEMBERS = MAY[Act.LOOK]
"""The roles of people at an authority's desk."""

ONLY_READING: frozenset[str] = frozenset({_Role.AUDITOR})
"""Whoever has no other role writes nothing, whatever a page would let them."""

WITH_A_SECOND_FACTOR: frozenset[str] = frozenset({_Role.APPROVER, _Role.REGISTRAR})
"""Whose word is enough to change what the public sees, or who may: a password alone does not do."""


def roles_for(acts_and_roles: Iterable[str]) -> frozenset[str]:
    """The roles that may do one of these; a role stands for itself, and nothing for any member.

    Raises:
        ValueError: one is neither an act nor a role of a member.
    """
    found: set[str] = set()
    for each in acts_and_roles:
        if each in MAY:
            found |= MAY[Act(each)]
        elif each in MEMBERS:
            found.add(each)
        else:
            raise ValueError(f"{each!r} is neither an act nor a role at a desk.")
    return frozenset(found) or MEMBERS
