"""The made-up town as it stands in the register once it is made."""

import json
from collections import Counter

import pytest
from django.db.models import Sum
from django.test import Client

from tabularium.core.identifiers import AUTHORITY_CASE, Identifier, parse
from tabularium.core.kinds import Field, Kind
from tabularium.core.life_state import Appearance, Outcome, Stage, outcome_at
from tabularium.demo.course_table import ADVERSE, OTHER, PROMISES
from tabularium.demo.making import MARK, SUBMISSIONS
from tabularium.demo.numbers import is_made_up
from tabularium.demo.play import Played
from tabularium.demo.words import words
from tabularium.intake.personal import find_personal
from tabularium.register import consistency
from tabularium.register.models import (
    Authority,
    CatalogueItem,
    Entry,
    Event,
    Finding,
    Organisation,
    OrganisationName,
    RegisteredIdentifier,
    Statement,
    Submission,
    Version,
)
from tabularium.register.visibility import appearance, public_entries
from tests.demo.conftest import ENTRIES, MadeTown

pytestmark = pytest.mark.usefixtures("town")
FLAGS = ("objection_open", "suspended", "stayed", "repair_open", "answer_shown")


def test_the_register_is_consistent() -> None:
    report = consistency.check()
    assert report.entries == ENTRIES
    assert report.problems == []


def test_every_kind_every_stage_and_every_course_occurs(town: MadeTown) -> None:
    assert set(Entry.objects.values_list("kind", flat=True)) == set(Kind)
    assert set(Entry.objects.values_list("stage", flat=True)) == set(Stage)
    assert set(town.report.courses) == {course.name for course in (*ADVERSE, *OTHER, *PROMISES)}
    assert {appearance(each.entry_id, town.now)[0] for each in town.played} == set(Appearance)


def test_every_event_but_the_end_has_happened() -> None:
    expected = {
        *("recorded", "approved", "notified", "answered", "answer-taken-back", "published"),
        *("objected", "upheld", "corrected", "withdrawn", "lapsed", "stayed", "stay-lifted"),
        *("repair-asked", "repair-granted", "repair-refused", "erased"),
        *("annotated", "promise-kept", "promise-not-kept"),
    }
    assert set(Event.objects.values_list("type", flat=True)) == expected


def test_each_entry_is_where_its_course_ends(town: MadeTown) -> None:
    entries = Entry.objects.in_bulk([each.entry_id for each in town.played])
    assert len(entries) == ENTRIES
    wrong = [_difference(each, entries[each.entry_id], town) for each in town.played]
    assert [each for each in wrong if each] == []


def _difference(each: Played, entry: Entry, town: MadeTown) -> str:
    course = each.row.course
    assert course is not None
    flags = {name for name in FLAGS if getattr(entry, name)}
    shown = appearance(entry.pk, town.now)[0]
    is_so = (entry.stage, shown, flags)
    should = (course.stage, course.appearance, set(course.flags))
    return "" if is_so == should else f"{course.name} in {each.file.name}: {is_so}"


def test_each_promise_has_become_what_its_course_is_named_for(town: MadeTown) -> None:
    promises = Entry.objects.filter(kind=Kind.PROMISE).in_bulk()
    became = {
        each.row.course.name: outcome_at(Outcome(entry.outcome), entry.unanswered_from, town.now)
        for each in town.played
        if each.row.course and (entry := promises.get(each.entry_id))
    }
    assert {name: became[f"promise-{name}"] for name in Outcome} == {each: each for each in Outcome}


def test_most_of_the_town_is_public_and_both_languages_are(town: MadeTown) -> None:
    public = public_entries(town.now)
    assert public.count() > ENTRIES / 2
    languages = Counter(public.values_list("current_version__language", flat=True))
    assert set(languages) == {"en", "zh-hans"}
    assert min(languages.values()) > ENTRIES / 10


