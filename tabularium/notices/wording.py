"""What is said to an organisation, for each purpose: what happened, what it can do, until when, what else."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tabularium.core.notice_purposes import Purpose


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one purpose, with places for values by name.

    Attributes:
        title: a line that says what it is about.
        happened: what happened.
        can_do: what the organisation can do.
        otherwise: what happens if it does nothing.
    """

    title: Promise
    happened: Promise
    can_do: Promise
    otherwise: Promise


TO_READ = _(
    "You can read the entry and its history if you have access; if you have none, ask %(authority)s for"
    " a code."
)
NOTHING_TO_DO = _("There is nothing you have to do.")

WORDINGS: Mapping[Purpose, Wording] = MappingProxyType(
    {
        Purpose.BEFORE_PUBLICATION: Wording(
            _("Before a decision about your organisation is published"),
            _(
                "%(authority)s has decided about %(organisation)s and is going to publish the decision in"
                " the public register of such decisions. It is not public yet: you hear of it first."
            ),
            _(
                "You can read the decision exactly as the public would see it, and answer it. Your answer"
                " stands beside it if you want that. You can also object. If you object in time, the"
                " decision is not published until the objection has been decided. For all this, open the"
                " address below and type the code. It lets in whoever has it, once, so hand it only to"
                " whoever is to answer for your organisation."
            ),
            _(
                "The decision is published when the time is over, and stays public until the end of"
                " %(last_day)s. Then it leaves the register by itself. You can still answer and object"
                " while it is public."
            ),
        ),
        Purpose.CORRECTED: Wording(
            _("An entry about your organisation has been corrected"),
            _(
                "%(authority)s has corrected a public entry about %(organisation)s. The new wording is"
                " public."
            ),
            TO_READ,
            _("The entry stays as it now is."),
        ),
        Purpose.UPHELD: Wording(
            _("Your objection has been decided: the decision stands"),
            _(
                "%(authority)s has decided the objection of %(organisation)s and does not follow it. The"
                " decision below stands as it was before the objection."
            ),
            _(
                "You can read the reasons, answer, and ask for a correction if something in the entry is"
                " wrong. How the decision itself can be contested stands below."
            ),
            _(
                "The entry is public, once its time to object is over, until the end of %(last_day)s."
            ),
        ),
        Purpose.WITHDRAWN: Wording(
            _("An entry about your organisation has been withdrawn"),
            _(
                "%(authority)s has withdrawn an entry about %(organisation)s. It is out of the public view"
                " for good, or never comes into it."
            ),
            TO_READ,
            NOTHING_TO_DO,
        ),
        Purpose.LAPSED: Wording(
            _("An entry about your organisation has lapsed"),
            _(
                "%(authority)s did not decide the objection of %(organisation)s in time. The entry has"
                " therefore been withdrawn and is out of the public view for good."
            ),
            TO_READ,
            NOTHING_TO_DO,
        ),
        Purpose.STAYED: Wording(
            _("An entry about your organisation is suspended by a stay"),
            _(
                "A court or review body has ordered a stay of the decision of %(authority)s about"
                " %(organisation)s. The public does not see the entry until the stay is lifted."
            ),
            TO_READ,
            NOTHING_TO_DO,
        ),
        Purpose.STAY_LIFTED: Wording(
            _("The stay of an entry about your organisation has been lifted"),
            _(
                "The stay of the decision of %(authority)s about %(organisation)s has been lifted. The public"
                " sees the entry again if nothing else holds it back."
            ),
            _("You can answer and object as before."),
            _("The entry is or becomes public until the end of %(last_day)s."),
        ),
        Purpose.REPAIR_GRANTED: Wording(
            _("Your request to end an entry early has been granted"),
            _(
                "%(authority)s has granted the request of %(organisation)s: the entry leaves the public view"
                " earlier than its term."
            ),
            TO_READ,
            _("The entry is public until the end of %(last_day)s, and not after."),
        ),
        Purpose.REPAIR_REFUSED: Wording(
            _("Your request to end an entry early has been refused"),
            _(
                "%(authority)s has refused the request of %(organisation)s to end the public view of an"
                " entry early."
            ),
            _("You can read the reasons, and ask again when more has been put right."),
            _("The entry is public until the end of %(last_day)s."),
        ),
    }
)

CORRECTION_HAPPENED = _(
    "%(authority)s has corrected its entry about %(organisation)s. The new wording is going to be published"
    " in the public register of decisions. It is not public yet, and neither is the old wording."
)
ENDED_ALREADY = _("The entry is not public any more.")
NO_END = _("The entry stays public as long as the decision holds.")

DAYS_OF_A_LETTER = _(
    "You have %(days)s working days. The day on which this letter was posted is not among them; the last day"
    " counts whole, until midnight. When you have signed in, the page shows the day."
)
DAYS_OF_A_MESSAGE = _(
    "You have %(days)s working days. The day on which this message reached your server is not among them;"
    " the last day counts whole, until midnight. When you have signed in, the page shows the day."
)

HAPPENED = pgettext_lazy("notice", "What happened")
CAN_DO = pgettext_lazy("notice", "What you can do")
UNTIL_WHEN = pgettext_lazy("notice", "Until when")
OTHERWISE = pgettext_lazy("notice", "If you do nothing")
REASONS = pgettext_lazy("notice", "The authority's reasons")
MISTAKE = pgettext_lazy("notice", "If this letter is not for you, or something in it is wrong")
DECISION = pgettext_lazy("notice", "The decision")
WHERE = pgettext_lazy("notice", "Address")
CODE = pgettext_lazy("notice", "Code")

FACTS: Mapping[str, Promise] = MappingProxyType(
    {
        "decision_number": pgettext_lazy("notice", "Number"),
        "decided_on": pgettext_lazy("notice", "Day of the decision"),
        "measure": pgettext_lazy("notice", "Decided"),
        "amount": pgettext_lazy("notice", "Amount"),
        "summary": pgettext_lazy("notice", "What it is about"),
        "legal_basis": pgettext_lazy("notice", "Legal basis"),
        "term": pgettext_lazy("notice", "Term"),
        "objection_route": pgettext_lazy("notice", "How to contest it"),
        "objection_url": pgettext_lazy("notice", "Address for that"),
    }
)
"""The facts of a decision, in the order in which they are told, and what they are called."""

TERM = pgettext_lazy("notice", "%(begins)s to %(ends)s, both included")
FOOT = _(
    "This message was sent by a register of public decisions for %(authority)s. Nobody reads answers to it."
)
