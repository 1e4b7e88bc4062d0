"""Entries in any state, made through the real services, with the clock moved as their story needs.

Use inside `clock.simulated` (the `move` fixture): times go forward from wherever the clock stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from tabularium import clock
from tabularium.accounts.roles import WITH_A_SECOND_FACTOR
from tabularium.core.content import Draft, EntryContent, Subject
from tabularium.core.identifiers import Identifier, parse, uscc_check_character
from tabularium.core.kinds import Field, Kind
from tabularium.register import services
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Entry,
    Membership,
    Notice,
    Organisation,
    User,
)
from tests.signing_in import give_a_second_factor

_numbers = count(1)
ZONE = "Asia/Shanghai"


def an_identifier(number: int | None = None) -> Identifier:
    """A valid credit code of a company in a district that does not exist."""
    body = f"91999900{number or next(_numbers):09d}"
    return parse("CN-USCC", body + uscc_check_character(body))


@dataclass
class Town:
    """An authority with its people and one item of each kind it was asked for."""

    code: str = "market-office"
    authority: Authority = field(init=False)
    clerk: User = field(init=False)
    approver: User = field(init=False)
    second_approver: User = field(init=False)

    def __post_init__(self) -> None:
        self.authority = services.ensure_authority(
            services.AuthorityDetails(
                code=self.code,
                names={"en": f"Made-up Office {self.code}", "zh-hans": "虚构市场监管局"},
                jurisdiction="cn",
                time_zone=ZONE,
                website="https://office.example/",
                corrections_route={
                    "en": "Write to the office's counter.",
                    "zh-hans": "请致函该局窗口。",
                },
                corrections_url="https://office.example/corrections",
            )
        )
        roles = Membership.Role
        self.clerk = self.account("clerk", roles.CLERK)
        self.approver = self.account("approver", roles.APPROVER)
        self.second_approver = self.account("second-approver", roles.APPROVER)

    def account(self, name: str, role: str) -> User:
        user = services.open_account(f"{name}@{self.code}", role=role, authority=self.authority)
        if role in WITH_A_SECOND_FACTOR:
            give_a_second_factor(user)
        return user

    def item(self, kind: Kind = Kind.PENALTY, field_: Field = Field.FOOD_SAFETY) -> CatalogueItem:
        return services.ensure_item(
            services.ItemDetails(
                code=f"{self.code}-{kind}",
                version=1,
                kind=kind,
                field=field_,
                title={"en": f"Made-up {kind} list", "zh-hans": "虚构名录"},
                effective_from=date(2020, 1, 1),
                legal_basis="Made-up Act, article 5",
                definition="",
            ),
            authority=self.authority,
        )


def content(kind: Kind = Kind.PENALTY, **changes: Any) -> EntryContent:
    """What a decision says that was taken the day before."""
    today = clock.now().date()
    base = EntryContent(
        decision_number=f"No. {next(_numbers)}",
        decided_on=today - timedelta(days=1),
        measure="Permit" if kind is Kind.LICENCE else "Fine",
        summary="First line.\nSecond line.",
        legal_basis="Made-up Act, article 5",
        legal_basis_url="https://law.example/5",
        language="en",
    )
    if kind.is_adverse:
        base = replace(
            base,
            amount="4965.70",
            currency="CNY",
            term_begins=today,
            term_ends=date(today.year + 1, today.month, 1),
            objection_route="In writing to the office that decided.",
            objection_url="https://office.example/objections",
            notice_channel="letter",
        )
    if kind is Kind.PROMISE:
        base = replace(
            base,
            measure="New pipes for Made-up Street",
            promised_to="Businesses of Made-up Street",
            due_on=today + timedelta(days=30),
        )
    return replace(base, **changes)


def a_subject(name: str = "", identifier: Identifier | None = None) -> Subject:
    identifier = identifier or an_identifier()
    return Subject(identifier, name or f"虚构食品公司 {identifier.value[8:17]}", "", "cn")


def a_draft(
    town: Town,
    kind: Kind = Kind.PENALTY,
    *,
    subject: Subject | None = None,
    **changes: Any,
) -> Entry:
    """An entry that a clerk has recorded."""
    said = content(kind, **changes)
    draft = Draft(1, f"key {next(_numbers)}", subject or a_subject(), said)
    return services.record([draft], item=town.item(kind), recorder=town.clerk)[0]


def in_notice(town: Town, kind: Kind = Kind.PENALTY, **changes: Any) -> Entry:
    """An adverse entry, approved, whose notice has been given and whose window is open."""
    entry = a_draft(town, kind, **changes)
    services.approve(entry.pk, approver=town.approver)
    return services.give_notice(entry.pk, fact=Notice.Fact.POSTED)


def published(
    town: Town,
    move: Callable[[datetime], None],
    kind: Kind = Kind.PENALTY,
    **changes: Any,
) -> Entry:
    """An entry that is public; the clock has moved to the end of its window if it is adverse."""
    if not kind.is_adverse:
        return services.approve(a_draft(town, kind, **changes).pk, approver=town.approver)
    entry = in_notice(town, kind, **changes)
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    report = services.tick()
    assert not report.failures
    return Entry.objects.get(pk=entry.pk)


def a_replier(organisation: Organisation | None) -> User:
    """An account that answers for the organisation."""
    assert organisation is not None
    return services.open_account(
        f"replier@{organisation.pk}",
        role=Membership.Role.REPLIER,
        organisation=organisation,
    )


def as_subject(authority: Authority) -> Subject:
    """An authority as the subject of its own promises, and of the judgments of others."""
    numbers = authority.organisation.identifiers
    found = numbers.first()
    if found is None:
        number = an_identifier()
        found = numbers.create(scheme=number.scheme, value=number.value)
    name = authority.organisation.name
    return Subject(Identifier(found.scheme, found.value), name, "", "cn")


def promised(town: Town, **changes: Any) -> Entry:
    """A promise of the town's authority, which is public."""
    draft = a_draft(town, Kind.PROMISE, subject=as_subject(town.authority), **changes)
    return services.approve(draft.pk, approver=town.approver)


def broken(town: Town, entry: Entry, reasons: str = "The ground was frozen.") -> Entry:
    """The promise, said not to have been kept and made anew."""
    later = clock.now().date() + timedelta(days=200)
    return services.break_promise(
        entry.pk, by=town.approver, reasons=reasons, due_on=later, language="en"
    )


def annotated(town: Town, entry: Entry, text: str = "The decision was appealed.") -> Entry:
    """The entry, with a note beside it."""
    return services.annotate(entry.pk, by=town.approver, text=text, language="en")


def objected(town: Town, move: Callable[[datetime], None], **changes: Any) -> Entry:
    """A published entry that an objection has suspended."""
    entry = published(town, move, **changes)
    return services.object_to(entry.pk, by=a_replier(entry.organisation), text="It was not us.")


def ended(town: Town, move: Callable[[datetime], None], **changes: Any) -> Entry:
    """An entry that was public and whose term is over; the clock stands at that very instant."""
    entry = published(town, move, **changes)
    assert entry.public_until is not None
    move(entry.public_until)
    return entry
