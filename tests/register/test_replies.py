from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tabularium import clock
from tabularium.core.life import NotAllowedError
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry, Event, Statement, User
from tabularium.register.visibility import appearance, shown_answers
from tests.builders import Town, a_draft, a_replier, ended, in_notice, objected, published
from tests.register.conftest import Move

Reply = Callable[[Entry, User], Entry]

REPLIES: dict[str, Reply] = {
    "answer": lambda entry, by: services.answer(entry.pk, by=by, text="Said.", shown=True),
    "take back": lambda entry, by: services.take_back_answer(entry.pk, by=by),
    "object": lambda entry, by: services.object_to(entry.pk, by=by, text="It was not us."),
    "ask repair": lambda entry, by: services.ask_repair(entry.pk, by=by, text="It is mended."),
}
each_reply = pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)


@each_reply
def test_nobody_replies_for_another_organisation(town: Town, move: Move, reply: Reply) -> None:
    entry, another = published(town, move), published(town, move)
    services.answer(entry.pk, by=a_replier(entry.organisation), text="Ours.", shown=True)
    services.ask_repair(another.pk, by=a_replier(another.organisation), text="Mended.")
    strangers = [a_replier(another.organisation), town.clerk, town.approver]
    before = Event.objects.filter(entry=entry).count()
    for stranger in strangers:
        with pytest.raises(NotPermittedError):
            reply(entry, stranger)
    assert Event.objects.filter(entry=entry).count() == before
    assert Statement.objects.filter(entry=entry).count() == 1


@each_reply
def test_a_closed_account_replies_nothing(town: Town, move: Move, reply: Reply) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="Ours.", shown=True)
    User.objects.filter(pk=replier.pk).update(is_active=False)
    with pytest.raises(NotPermittedError):
        reply(entry, replier)


@each_reply
def test_nothing_is_replied_to_a_draft(town: Town, reply: Reply) -> None:
    entry = a_draft(town)
    with pytest.raises(NotAllowedError):
        reply(entry, a_replier(entry.organisation))
    assert not Statement.objects.exists()


@each_reply
def test_nothing_is_replied_to_what_is_over(town: Town, move: Move, reply: Reply) -> None:
    entry = ended(town, move)
    with pytest.raises(NotAllowedError):
        reply(entry, a_replier(entry.organisation))


@each_reply
def test_nothing_is_replied_to_what_is_erased(town: Town, move: Move, reply: Reply) -> None:
    entry = ended(town, move)
    replier = a_replier(entry.organisation)
    assert entry.erasable_from is not None
    move(entry.erasable_from)
    assert services.tick().erased == 1
    with pytest.raises(NotPermittedError):
        reply(entry, replier)


# ---- answer


def texts_beside(entry: Entry, at: datetime) -> dict[str, str]:
    return {key: shown.text for key, shown in shown_answers([entry.pk], at).items()}


def test_an_answer_stands_beside_the_entry_if_it_is_to_be_shown(town: Town, move: Move) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="We paid.", shown=True, language="en")
    statement = Statement.objects.get()
    assert (statement.text, statement.language, statement.shown) == ("We paid.", "en", True)
    assert texts_beside(entry, clock.now()) == {entry.pk: "We paid."}
    entry.refresh_from_db()
    assert entry.answer_shown


