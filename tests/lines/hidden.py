"""Entries whose every text is recognisable, and all the ways in which an entry is not public."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType

from tabularium.core.content import Subject
from tabularium.core.identifiers import Identifier
from tabularium.core.life_state import Appearance
from tabularium.register import services
from tabularium.register.models import Entry, Notice
from tests import builders
from tests.builders import Town
from tests.lines.walkers.visible import Case

Move = Callable[[datetime], None]

_numbers = count(1)


def _marked(number: int) -> dict[str, str]:
    """Content that stands in one entry alone."""
    return {
        "decision_number": f"Dec{number}number",
        "measure": f"Measure{number}taken",
        "summary": f"Summary{number}told",
        "legal_basis": f"Law{number}cited",
        "legal_basis_url": f"https://law{number}cited.example/",
        "objection_route": f"Route{number}open",
        "objection_url": f"https://route{number}open.example/",
        # Pages group the digits before the mark, so what is recognised stands behind it.
        "amount": f"5.{number:06d}731",
    }


class Marked:
    """A town, and entries in it whose every text is recognisable."""

    def __init__(self, move: Move, identifier: Identifier | None = None) -> None:
        number = next(_numbers)
        self.move = move
        self.town = Town(f"marked-office-{number}")
        self.content = _marked(number)
        self.detail = f"Detail{number}kept"
        self.answer = f"Answer{number}given"
        self.reasons = f"Reasons{number}given"
        self.name = (f"Firstword{number}", f"Secondword{number}")
        self.subject = Subject(
            identifier or builders.an_identifier(), " ".join(self.name), "", "cn"
        )

    @property
    def said(self) -> dict[str, object]:
        """What the decision says, beside what every made-up decision says."""
        return {**self.content, "details": {"note": self.detail}}

    def draft(self, **changes: object) -> Entry:
        return builders.a_draft(self.town, subject=self.subject, **{**self.said, **changes})

    def approved(self) -> Entry:
        return services.approve(self.draft().pk, approver=self.town.approver)

    def noticed(self) -> Entry:
        return services.give_notice(self.approved().pk, fact=Notice.Fact.POSTED)

    def public(self, *, answered: bool = True) -> Entry:
        entry = self.noticed()
        if answered:
            by = builders.a_replier(entry.organisation)
            services.answer(entry.pk, by=by, text=self.answer, shown=True)
        assert entry.window_closes_at is not None
        self.move(entry.window_closes_at)
        assert not services.tick().failures
        return Entry.objects.get(pk=entry.pk)

    def case(self, entry: Entry, organisation: str) -> Case:
        marks = {
            "name": self.name[1],
            "identifier": self.subject.identifier.value,
            "address of the organisation": organisation,
            "detail": self.detail,
            "answer": self.answer,
            "reasons": self.reasons,
            "recorder's account": self.town.clerk.login,
            "approver's account": self.town.approver.login,
            **self.content,
        }
        return Case(
            entry=entry.pk,
            organisation=organisation,
            scheme=self.subject.identifier.scheme,
            identifier=self.subject.identifier.value,
            authority=self.town.authority.pk,
            item=entry.item.code,
            name=self.name,
            marks=MappingProxyType(marks),
        )


# ---- the ways in which an entry is not public


def drafted(marked: Marked) -> Entry:
    return marked.draft()


def waiting_for_notice(marked: Marked) -> Entry:
    return marked.approved()


def window_open(marked: Marked) -> Entry:
    return marked.noticed()


def window_closed_but_no_tick(marked: Marked) -> Entry:
    entry = marked.noticed()
    assert entry.window_closes_at is not None
    marked.move(entry.window_closes_at)
    return entry


def objected_before_publication(marked: Marked) -> Entry:
    entry = marked.noticed()
    by = builders.a_replier(entry.organisation)
    services.object_to(entry.pk, by=by, text=marked.reasons)
    assert entry.window_closes_at is not None
    marked.move(entry.window_closes_at)
    services.tick()
    return entry


def suspended(marked: Marked) -> Entry:
    entry = marked.public()
    by = builders.a_replier(entry.organisation)
    return services.object_to(entry.pk, by=by, text=marked.reasons)


def stayed(marked: Marked) -> Entry:
    return services.stay(marked.public().pk, by=marked.town.approver, order=marked.reasons)


def corrected_and_not_yet_noticed(marked: Marked) -> Entry:
    entry = marked.public()
    content = builders.content(**marked.said)
    return services.correct(
        entry.pk, by=marked.town.approver, content=content, reasons=marked.reasons
    )


def withdrawn_before_publication(marked: Marked) -> Entry:
    entry = marked.noticed()
    return services.withdraw(entry.pk, by=marked.town.approver, reasons=marked.reasons)


def withdrawn(marked: Marked) -> Entry:
    return services.withdraw(marked.public().pk, by=marked.town.approver, reasons=marked.reasons)


def lapsed(marked: Marked) -> Entry:
    entry = suspended(marked)
    assert entry.lapses_at is not None
    marked.move(entry.lapses_at)
    assert services.tick().lapsed == 1
    return entry


def undecided_past_its_lapse_and_nothing_ran(marked: Marked) -> Entry:
    entry = suspended(marked)
    assert entry.lapses_at is not None
    marked.move(entry.lapses_at + timedelta(days=30))
    return entry


def undecided_before_publication_past_its_lapse_and_nothing_ran(marked: Marked) -> Entry:
    entry = marked.noticed()
    by = builders.a_replier(entry.organisation)
    entry = services.object_to(entry.pk, by=by, text=marked.reasons)
    assert entry.lapses_at is not None
    marked.move(entry.lapses_at + timedelta(days=30))
    return entry


def retention_over_and_nothing_ran(marked: Marked) -> Entry:
    entry = marked.public()
    assert entry.erasable_from is not None
    marked.move(entry.erasable_from + timedelta(days=400))
    return entry


def retention_over_before_publication_and_nothing_ran(marked: Marked) -> Entry:
    entry = marked.noticed()
    assert entry.erasable_from is not None
    marked.move(entry.erasable_from + timedelta(days=400))
    return entry


def ended_and_nothing_ran(marked: Marked) -> Entry:
    entry = marked.public()
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def ended_and_ticked(marked: Marked) -> Entry:
    entry = ended_and_nothing_ran(marked)
    services.tick()
    return entry


def ended_while_suspended(marked: Marked) -> Entry:
    entry = suspended(marked)
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def ended_by_repair(marked: Marked) -> Entry:
    entry = marked.public()
    by = builders.a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=by, text=marked.reasons)
    entry = services.grant_repair(entry.pk, by=marked.town.approver, reasons=marked.reasons)
    assert entry.public_until is not None
    marked.move(entry.public_until)
    return entry


def erased(marked: Marked) -> Entry:
    entry = marked.public()
    assert entry.erasable_from is not None
    marked.move(entry.erasable_from)
    assert services.tick().erased == 1
    return entry


HIDDEN: dict[Callable[[Marked], Entry], Appearance] = {
    drafted: Appearance.UNKNOWN,
    waiting_for_notice: Appearance.UNKNOWN,
    window_open: Appearance.UNKNOWN,
    window_closed_but_no_tick: Appearance.UNKNOWN,
    objected_before_publication: Appearance.UNKNOWN,
    suspended: Appearance.UNKNOWN,
    stayed: Appearance.UNKNOWN,
    corrected_and_not_yet_noticed: Appearance.UNKNOWN,
    withdrawn_before_publication: Appearance.UNKNOWN,
    withdrawn: Appearance.GONE,
    lapsed: Appearance.GONE,
    # An objection that nobody decided suspends for ever, whatever its clock says.
    undecided_past_its_lapse_and_nothing_ran: Appearance.UNKNOWN,
    undecided_before_publication_past_its_lapse_and_nothing_ran: Appearance.UNKNOWN,
    ended_and_nothing_ran: Appearance.GONE,
    retention_over_and_nothing_ran: Appearance.GONE,
    retention_over_before_publication_and_nothing_ran: Appearance.UNKNOWN,
    ended_and_ticked: Appearance.GONE,
    ended_while_suspended: Appearance.GONE,
    ended_by_repair: Appearance.GONE,
    erased: Appearance.GONE,
}
