"""Which entries are public now, as files of open data are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.open_identities import Identities, PublicNow, in_order, write
from tabularium.register.visibility import public_entries
from tests import builders
from tests.builders import Town
from tests.opendata.conftest import Move

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@contextmanager
def _public(since: datetime, at_once: int = 2) -> Iterator[dict[Kind, Identities]]:
    with PublicNow.of_all(clock.now(), since, at_once=at_once) as public:
        yield dict(public.of)


def _told(identities: Identities, after: str = "", last: str | None = None) -> dict[str, bool]:
    table = identities.between(after, last)
    return dict(zip(table["id"].to_pylist(), table["happened"].to_pylist(), strict=True))


def test_all_that_are_public_are_there_by_kind_and_in_order_and_no_others(
    town: Town, move: Move
) -> None:
    licences = [builders.published(town, move, Kind.LICENCE) for _ in range(5)]
    penalties = [builders.published(town, move) for _ in range(3)]
    builders.in_notice(town)
    services.withdraw(licences[0].pk, by=town.approver, reasons="In error.")
    services.stay(penalties[0].pk, by=town.approver, order="Order 1")
    with _public(clock.now() + DAY) as public:
        told = {kind: list(_told(of_kind)) for kind, of_kind in public.items()}
        lengths = {kind: len(of_kind) for kind, of_kind in public.items()}
    expected: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    expected[Kind.LICENCE] = sorted(each.pk for each in licences[1:])
    expected[Kind.PENALTY] = sorted(each.pk for each in penalties[1:])
    assert told == expected
    assert lengths == {kind: len(of_kind) for kind, of_kind in expected.items()}
    there = public_entries(clock.now()).values_list("pk", flat=True)
    assert sorted(there) == sorted(expected[Kind.LICENCE] + expected[Kind.PENALTY])


def test_what_happened_to_each_since_an_instant_is_told(town: Town, move: Move) -> None:
    before, at, behind = (builders.published(town, move, Kind.LICENCE) for _ in range(3))
    since = clock.now()
    for entry, when in ((before, since - timedelta(seconds=1)), (at, since), (behind, since + DAY)):
        Entry.objects.filter(pk=entry.pk).update(last_event_at=when)
    with _public(since) as public:
        assert _told(public[Kind.LICENCE]) == {before.pk: False, at.pk: True, behind.pk: True}


def test_a_part_begins_behind_an_identity_and_ends_with_another(town: Town, move: Move) -> None:
    ids = sorted(builders.published(town, move, Kind.LICENCE).pk for _ in range(5))
    with _public(clock.now()) as public:
        of_kind = public[Kind.LICENCE]
        assert list(_told(of_kind, ids[0], ids[2])) == ids[1:3]
        assert list(_told(of_kind, ids[3])) == ids[4:]
        assert list(_told(of_kind, "", ids[1][:-1])) == ids[:1]
        assert list(_told(of_kind, ids[4])) == []


def test_of_a_register_without_entries_there_are_none(town: Town) -> None:
    assert town
    with _public(clock.now()) as public:
        assert {kind: _told(of_kind) for kind, of_kind in public.items()} == {
            kind: {} for kind in Kind
        }


def test_lines_that_come_in_another_order_are_put_in_order() -> None:
    lines = [b"00000000000aA", b"00000000000bb", b"00000000000cA", b"zzzzzzzzzzzzC"]
    assert in_order(b"".join(lines)).tobytes() == b"".join(lines)
    assert in_order(b"".join(reversed(lines))).tobytes() == b"".join(lines)


def test_parts_that_come_in_another_order_are_refused(tmp_path: Path) -> None:
    files = {kind: tmp_path / kind for kind in Kind}
    first, second = b"00000000000aA00000000000bC", b"00000000000cA"
    with pytest.raises(ValueError, match="no order"):
        write(files, iter([second, first]))
    for file in files.values():
        file.unlink()
    write(files, iter([first, second]))
    assert [file.read_bytes() for file in files.values() if file.stat().st_size] == [
        b"00000000000aA00000000000cA",
        b"00000000000bC",
    ]


def test_a_text_that_is_not_of_whole_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        in_order(b"00000000000aA0")
