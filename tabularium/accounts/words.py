"""What readers are told of roles."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tabularium.register.models import Membership

_Role = Membership.Role

_ROLES: Mapping[str, str | Promise] = {
    _Role.CLERK: pgettext_lazy("member", "Clerk"),
    _Role.APPROVER: pgettext_lazy("member", "Approver"),
    _Role.REGISTRAR: pgettext_lazy("member", "Registrar"),
    _Role.AUDITOR: pgettext_lazy("member", "Auditor"),
    _Role.SUBMISSION: pgettext_lazy("member", "Machine that submits"),
    _Role.REPLIER: pgettext_lazy("member", "Answers for the organisation"),
}


def role_name(role: str) -> str:
    """What a role is called in the reader's language."""
    return str(_ROLES[role])
