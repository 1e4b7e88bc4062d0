"""Why something was not done, in the reader's language and with what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tabularium.core.life import NotAllowedError
from tabularium.register.errors import RefusedError

_CHANGED = _("This is not possible any more: the entry has changed. Please read how it stands now.")

SENTENCES: Mapping[str, Promise] = {
    "changed-since": _(
        "The authority has changed the entry since you opened this page, so nothing was sent. Please read"
        " how it stands now; what you typed is still here, and can be sent if it is still right."
    ),
    "code-mistyped": _(
        "This is not how the code stands in the letter: a character is wrong or missing."
        " Please compare it once more, one group after the other."
    ),
    "code-not-valid": _(
        "This code is not valid. Each code works once and for a limited time. Please ask the authority"
        " that wrote to you for another; its address is in the letter."
    ),
    "code-of-own-authority": _(
        "The account you are signed in with belongs to the authority that decided. It cannot answer to"
        " its own decision. Please use another account."
    ),
    "too-many-tries": _("Too many wrong codes were typed. Please wait an hour and try again."),
    "login-taken": _("This login name is taken. Please choose another."),
    "last-member": _(
        "You are the last who can answer for the organisation. Let in somebody else first, then you can"
        " leave."
    ),
    "too-many-invitations": _(
        "Ten codes are open already. Please take one back first, or wait until one has been used."
    ),
    "missing-value": _("Please write something first."),
    "correction-open": _(
        "You have already asked for a correction. The authority has not answered yet."
    ),
    "objection-open": _(
        "An objection of yours is open already. The authority has to decide it first."
    ),
    "repair-open": _("You have already asked for this."),
    "over": _("The entry is over. Nothing more can be done with it, and nothing needs to be."),
    "too-many-documents": _("At most ten documents can go with one statement."),
    "document-too-large": _("The document is too large."),
}


def sentence(error: RefusedError | NotAllowedError) -> str:
    """The sentence for a refusal."""
    return str(SENTENCES.get(error.reason, _CHANGED))


def sentence_for(reason: str) -> str:
    """The sentence for a reason by its code."""
    return str(SENTENCES.get(reason, _CHANGED))
