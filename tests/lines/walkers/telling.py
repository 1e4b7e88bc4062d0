"""Whether the feed of changes tells of every record that a step changed."""

from collections.abc import Callable

from tabularium import clock
from tabularium.register.open_records import Row, records_of
from tabularium.register.public_changes import begin, changed_since
from tabularium.register.services import place_changes
from tabularium.register.visibility import public_entries

MOST = 10_000


def untold_by(step: Callable[[], object]) -> list[str]:
    """Entries whose record the step changed, or let come or go, though the feed does not tell of them."""
    place_changes()
    cursor, before = begin(clock.now()), _records()
    step()
    told = changed_since(cursor, MOST)
    assert told is not None
    after = _records()
    changed = {pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)}
    return sorted(changed - set(told))


def _records() -> dict[str, Row]:
    now = clock.now()
    return records_of(list(public_entries(now).values_list("pk", flat=True)), now)
