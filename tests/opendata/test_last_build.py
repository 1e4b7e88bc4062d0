"""Files made from the last ones: the same to the byte, and without what has ended whatever goes wrong."""

import errno
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tabularium import clock
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.identifiers import Identifier
from tabularium.core.kinds import Kind
from tabularium.opendata import building, last_build, writers
from tabularium.opendata.building import Build
from tabularium.register import open_again, services
from tabularium.register.models import ChangeFeed, Entry, PublicChange
from tabularium.register.open_identities import PublicNow
from tabularium.register.open_rows import SCHEMA
from tabularium.register.shared_texts import SHARED
from tests import builders
from tests.builders import Town
from tests.opendata.conftest import Move

DAY = timedelta(days=1)


def no_sync(_: int) -> None:
    """Tests lose no power."""


def build(*, from_nothing: bool = False) -> Build:
    return building.build(sync=no_sync, from_nothing=from_nothing)


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a thousand other entries had changed meanwhile: nothing is read only because it is near."""
    monkeypatch.setattr(open_again, "STEP_BACK", 0)


def _digests(made: Build) -> dict[str, str]:
    return {name: each.sha256 for name, each in made.files.items()}


def _said(made: Build, name: str) -> dict[str, Any]:
    """What the files say of each entry."""
    table = pq.read_table(made.folder / "entries-all.parquet")
    return dict(zip(table["id"].to_pylist(), table[name].to_pylist(), strict=True))


def _no_text_is_kept_that_no_record_says(made: Build) -> None:
    """Parquet keeps a text that comes again in a list; a reader who looks there finds no other."""
    for name, each in made.files.items():
        if each.ending == "parquet":
            with pq.ParquetFile(made.folder / name, read_dictionary=SHARED) as file:
                table = file.read()
            for column in SHARED:
                kept = {
                    text for part in table[column].chunks for text in part.dictionary.to_pylist()
                }
                assert kept == {text for text in table[column].to_pylist() if text is not None}


def _tamper(entry: Entry) -> None:
    """Behind the back of all services: it tells whether a record was taken over or read."""
    assert entry.public_from
    earlier = entry.public_from - DAY
    assert Entry.objects.filter(pk=entry.pk).update(public_from=earlier)


def _is_read(entry: Entry, made: Build) -> bool:
    """Whether the files say what was tampered with."""
    return bool(_said(made, "public_from")[entry.pk] != entry.public_from)


class Story:
    """Changes of all sorts, one after the other, each of entries that were in the files before."""

    def __init__(self, town: Town, move: Move) -> None:
        self.town, self.move = town, move
        licences = [builders.published(town, move, Kind.LICENCE) for _ in range(6)]
        self.corrected, self.withdrawn, self.stayed, self.noted, *self.left = licences
        self.promise, self.broken = (builders.promised(town) for _ in "ab")
        self.waiting = builders.in_notice(town)
        several = ("answered", "objected", "erased_in_part", "repaired")
        self.of = {name: builders.published(town, move, summary="Of somebody.") for name in several}
        ended = {"measure": "Of the ended alone", "term_ends": date(2027, 2, 1)}
        self.of["ended"] = builders.published(town, move, **ended)
        self.by = {name: builders.a_replier(each.organisation) for name, each in self.of.items()}
        services.ask_repair(self.of["repaired"].pk, by=self.by["repaired"], text="Put right.")

    def steps(self) -> Iterator[tuple[str, Callable[[], Any]]]:
        approver, second = self.town.approver, self.town.second_approver
        of, by = {name: each.pk for name, each in self.of.items()}, self.by
        yield "published", lambda: builders.published(self.town, self.move, Kind.LICENCE)
        yield (
            "answered",
            lambda: services.answer(
                of["answered"], by=by["answered"], text="Our side.", shown=True
            ),
        )
        yield "noted", lambda: builders.annotated(self.town, self.noted)
        yield "kept", lambda: services.keep_promise(self.promise.pk, by=approver, evidence="Laid.")
        yield "broken", lambda: builders.broken(self.town, self.broken)
        yield (
            "objected",
            lambda: services.object_to(of["objected"], by=by["objected"], text="Not us."),
        )
        yield "upheld", lambda: services.uphold(of["objected"], by=second, reasons="It was you.")
        said = builders.content(Kind.LICENCE, measure="Corrected")
        yield (
            "corrected",
            lambda: services.correct(
                self.corrected.pk, by=approver, content=said, reasons="A slip."
            ),
        )
        yield (
            "erased in part",
            lambda: services.erase_field(
                of["erased_in_part"],
                by=self.town.account("registrar", "registrar"),
                field=ErasableField.SUMMARY,
                rule=FieldErasureRule.PERSONAL_DATA,
            ),
        )
        yield "stayed", lambda: services.stay(self.stayed.pk, by=approver, order="Order 1")
        yield "taken back", lambda: services.take_back_answer(of["answered"], by=by["answered"])
        yield (
            "withdrawn",
            lambda: services.withdraw(self.withdrawn.pk, by=approver, reasons="In error."),
        )
        yield "renamed", self._rename
        yield "stay lifted", lambda: services.lift_stay(self.stayed.pk, by=approver, order="No. 2")
        yield (
            "repaired",
            lambda: services.grant_repair(of["repaired"], by=approver, reasons="Seen."),
        )
        yield "ended", lambda: self._later(self.of["ended"].public_until)
        yield "erased", lambda: self._later(self.of["ended"].erasable_from)

    def _rename(self) -> None:
        """The authority, its item and an organisation go by other names."""
        first = self.left[0]
        assert first.organisation
        number = first.organisation.identifiers.get()
        identifier = Identifier(number.scheme, number.value)
        subject = builders.a_subject("Renamed", identifier)
        builders.published(self.town, self.move, Kind.LICENCE, subject=subject)
        services.ensure_authority(
            services.AuthorityDetails(
                code="another-office",
                names={"en": "Renamed once more"},
                jurisdiction="cn",
                time_zone=builders.ZONE,
                identifier=identifier,
            )
        )

    def _later(self, at: Any) -> None:
        self.move(at)
        assert not services.tick().failures


ROUNDS = (
    (),
    ("published", "answered", "noted", "kept", "broken", "objected", "corrected", "erased in part"),
    ("stayed", "withdrawn"),
    ("upheld", "taken back", "renamed", "stay lifted", "repaired"),
    ("ended",),
    ("erased",),
)
"""Steps between two builds."""


@pytest.mark.django_db
def test_they_are_the_same_to_the_byte_as_files_made_from_nothing(
    town: Town, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So many parts that something happens before, in, between and behind them.
    monkeypatch.setattr(writers, "ROWS_IN_A_GROUP", 3)
    monkeypatch.setattr(open_again, "TAKEN_AT_ONCE", 4)
    monkeypatch.setattr(last_build, "LONGEST", timedelta(days=4000))
    monkeypatch.setattr(open_again, "MARGIN", -timedelta(days=4000))
    story = Story(town, move)
    build(from_nothing=True)
    seen = []
    steps = dict(story.steps())
    for names in ROUNDS:
        move(clock.now() + timedelta(minutes=1))
        for name in names:
            steps.pop(name)()
        again = build()
        assert again.whole_at < again.built_at, f"after {names} nothing was taken over"
        whole = build(from_nothing=True)
        assert _digests(again) == _digests(whole), f"after {names}"
        seen.append(again.files["entries-all.parquet"].rows)
    assert (steps, seen) == ({}, [14, 14, 12, 15, 13, 9])
    for each in story.left:
        _tamper(each)
    made = build()
    assert not any(_is_read(each, made) for each in story.left), "what is left was taken over"


def test_what_has_ended_is_gone_and_what_happened_is_told_though_the_feed_were_silent(
    town: Town, move: Move
) -> None:
    story = Story(town, move)
    gone = [story.of["objected"], story.withdrawn, story.stayed, story.of["ended"]]
    end = story.of["ended"].public_until
    assert end
    move(end - 5 * DAY)
    build(from_nothing=True)
    silent = dict(PublicChange.objects.values_list("pk", "position"))
    move(end - DAY)
    steps = dict(story.steps())
    for name in ("objected", "withdrawn", "stayed", "corrected", "erased in part"):
        steps[name]()
    _tamper(story.noted)
    for pk, position in silent.items():
        PublicChange.objects.filter(pk=pk).update(position=position)
    move(end)
    made = build()
    assert made.whole_at < made.built_at
    said = _said(made, "measure")
    assert not {each.pk for each in gone} & said.keys()
    _no_text_is_kept_that_no_record_says(made)
    assert said[story.corrected.pk] == "Corrected"
    erased = story.of["erased_in_part"].pk
    assert _said(made, "summary")[erased] is None
    assert _said(made, "summary")[story.of["answered"].pk] == "Of somebody."
    assert not _is_read(story.noted, made), "where nothing happened, the record was taken over"
    assert _is_read(story.noted, build(from_nothing=True))


# ---- when they are not used


def _is_from_nothing(entry: Entry) -> bool:
    """Whether the next files say what stands in the register, behind the back of all services."""
    _tamper(entry)
    made = build()
    assert _is_read(entry, made) is (made.whole_at == made.built_at)
    return made.whole_at == made.built_at


@pytest.fixture
def entry(town: Town, move: Move) -> Entry:
    """One that is in files of the day before."""
    made = builders.published(town, move, Kind.LICENCE)
    move(clock.now() + DAY)
    build()
    move(clock.now() + DAY)
    return made


def test_they_are_used_where_nothing_speaks_against_it(entry: Entry) -> None:
    assert not _is_from_nothing(entry)


def _other_digest(_: pytest.MonkeyPatch) -> None:
    made = building.current_build()
    assert made
    file = made.folder / "entries-licence.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def _one_is_absent(_: pytest.MonkeyPatch) -> None:
    made = building.current_build()
    assert made
    (made.folder / "entries-judgment.parquet").unlink()


def _other_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_build, "program", lambda: "another")


def _former_program(_: pytest.MonkeyPatch) -> None:
    made = building.current_build()
    assert made
    manifest = made.folder / building.MANIFEST
    lines = manifest.read_text("utf-8").splitlines()
    kept = [each for each in lines if '"program"' not in each and '"whole_at"' not in each]
    assert len(kept) == len(lines) - 2
    manifest.write_text("\n".join(kept), "utf-8")


def _other_feed(_: pytest.MonkeyPatch) -> None:
    ChangeFeed.objects.all().delete()


def _too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_again, "ALWAYS", 0)
    monkeypatch.setattr(open_again, "STEP_BACK", 1000)


@pytest.mark.parametrize(
    "happens",
    [_other_digest, _one_is_absent, _other_program, _former_program, _other_feed, _too_much],
    ids=lambda each: each.__name__.strip("_"),
)
def test_all_is_read_where(
    entry: Entry, monkeypatch: pytest.MonkeyPatch, happens: Callable[[pytest.MonkeyPatch], None]
) -> None:
    happens(monkeypatch)
    assert _is_from_nothing(entry)


def test_all_is_read_again_after_a_week_though_files_were_made_each_day(
    entry: Entry, move: Move
) -> None:
    whole_at = build().whole_at
    _tamper(entry)
    while clock.now() + DAY < whole_at + last_build.LONGEST:
        move(clock.now() + DAY)
        assert build().whole_at == whole_at
    move(whole_at + last_build.LONGEST)
    assert _is_read(entry, build())


def test_a_disk_that_is_full_in_the_middle_is_told_and_the_old_files_stay(
    entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = building.current_build()
    assert before
    monkeypatch.setattr(writers, "ROWS_IN_A_GROUP", 1)

    def full(written: writers.Written, data: bytes) -> int:
        if written.length > 100 and threading.current_thread().name.startswith("parquet"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(written, data)

    write = writers.Written.write
    monkeypatch.setattr(writers.Written, "write", full)
    with pytest.raises(OSError, match="No space"):
        build()
    after = building.current_build()
    assert after
    assert (after.folder, _said(after, "id").keys()) == (before.folder, {entry.pk})
    assert not [each for each in threading.enumerate() if each.name.startswith("parquet")]


def test_files_of_other_records_are_not_read_as_records(town: Town, tmp_path: Any) -> None:
    assert town
    file = tmp_path / "other.parquet"
    # The same names, and one of another type.
    other = {name: ["a"] for name in SCHEMA.names}
    pq.write_table(pa.table(other), file)
    now = clock.now()
    nothing = open_again.Changed(pa.array([], pa.string()), now)
    with (
        PublicNow.of_all(now, now) as public,
        pytest.raises(ValueError, match="other records"),
    ):
        next(open_again.blocks_again(Kind.LICENCE, now, public.of[Kind.LICENCE], file, nothing))
