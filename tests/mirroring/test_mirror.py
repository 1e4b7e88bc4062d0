"""A copy that follows the feed is what the public sees, whatever happens to register and copy meanwhile."""

import contextlib
import json
import random
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.core.life import NotAllowedError
from tabularium.mirroring.copy import AnotherRegisterError, Mirror
from tabularium.mirroring.fetching import UnreachableError, fetch
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.models import ChangeFeed, Entry
from tabularium.register.open_records import as_json, records_of
from tabularium.register.visibility import public_entries
from tests import builders
from tests.builders import Town

Move = Callable[[datetime], None]
REGISTER = "http://testserver"

pytestmark = pytest.mark.django_db


def ask(address: str) -> tuple[int, Mapping[str, Any]]:
    """The register's answer, without a network."""
    parts = urlsplit(address)
    response = Client().get(f"{parts.path}?{parts.query}&limit=3")
    return response.status_code, response.json()


def public() -> list[dict[str, Any]]:
    now = clock.now()
    ids = list(public_entries(now).order_by("pk").values_list("pk", flat=True))
    found = records_of(ids, now)
    return [as_json(found[pk]) for pk in ids]


def lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "entries.jsonl").read_text("utf-8")
    return [json.loads(each) for each in text.splitlines()]


class Story:
    """Anything that may happen in a register, as chance has it."""

    def __init__(self, seed: int, move: Move) -> None:
        self.choose = random.Random(seed)  # noqa: S311 - no secret
        self.move, self.town = move, Town()

    def step(self) -> None:
        rows = list(Entry.objects.filter(organisation__isnull=False).order_by("pk"))
        what = self.choose.randrange(10)
        if what < 2 or not rows:
            draft = builders.a_draft(self.town, Kind.LICENCE)
            services.approve(draft.pk, approver=self.town.approver)
        elif what == 2:
            builders.published(self.town, self.move)
        elif what == 3:
            self.move(clock.now() + timedelta(days=self.choose.randrange(1, 150)))
        elif what == 4:
            services.tick()
        elif what == 5:
            services.place_changes()
        else:
            with contextlib.suppress(NotAllowedError, RefusedError):
                self._happen(self.choose.choice(rows), what)

    def _happen(self, entry: Entry, what: int) -> None:
        town = self.town
        if what == 6:
            by = builders.a_replier(entry.organisation)
            services.object_to(entry.pk, by=by, text="No.")
        elif what == 7:
            services.withdraw(entry.pk, by=town.second_approver, reasons="In error.")
        elif what == 8:
            services.uphold(entry.pk, by=town.second_approver, reasons="Right.")
        else:
            services.annotate(entry.pk, by=town.approver, text="A note.", language="en")


@pytest.mark.parametrize("seed", range(2))
def test_it_is_the_public_view_though_the_register_changes_while_it_is_read(
    move: Move, tmp_path: Path, seed: int
) -> None:
    story = Story(seed, move)
    services.place_changes()

    def while_it_changes(address: str) -> tuple[int, Mapping[str, Any]]:
        if story.choose.random() < 0.3:
            story.step()
        return ask(address)

    for _ in range(8):
        for _ in range(3):
            story.step()
        with contextlib.closing(Mirror(REGISTER, tmp_path, while_it_changes)) as mirror:
            mirror.run(clock.now())
        # Nothing happens any more, and upkeep has run: more changes than a page holds wait for it.
        services.place_changes()
        with contextlib.closing(Mirror(REGISTER, tmp_path, ask)) as mirror:
            mirror.run(clock.now())
            assert mirror.records() == public()
        assert lines(tmp_path) == public()


class KilledError(Exception):
    """The process is no more."""


def test_killed_between_any_two_parts_it_goes_on_where_it_was(move: Move, tmp_path: Path) -> None:
    town = Town()
    services.place_changes()
    for _ in range(8):
        draft = builders.a_draft(town, Kind.LICENCE)
        services.approve(draft.pk, approver=town.approver)
    services.place_changes()
    asked: list[str] = []

    def killed(address: str) -> tuple[int, Mapping[str, Any]]:
        asked.append(address)
        if len(asked) % 2 == 0:
            raise KilledError
        return ask(address)

    for _ in range(4):
        mirror = Mirror(REGISTER, tmp_path, killed)
        with contextlib.suppress(KilledError):
            mirror.run(clock.now())
        mirror.close()
    with contextlib.closing(Mirror(REGISTER, tmp_path, ask)) as mirror:
        report = mirror.run(clock.now())
        assert (report.taken, report.entries) == (0, 8)
    assert asked[0] != asked[-1]
    assert lines(tmp_path) == public()
    assert move


def test_after_a_restore_it_begins_anew_and_deletes_what_is_not_told_again(
    move: Move, tmp_path: Path
) -> None:
    town = Town()
    services.place_changes()
    kept, lost = builders.published(town, move), builders.published(town, move)
    services.place_changes()
    with contextlib.closing(Mirror(REGISTER, tmp_path, ask)) as mirror:
        mirror.run(clock.now())
        # As if the backup had been made before the second was published: its feed knows nothing of it.
        services.withdraw(lost.pk, by=town.approver, reasons="In error.")
        services.place_changes()
        ChangeFeed.objects.all().delete()
        services.place_changes()
        report = mirror.run(clock.now())
        assert [each["id"] for each in mirror.records()] == [kept.pk]
        assert (report.taken, report.removed) == (0, 1)


def test_of_a_removed_entry_nothing_is_left_in_the_folder(move: Move, tmp_path: Path) -> None:
    town = Town()
    services.place_changes()
    entry = builders.published(town, move, measure="A fine to be forgotten")
    with contextlib.closing(Mirror(REGISTER, tmp_path, ask)) as mirror:
        mirror.run(clock.now())
    held = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"A fine to be forgotten" in held
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    with contextlib.closing(Mirror(REGISTER, tmp_path, ask)) as mirror:
        assert mirror.run(clock.now()).removed == 1
    held = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"A fine to be forgotten" not in held


def test_another_register_and_what_is_none_are_refused(tmp_path: Path) -> None:
    Mirror(REGISTER, tmp_path, ask).close()
    with pytest.raises(AnotherRegisterError):
        Mirror("https://another.example", tmp_path, ask)
    with (
        contextlib.closing(Mirror(REGISTER, tmp_path, lambda _: (200, {}))) as mirror,
        pytest.raises(UnreachableError),
    ):
        mirror.run(clock.now())
    with pytest.raises(UnreachableError, match="neither"):
        fetch("file:///etc/hostname")
    with contextlib.closing(sqlite3.connect(tmp_path / "mirror.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM entry").fetchone() == (0,)
