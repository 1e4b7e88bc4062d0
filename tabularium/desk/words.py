"""Stages, events and facts as members of an authority read them."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tabularium.core.kinds import NoticeChannel
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.register.models import AccountEvent, Membership

STAGES: Mapping[Stage, Promise] = MappingProxyType(
    {
        Stage.DRAFT: _("Draft"),
        Stage.APPROVED: _("Approved, the organisation is to be told"),
        Stage.NOTIFIED: _("The organisation was told"),
        Stage.PUBLISHED: _("Published"),
        Stage.WITHDRAWN: _("Withdrawn"),
    }
)

EVENTS: Mapping[EventType, Promise] = MappingProxyType(
    {
        EventType.RECORDED: pgettext_lazy("desk", "Recorded"),
        EventType.APPROVED: pgettext_lazy("desk", "Approved"),
        EventType.NOTIFIED: _("The organisation was told"),
        EventType.NOTICE_RETURNED: _("The notice came back, and counts as not given"),
        EventType.ANSWERED: _("The organisation answered"),
        EventType.ANSWER_TAKEN_BACK: _("The organisation took its answer back"),
        EventType.PUBLISHED: _("Published"),
        EventType.OBJECTED: _("The organisation objected"),
        EventType.UPHELD: _("Objection decided: the entry stays"),
        EventType.CORRECTED: pgettext_lazy("desk", "Corrected: a new version"),
        EventType.WITHDRAWN: _("Withdrawn"),
        EventType.LAPSED: _("Withdrawn, because nobody decided the objection in time"),
        EventType.STAYED: _("Stayed on the order of a court or review body"),
        EventType.STAY_LIFTED: _("The stay was lifted"),
        EventType.REPAIR_ASKED: _("The organisation asked that it ends early"),
        EventType.REPAIR_GRANTED: _("It was granted that it ends early"),
        EventType.REPAIR_REFUSED: _("It was refused that it ends early"),
        EventType.ANNOTATED: _("A note was added"),
        EventType.PROMISE_KEPT: _("The promise was kept"),
        EventType.PROMISE_NOT_KEPT: _("The promise was not kept, and is made anew"),
        EventType.ERASED: _("Erased"),
    }
)

REFUSALS: Mapping[str, Promise] = MappingProxyType(
    {
        "by-the-recorder": _(
            "You recorded this version yourself. Somebody else of your authority has to do this."
        ),
        "not-a-draft": _(
            "Somebody has dealt with this draft meanwhile. See below how it stands now."
        ),
        "changed-since": _(
            "Something has happened to this entry since you opened the page. Nothing was done. Please read"
            " it again as it stands now."
        ),
        "no-objection": _("Somebody has decided this objection meanwhile. See below."),
        "no-request": _("Somebody has decided this request meanwhile. See below."),
        "lapsed": _("The time to decide has passed. The entry can only be withdrawn now."),
        "over": _("The entry is over. Nothing more can be done with it."),
        "withdrawn": _("Somebody has withdrawn the entry meanwhile."),
        "stayed": _("A stay is entered already."),
        "not-stayed": _("No stay is entered, or somebody has lifted it meanwhile."),
        "date-ahead": _(
            "The day of the act lies ahead. Please give the day on which it was decided."
        ),
        "date-before-decision": _(
            "The act is dated before the decision itself. Please look at the day again."
        ),
        "missing-value": _(
            "Something that the register needs is missing: see the fields marked below."
        ),
        "term-missing": _("An adverse entry needs the first and the last day of its term."),
        "term-too-long": _("The term is longer than the rules allow."),
        "dates-out-of-order": _("The term must end after it begins."),
        "amount-without-currency": _("An amount needs a currency, and a currency an amount."),
        "no-web-address": _("An address begins with https:// or http://."),
        "personal-in-text": _(
            "This seems to hold a telephone number, an e-mail address or the number of an identity"
            " document. Please take it out."
        ),
        "kept": _("It has been said already that this promise was kept."),
        "no-promise": _("This is no promise."),
        "new-day-not-later": _(
            "The new day lies behind us, or not after the day promised before. Please give a later one."
        ),
        "due-day-has-come": _(
            "The promised day has come, or the authority has spoken of it. Say whether the promise was"
            " kept instead of correcting the day."
        ),
        "due-too-late": _("The promised day lies too far ahead. Please give an earlier one."),
        "ends-before-it-is-due": _(
            "The term ends before it can be said what became of the promise. Please correct the last day"
            " of the term first."
        ),
        "too-long": _("One of the texts is too long."),
        "no-rules-in-force": _(
            "No rules are known for the day of the decision. Please look at it again."
        ),
        "one-by-one": _("Adverse entries are approved one by one."),
        "not-an-address": _(
            "This is no address of that kind. A letter has up to six short lines, a mailbox begins with"
            " https://."
        ),
        "address-has-a-number": _(
            "The address has a telephone or identity number in it. Please leave it out."
        ),
        "login-taken": _("There is an account of that login name. Please choose another."),
        "not-a-member": _("This account is no member of your authority any more."),
        "not-yourself": _("This is for another registrar to do, not for yourself."),
        "no-role": _("Please choose at least one role."),
        "acts-elsewhere": _(
            "The account acts for others too. Who runs the register has to do this."
        ),
        "not-permitted": _("Your account may not do this."),
        "was-heard": _(
            "The organisation has objected, and so has heard of the entry. The notice counts."
        ),
        "public-already": _(
            "The entry is past its window. If the organisation cannot have heard of it, withdraw or correct"
            " the entry: a correction is noticed anew."
        ),
        "not-given-by-sending": _("This notice was not sent, so it cannot have come back."),
        "given-already": _("This notice has been given meanwhile."),
        "moot": _(
            "This notice is owed no more: the entry was corrected or withdrawn, or it is over."
        ),
        "being-sent": _("This notice is being sent just now. Please wait a minute."),
        "not-printed": _("This letter stands on no posting list any more."),
        "posted-in-the-future": _("The day of posting is still to come. Please look at it again."),
        "posted-before-it-was-made": _(
            "The letter was not yet made on that day. Please look at the day again."
        ),
        "no-mailbox": _("Your authority keeps no mailbox of this organisation any more."),
    }
)

ROLES_DO: Mapping[str, Promise] = MappingProxyType(
    {
        Membership.Role.CLERK: _("sends files, records decisions, sees to notices and letters"),
        Membership.Role.APPROVER: _("approves, decides, corrects, withdraws"),
        Membership.Role.REGISTRAR: _("sees to members and to tokens of programs"),
        Membership.Role.AUDITOR: _("reads all, changes nothing"),
    }
)

ACCOUNT_EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        AccountEvent.What.OPENED: _("Account opened"),
        AccountEvent.What.ROLE_GIVEN: _("Role given"),
        AccountEvent.What.ROLE_TAKEN: _("Role taken"),
        AccountEvent.What.LINK_MADE: _("Link for a password made"),
        AccountEvent.What.PASSWORD_SET: _("Password set"),
        AccountEvent.What.SECOND_FACTOR_RESET: _("Password and second step taken away"),
        AccountEvent.What.CLOSED: _("Account closed"),
        AccountEvent.What.REOPENED: _("Account opened again"),
        AccountEvent.What.KEY_MADE: _("Key for a program made"),
        AccountEvent.What.KEY_USED: _("Key for a program used"),
        AccountEvent.What.KEY_REVOKED: _("Key for a program taken back"),
        AccountEvent.What.SIGN_ON_LINKED: _("Linked to a sign-in provider"),
        AccountEvent.What.SIGN_ON_UNLINKED: _("Link to a sign-in provider ended"),
    }
)

NOTICES: Mapping[str, Promise] = MappingProxyType(
    {
        "waiting": pgettext_lazy("notice", "It waits to be sent"),
        "sending": pgettext_lazy("notice", "It is being sent"),
        "printed": pgettext_lazy("notice", "Printed, and not yet said to be posted"),
        "failed": pgettext_lazy("notice", "It failed, and needs another address or channel"),
        "given": pgettext_lazy("notice", "Given"),
        "moot": pgettext_lazy("notice", "Owed no more"),
    }
)

REPLIES: Mapping[str, Promise] = MappingProxyType(
    {
        f"{NoticeChannel.EMAIL} 4xx": _("the mail server does not take it now"),
        f"{NoticeChannel.EMAIL} 5xx": _("the mail server refuses it: the address may be wrong"),
        f"{NoticeChannel.EMAIL} 4xx sender": _(
            "the register’s own mail relay does not take it now"
        ),
        f"{NoticeChannel.EMAIL} 5xx sender": _("the register’s own mail relay refuses the sender"),
        f"{NoticeChannel.MAILBOX} 3xx": _(
            "the mailbox sends on to another address, which is not followed"
        ),
        f"{NoticeChannel.MAILBOX} 4xx": _(
            "the mailbox refuses it: the address or the key may be wrong"
        ),
        f"{NoticeChannel.MAILBOX} 5xx": _("the mailbox has a fault now"),
        "name not known": _("the machine in the address is not known"),
        "forbidden network": _("the address leads into a network that notices may not go to"),
        "certificate": _("the receiving server could not prove who it is"),
        "no answer": _("there was no answer in time"),
        "no connection": _("there was no connection"),
        "login refused": _("the register’s own mail relay refuses the register"),
        "cannot be written": _("the notice could not be written"),
        "held back": _("it was held back, because the entry had changed"),
        "killed": _("the sending was interrupted"),
        "came back": _("it came back"),
    }
)

OTHERWISE = _(
    "This could not be done as the entry stands now. See below, and try again if it is still right."
)

FACTS: Mapping[str, Promise] = MappingProxyType(
    {
        "subject_name": _("Name in the decision"),
        "decision_number": _("Number of the decision"),
        "decided_on": _("Decided on"),
        "measure": _("What was decided"),
        "summary": _("What it is about"),
        "legal_basis": _("Legal basis, with article"),
        "legal_basis_url": _("Where the law can be read"),
        "amount": _("Amount"),
        "currency": _("Currency, three letters"),
        "term_begins": _("First day of the term"),
        "term_ends": _("Last day of the term"),
        "objection_route": _("How to object, and with whom"),
        "objection_url": _("Where to object"),
        "notice_channel": _("How the organisation is told"),
        "language": pgettext_lazy("desk", "Language"),
        "promised_to": _("Promised to"),
        "due_on": _("Promised by"),
    }
)


def sentence(reason: str) -> str:
    """Why something was not done, with what to do; by the code of the refusal."""
    return str(REFUSALS.get(reason, OTHERWISE))