def test_every_field_of_the_closed_list_is_there() -> None:
    assert set(CatalogueItem.objects.values_list("field", flat=True)) == set(Field)


def test_every_name_is_marked_as_fictitious() -> None:
    marks = tuple(words().mark.values())
    names = [
        *Organisation.objects.values_list("name", flat=True),
        *OrganisationName.objects.values_list("name", flat=True),
        *Version.objects.exclude(subject_name="").values_list("subject_name", flat=True),
    ]
    for authority in Authority.objects.all():
        names += authority.names.values()
    for item in CatalogueItem.objects.all():
        names += item.title.values()
    assert len(names) > ENTRIES
    assert [name for name in names if not name.endswith(marks)] == []


def test_identifiers_are_right_and_given_to_nobody() -> None:
    rows = list(RegisteredIdentifier.objects.values_list("scheme", "value"))
    assert {scheme for scheme, _ in rows} == {"CN-USCC", "XI-LEI", AUTHORITY_CASE}
    for scheme, value in rows:
        identifier = parse(scheme, value)
        assert identifier == Identifier(scheme, value)
        assert scheme == AUTHORITY_CASE or is_made_up(identifier)


def test_nothing_personal_stands_in_the_register() -> None:
    texts = [*Statement.objects.values_list("text", flat=True)]
    for names in Version.objects.values_list("subject_name", "measure", "summary", "legal_basis"):
        texts += names
    assert any(texts)
    assert [text for text in texts if find_personal(text, "cn")] == []


def test_the_planted_faults_are_found_and_nothing_else(town: MadeTown) -> None:
    planted = Counter(
        row.expected
        for file in {each.file for each in town.played}
        for row in file.rows
        if row.expected
    )
    found = Counter(Finding.objects.filter(primary=True).values_list("code", flat=True))
    assert found == planted == town.report.findings
    assert len(found) > 10


def test_no_row_is_lost(town: MadeTown) -> None:
    sums = Submission.objects.aggregate(
        rows=Sum("rows_read"), entries=Sum("entries_made"), stopped=Sum("rows_stopped")
    )
    assert sums["rows"] == town.report.rows == sums["entries"] + sums["stopped"]
    assert sums["entries"] == ENTRIES
    assert Submission.objects.count() == town.report.files
    assert len(list((town.folder / SUBMISSIONS).iterdir())) == town.report.files


def test_the_examples_answer_as_they_say(town: MadeTown) -> None:
    client = Client(SERVER_NAME="localhost")
    shown = {example.status for example in town.report.examples}
    assert shown == {200, 410}
    for example in town.report.examples:
        assert client.get(example.path).status_code == example.status, example


def test_the_examples_show_each_kind_and_what_is_gone(town: MadeTown) -> None:
    shows = {example.shows: example.status for example in town.report.examples}
    assert {f"entry: {kind}" for kind in Kind} <= set(shows)
    assert shows["entry: ended"] == shows["entry: erased"] == shows["entry: withdrawn"] == 410
    assert "organisation with several entries" in shows


def test_the_mark_says_what_was_made(town: MadeTown) -> None:
    mark = json.loads((town.folder / MARK).read_text("utf-8"))
    assert mark["entries"] == ENTRIES
    assert mark["town"] == dict(words().name)
    assert mark["findings"] == town.report.findings
    assert [example["path"] for example in mark["examples"]] == [
        example.path for example in town.report.examples
    ]
    assert not list(town.folder.glob("*.part"))


def test_progress_is_told_month_by_month(town: MadeTown) -> None:
    assert 28 <= len(town.said) <= 40
    assert town.said[0].startswith("Writing ")
    assert town.said[-1].startswith(f"{town.now:%Y-%m}-01")


@pytest.mark.parametrize("text", ["organisations", "entries"])
def test_the_figures_are_those_asked_for(town: MadeTown, text: str) -> None:
    assert getattr(town.report, text) in {"organisations": range(50, 61), "entries": {300}}[text]