def test_an_answer_may_be_for_the_authority_alone(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.answer(entry.pk, by=a_replier(entry.organisation), text="Between us.", shown=False)
    assert texts_beside(entry, clock.now()) == {}


def test_a_later_answer_takes_the_place_of_an_earlier(town: Town, move: Move) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    services.answer(entry.pk, by=replier, text="First.", shown=True)
    services.answer(entry.pk, by=replier, text="Second.", shown=True)
    assert texts_beside(entry, clock.now()) == {entry.pk: "Second."}
    services.answer(entry.pk, by=replier, text="Third, not shown.", shown=False)
    assert texts_beside(entry, clock.now()) == {}
    assert Statement.objects.count() == 3


def test_an_answer_in_the_window_is_shown_with_the_entry_and_not_before(
    town: Town, move: Move
) -> None:
    entry = in_notice(town)
    services.answer(entry.pk, by=a_replier(entry.organisation), text="Early.", shown=True)
    assert texts_beside(entry, clock.now()) == {}
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    services.tick()
    assert texts_beside(entry, clock.now()) == {entry.pk: "Early."}


def test_an_answer_ends_with_the_entry(town: Town, move: Move) -> None:
    entry = published(town, move)
    services.answer(entry.pk, by=a_replier(entry.organisation), text="Shown.", shown=True)
    assert entry.public_until is not None
    assert texts_beside(entry, entry.public_until) == {}


@pytest.mark.parametrize("text", ["", "  \n\u3000"])
def test_an_answer_says_something(town: Town, move: Move, text: str) -> None:
    entry = published(town, move)
    with pytest.raises(RefusedError) as refused:
        services.answer(entry.pk, by=a_replier(entry.organisation), text=text, shown=True)
    assert refused.value.reason == "missing-value"


def test_an_answer_taken_back_is_gone_at_once(town: Town, move: Move) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    with pytest.raises(NotAllowedError, match="no-answer"):
        services.take_back_answer(entry.pk, by=replier)
    services.answer(entry.pk, by=replier, text="Shown.", shown=True)
    services.take_back_answer(entry.pk, by=replier)
    assert texts_beside(entry, clock.now()) == {}
    entry.refresh_from_db()
    assert not entry.answer_shown


# ---- object


def test_an_objection_hides_the_entry_at_once(town: Town, move: Move) -> None:
    entry = published(town, move)
    assert appearance(entry.pk, clock.now())[0] == "public"
    # Noticed on Wednesday 4 March; the window closed with Monday the 9th, which is now Tuesday there.
    replier = a_replier(entry.organisation)
    services.object_to(entry.pk, by=replier, text="It was not us.", language="en")
    entry.refresh_from_db()
    assert (entry.objection_open, entry.suspended) == (True, True)
    assert entry.decide_by == datetime(2026, 3, 13, 16, 0, tzinfo=UTC)
    assert entry.lapses_at == datetime(2026, 4, 13, 16, 0, tzinfo=UTC)
    assert appearance(entry.pk, clock.now()) == ("unknown", None)
    assert Statement.objects.get().text == "It was not us."


def test_only_one_objection_at_a_time_and_the_second_does_not_suspend(
    town: Town, move: Move
) -> None:
    entry = objected(town, move)
    replier = a_replier(entry.organisation)
    with pytest.raises(NotAllowedError, match="objection-open"):
        services.object_to(entry.pk, by=replier, text="Again.")
    services.uphold(entry.pk, by=town.approver, reasons="It was you.")
    services.object_to(entry.pk, by=replier, text="Again.")
    entry.refresh_from_db()
    assert (entry.objection_open, entry.suspended, entry.lapses_at) == (True, False, None)
    assert appearance(entry.pk, clock.now())[0] == "public"


def test_an_objection_in_the_window_keeps_the_entry_from_the_public(town: Town, move: Move) -> None:
    entry = in_notice(town)
    services.object_to(entry.pk, by=a_replier(entry.organisation), text="No.")
    assert entry.window_closes_at is not None
    move(entry.window_closes_at)
    assert services.tick().published == 0
    services.uphold(entry.pk, by=town.approver, reasons="Yes.")
    assert services.tick().published == 1


# ---- ask repair


def test_repair_is_asked_once_at_a_time(town: Town, move: Move) -> None:
    entry = published(town, move)
    replier = a_replier(entry.organisation)
    services.ask_repair(entry.pk, by=replier, text="It is mended.", language="en")
    entry.refresh_from_db()
    assert entry.repair_open
    assert entry.stage == Stage.PUBLISHED
    with pytest.raises(NotAllowedError, match="repair-open"):
        services.ask_repair(entry.pk, by=replier, text="Please.")


def test_repair_is_not_asked_in_the_window(town: Town) -> None:
    entry = in_notice(town)
    with pytest.raises(NotAllowedError, match="not-published"):
        services.ask_repair(entry.pk, by=a_replier(entry.organisation), text="Mended.")
