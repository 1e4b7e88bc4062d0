"""What people do to entries, each act by the service of the register that it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.demo.courses import Act
from tabularium.demo.words import Words
from tabularium.register import services
from tabularium.register.contents import content_of
from tabularium.register.models import (
    Authority,
    Entry,
    Membership,
    Notice,
    Organisation,
    User,
)

_CORRECTED_SHARE = Decimal("0.9")
_CENTS = Decimal("0.01")
_TWO_MONTHS = timedelta(days=60)
_TIME_TO_ANSWER = timedelta(days=20)
"""From a promised day to the end of the term: long enough with any holidays."""


@dataclass(frozen=True, slots=True)
class Office:
    """One authority's people: accounts without a password.

    Attributes:
        first: approves and decides.
        second: corrects, so that the first may decide on what was corrected.
    """

    first: User
    second: User


def open_office(authority: Authority) -> Office:
    """The accounts of an authority."""

    def account(name: str) -> User:
        return services.open_account(
            f"{name}@{authority.pk}", role=Membership.Role.APPROVER, authority=authority
        )

    return Office(account("first-approver"), account("second-approver"))


@dataclass(frozen=True, slots=True)
class Target:
    """An entry, who decides about it, and in which language people write about it."""

    entry_id: str
    office: Office
    language: str


class Actors:
    """Everybody in the town, and what they write."""

    def __init__(self, words: Words) -> None:
        self._texts = words.texts
        self._draw = Random(words.seed)  # noqa: S311 - the made-up town comes out the same each time
        self._repliers: dict[str, User] = {}

    def do(self, act: Act, target: Target) -> None:
        """Let an act happen, now."""
        _ACTS[act](self, target)

    def approve(self, target: Target) -> None:
        """Approve the draft."""
        services.approve(target.entry_id, approver=target.office.first)

    def give_notice(self, target: Target) -> None:
        """Tell the organisation."""
        services.give_notice(target.entry_id, fact=Notice.Fact.POSTED)

    def answer(self, target: Target, *, shown: bool) -> None:
        """Answer for the organisation."""
        services.answer(
            target.entry_id,
            by=self._replier(target),
            text=self._text(target, "answers"),
            shown=shown,
            language=target.language,
        )

    def take_back(self, target: Target) -> None:
        """Take the answer back."""
        services.take_back_answer(target.entry_id, by=self._replier(target))

    def object_to(self, target: Target) -> None:
        """Object for the organisation."""
        services.object_to(
            target.entry_id,
            by=self._replier(target),
            text=self._text(target, "objections"),
            language=target.language,
        )

    def ask_repair(self, target: Target) -> None:
        """Ask for repair, for the organisation."""
        services.ask_repair(
            target.entry_id,
            by=self._replier(target),
            text=self._text(target, "requests"),
            language=target.language,
        )

    def correct(self, target: Target) -> None:
        """Correct the entry: a smaller sum where there is one, and a more exact text."""
        version = Entry.objects.select_related("current_version").get(pk=target.entry_id)
        content = content_of(version.current_version)
        addition = self._texts[target.language]["addition"]
        amount = content.amount and str(
            (Decimal(content.amount) * _CORRECTED_SHARE).quantize(_CENTS)
        )
        services.correct(
            target.entry_id,
            by=target.office.second,
            content=replace(content, amount=amount, summary=f"{content.summary}\n{addition}"),
            reasons=self._text(target, "corrected"),
        )

    def note(self, target: Target) -> None:
        """Add a note."""
        services.annotate(
            target.entry_id,
            by=target.office.first,
            text=self._text(target, "notes"),
            language=target.language,
        )

    def keep(self, target: Target) -> None:
        """Say that the promise was kept."""
        services.keep_promise(
            target.entry_id,
            by=target.office.first,
            evidence=self._text(target, "kept"),
            language=target.language,
        )

    def break_promise(self, target: Target) -> None:
        """Say that the promise was not kept, and promise anew: for two months later, within its term."""
        entry = Entry.objects.select_related("authority").get(pk=target.entry_id)
        assert entry.due_at is not None
        assert entry.public_until is not None
        latest = entry.public_until - _TIME_TO_ANSWER
        due_at = min(max(entry.due_at, clock.now()) + _TWO_MONTHS, latest)
        services.break_promise(
            target.entry_id,
            by=target.office.first,
            reasons=self._text(target, "broken"),
            due_on=due_at.astimezone(ZoneInfo(entry.authority.time_zone)).date(),
            language=target.language,
        )

    def decide(self, service: Callable[..., Entry], text: str, target: Target) -> None:
        """Decide for the authority, with reasons."""
        service(target.entry_id, by=target.office.first, reasons=self._text(target, text))

    def order(self, service: Callable[..., Entry], text: str, target: Target) -> None:
        """Carry out the order of a court."""
        service(target.entry_id, by=target.office.first, order=self._text(target, text))

    def _text(self, target: Target, sort: str) -> str:
        return str(self._draw.choice(self._texts[target.language][sort]))

    def _replier(self, target: Target) -> User:
        organisation = Organisation.objects.get(entries=target.entry_id)
        if organisation.pk not in self._repliers:
            self._repliers[organisation.pk] = services.open_account(
                f"replier@{organisation.pk}",
                role=Membership.Role.REPLIER,
                organisation=organisation,
            )
        return self._repliers[organisation.pk]


_ACTS: Mapping[Act, Callable[[Actors, Target], None]] = {
    Act.APPROVE: Actors.approve,
    Act.NOTICE: Actors.give_notice,
    Act.ANSWER_SHOWN: lambda actors, target: actors.answer(target, shown=True),
    Act.ANSWER_HIDDEN: lambda actors, target: actors.answer(target, shown=False),
    Act.TAKE_BACK: Actors.take_back,
    Act.OBJECT: Actors.object_to,
    Act.ASK: Actors.ask_repair,
    Act.CORRECT: Actors.correct,
    Act.UPHOLD: lambda actors, target: actors.decide(services.uphold, "upheld", target),
    Act.WITHDRAW: lambda actors, target: actors.decide(services.withdraw, "withdrawn", target),
    Act.GRANT: lambda actors, target: actors.decide(services.grant_repair, "granted", target),
    Act.REFUSE: lambda actors, target: actors.decide(services.refuse_repair, "refused", target),
    Act.NOTE: Actors.note,
    Act.KEEP: Actors.keep,
    Act.BREAK: Actors.break_promise,
    Act.STAY: lambda actors, target: actors.order(services.stay, "stays", target),
    Act.LIFT: lambda actors, target: actors.order(services.lift_stay, "lifted", target),
}
