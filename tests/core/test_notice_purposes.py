import pytest

from tabularium.core.life_events import EventType
from tabularium.core.notice_purposes import Purpose, purpose_of

TOLD_OF_EVERY_ENTRY = {
    EventType.UPHELD: Purpose.UPHELD,
    EventType.WITHDRAWN: Purpose.WITHDRAWN,
    EventType.LAPSED: Purpose.LAPSED,
    EventType.STAYED: Purpose.STAYED,
    EventType.STAY_LIFTED: Purpose.STAY_LIFTED,
    EventType.REPAIR_GRANTED: Purpose.REPAIR_GRANTED,
    EventType.REPAIR_REFUSED: Purpose.REPAIR_REFUSED,
}


@pytest.mark.parametrize("event", EventType)
def test_an_organisation_hears_of_what_was_decided_and_first_of_what_speaks_against_it(
    event: EventType,
) -> None:
    adverse = {
        **TOLD_OF_EVERY_ENTRY,
        EventType.APPROVED: Purpose.BEFORE_PUBLICATION,
        EventType.CORRECTED: Purpose.BEFORE_PUBLICATION,
    }
    other = {**TOLD_OF_EVERY_ENTRY, EventType.CORRECTED: Purpose.CORRECTED}
    assert purpose_of(event, adverse=True) is adverse.get(event)
    assert purpose_of(event, adverse=False) is other.get(event)


def test_only_the_notice_before_publication_holds_it_back() -> None:
    assert [each for each in Purpose if each.gates] == [Purpose.BEFORE_PUBLICATION]
