import pytest

from tabularium.register import services
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import CorrectionRequest, Entry
from tabularium.register.services.correction_requests import open_correction_requests
from tests import builders
from tests.lines.hidden import Move

pytestmark = pytest.mark.django_db

Outcome = CorrectionRequest.Outcome


def asked(entry: Entry) -> CorrectionRequest:
    by = builders.a_replier(entry.organisation)
    return services.ask_correction(entry.pk, by=by, text="The amount has a slip.")


def refused(entry: Entry) -> str:
    with pytest.raises(RefusedError) as caught:
        asked(entry)
    return caught.value.reason


def test_a_request_changes_nothing_of_the_entry_and_stands_at_the_desk_of_its_authority(
    move: Move,
) -> None:
    town, other = builders.Town(), builders.Town("other-office")
    entry = builders.published(town, move)
    before = Entry.objects.filter(pk=entry.pk).values().get()
    request = asked(entry)
    assert Entry.objects.filter(pk=entry.pk).values().get() == before
    assert list(open_correction_requests(town.authority)) == [request]
    assert list(open_correction_requests(other.authority)) == []
    assert refused(entry) == "correction-open"


def test_a_new_version_settles_it_by_itself(move: Move) -> None:
    town = builders.Town()
    entry = builders.published(town, move)
    asked(entry)
    services.correct(entry.pk, by=town.approver, content=builders.content(), reasons="A slip.")
    assert not open_correction_requests(town.authority).exists()
    assert asked(entry).version_id == f"{entry.pk}.2"


def test_an_approver_of_the_authority_settles_it_with_reasons(move: Move) -> None:
    town, other = builders.Town(), builders.Town("other-office")
    request = asked(builders.published(town, move))
    for by in (town.clerk, other.approver):
        with pytest.raises(NotPermittedError):
            services.settle_correction_request(
                request.pk, by=by, outcome=Outcome.DECLINED, reasons="It is right."
            )
    with pytest.raises(RefusedError):
        services.settle_correction_request(
            request.pk, by=town.approver, outcome=Outcome.DECLINED, reasons=" "
        )
    services.settle_correction_request(
        request.pk, by=town.approver, outcome=Outcome.DECLINED, reasons="It is right."
    )
    settled = CorrectionRequest.objects.get()
    assert (settled.outcome, settled.reasons) == ("declined", "It is right.")
    with pytest.raises(RefusedError):
        services.settle_correction_request(
            request.pk, by=town.approver, outcome=Outcome.DONE, reasons="Again."
        )


def test_nothing_is_asked_of_what_is_a_draft_or_over(move: Move) -> None:
    town = builders.Town()
    assert refused(builders.a_draft(town)) == "over"
    assert refused(builders.ended(town, move)) == "over"
    entry = builders.published(town, move)
    request = asked(entry)
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    assert refused(entry) == "over"
    assert list(open_correction_requests(town.authority)) == []
    with pytest.raises(RefusedError):
        services.settle_correction_request(
            request.pk, by=town.approver, outcome=Outcome.DONE, reasons="Late."
        )
