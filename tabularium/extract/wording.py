"""What an extract says beside its entries."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TITLE_OF_ENTRY = _("Extract: an entry")
TITLE_OF_ORGANISATION = _("Extract: the entries of an organisation")
EYEBROW = _("Public register of decisions about organisations")
ONE_ENTRY = _("This is the whole entry as it stood in the register when this was made.")
ALL_ENTRIES = _(
    "These are all entries about this organisation that were public when this was made, the newest decision"
    " first. Entries that have ended, and entries that are suspended, are not among them. Each is about one"
    " decision, and no more follows from it than the entry says."
)
LOOK = _(
    "Whether it is still in force, only the register tells: this code and this address lead there."
)
CODE = _("Code for a phone; it leads to %(address)s")
AFTERWARDS = _("Do not rely on it afterwards. Look at the register, or ask for a new one.")

CHANGES: Mapping[str, Promise] = MappingProxyType(
    {
        "published": pgettext_lazy("public change", "Public from here on"),
        "suspended": pgettext_lazy("public change", "Suspended: out of the public view"),
        "restored": pgettext_lazy("public change", "Public again"),
        "corrected": pgettext_lazy("public change", "Corrected by the authority"),
        "withdrawn": pgettext_lazy("public change", "Withdrawn"),
        "ended-early": pgettext_lazy("public change", "To end earlier than its term"),
        "erased": pgettext_lazy("public change", "Erased"),
    }
)
"""What the changes are called of which an entry's leaves tell."""

WORDS: Mapping[str, Promise] = MappingProxyType(
    {
        "valid_until": _("Valid until"),
        "afterwards": AFTERWARDS,
        "made": _("Made on"),
        "look": LOOK,
        "events": _("What happened in public"),
        "when": pgettext_lazy("public change", "When"),
        "what": pgettext_lazy("public change", "What"),
        "leaf": pgettext_lazy("public change", "Leaf of the log"),
        "proofs": _("What is proven, and what is not"),
        "proven": _("Proven by the log of the register"),
        "not_proven": _("Not proven"),
        "checking": _("How to check it"),
        "sources": _("Where it comes from"),
        "made_up": _("Made-up data."),
        "attached": _("The extract as data, with its proofs"),
    }
)

PROVEN = (
    _("That each decision stood in the register with the content that its leaves give."),
    _("When each of the changes listed above became public, as the register says."),
    _(
        "That nobody changed any of it afterwards. What has been erased since is missing, and the rest is"
        " proven without it."
    ),
)
NOT_PROVEN = (
    _("That an entry is still in force. It may have been suspended or withdrawn an hour later."),
    _("That nothing else was decided. No extract can prove that something is not there."),
    _("That the content is true. The authority that decided answers for it."),
    _(
        "What stands beside a decision: the organisation’s answer, notes of the authority and what became of"
        " a promise, names of authorities and lists, and the dates of this extract. For these there is the"
        " signature of this document alone."
    ),
)
STEPS = (
    _(
        "Keep this document as a file: the data with its proofs is inside, attached as %(file)s. On paper, or"
        " printed to another PDF, it is lost."
    ),
    _(
        "Get the key of the log from the register’s page on its log or from the authority, and not from this"
        " document. A forger would print a key of their own."
    ),
    _(
        "Run: tabularium verify FILE --key KEY, with this file or the attached one. It needs no network and"
        " asks the register nothing. Or take the page %(address)s/verify, which needs none once it has"
        " loaded. The format is public, and anybody can write another program for it."
    ),
    _(
        "The signature of this document is made with the certificate “%(certificate)s”; a PDF reader shows"
        " whether the document was changed since."
    ),
)
TEST_CERTIFICATE = _(
    "This is a certificate for tests. It shows that the document is unchanged, and vouches for nobody."
)
REASON = _("Extract from the register")
