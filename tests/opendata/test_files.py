"""Files of open data: what is in them, what describes them, and that none holds what has ended."""

import csv
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from frictionless import Package, Resource, Schema
from pyshacl import validate
from rdflib import Graph

from tabularium import clock
from tabularium.core.kinds import Kind
from tabularium.opendata.building import AlreadyBuildingError, build, current_build
from tabularium.opendata.building import _alone as alone
from tabularium.opendata.schedule import build_if_due
from tabularium.register import services
from tabularium.register.open_records import FIELDS
from tabularium.register.visibility import public_entries
from tests import builders
from tests.builders import Town
from tests.opendata.conftest import Move

SHAPES = Path(__file__).with_name("dcat_ap_shapes.ttl")


def no_sync(_: int) -> None:
    """Tests lose no power."""


def fetched(name: str) -> bytes:
    response = Client().get(f"/open-data/{name}")
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)  # type: ignore[attr-defined] # a file


def asked(name: str, **headers: str) -> Any:
    """The answer without what is in the file."""
    response = Client().get(f"/open-data/{name}", headers=headers)
    response.close()
    return response


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in fetched(name).decode().splitlines()]


def test_every_format_holds_the_same_public_entries(town: Town, move: Move) -> None:
    penalty = builders.published(town, move, details={"b": "乙", "a": "甲"})
    services.answer(
        penalty.pk, by=builders.a_replier(penalty.organisation), text="我们已整改。", shown=True
    )
    builders.annotated(town, penalty)
    builders.broken(town, builders.promised(town))
    licence = builders.a_draft(town, Kind.LICENCE)
    services.approve(licence.pk, approver=town.approver)
    hidden = builders.a_draft(town)
    made = build(sync=no_sync)
    public = set(public_entries(clock.now()).values_list("pk", flat=True))
    assert len(public) == 3
    of_lines = lines("entries-all.jsonl")
    assert {each["id"] for each in of_lines} == public
    assert hidden.pk not in public
    of_csv = list(csv.DictReader(io.StringIO(fetched("entries-all.csv").decode(), newline="")))
    for row, same in zip(of_csv, of_lines, strict=True):
        assert {name: value or None for name, value in row.items()} == {
            name: None if value is None else str(value) for name, value in same.items()
        }
    table = pq.read_table(io.BytesIO(fetched("entries-all.parquet")))
    assert table.column_names == list(FIELDS)
    assert table["id"].to_pylist() == [each["id"] for each in of_lines]
    assert [each.isoformat() for each in table["decided_on"].to_pylist()] == [
        each["decided_on"] for each in of_lines
    ]
    until = table.schema.metadata[b"tabularium.valid_until"].decode()
    assert {each["file_valid_until"] for each in of_lines} == {until}
    said = next(each for each in of_lines if each["kind"] == "penalty")
    assert said["answer"] == "我们已整改。"
    assert json.loads(said["notes"])[0]["text"] == "The decision was appealed."
    assert json.loads(said["details"]) == {"a": "甲", "b": "乙"}
    promise = next(each for each in of_lines if each["kind"] == "promise")
    assert json.loads(promise["promise_answers"])[0]["kept"] is False
    assert promise["due_on"] > promise["first_due_on"]
    rows = {name: each.rows for name, each in made.files.items()}
    assert (rows["entries-penalty.csv"], rows["entries-judgment.csv"], rows["entries-all.csv"]) == (
        1,
        0,
        3,
    )


def test_no_cell_of_a_csv_runs_as_a_formula(town: Town) -> None:
    licence = builders.a_draft(
        town, Kind.LICENCE, summary='=HYPERLINK("https://x.example")', measure="@SUM(1)"
    )
    services.approve(licence.pk, approver=town.approver)
    build(sync=no_sync)
    [row] = csv.DictReader(io.StringIO(fetched("entries-all.csv").decode(), newline=""))
    assert row["summary"].startswith("'=")
    assert row["measure"] == "'@SUM(1)"
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())
    assert lines("entries-all.jsonl")[0]["measure"] == "@SUM(1)"


def test_the_data_package_is_right_and_so_are_the_files_behind_it(town: Town, move: Move) -> None:
    builders.published(town, move)
    builders.promised(town)
    made = build(sync=no_sync)
    described = json.loads(fetched("datapackage.json"))
    assert list(Package.metadata_validate(described)) == []
    by_path = {each["path"]: each for each in described["resources"]}
    assert by_path.keys() == made.files.keys()
    for name, file in made.files.items():
        assert by_path[name]["rows"] == file.rows
        assert by_path[name]["bytes"] == (made.folder / name).stat().st_size
    of_csv = {**described, "resources": [by_path[name] for name in by_path if name.endswith("csv")]}
    report = Package(of_csv, basepath=str(made.folder)).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])
    # It reads JSON Lines with parts that are not installed here; the rows themselves it takes.
    schema = Schema.from_descriptor(by_path["entries-all.jsonl"]["schema"])
    rows = lines("entries-all.jsonl")
    assert Resource(data=rows, schema=schema).validate().valid
    assert not Resource(data=[{**rows[0], "id": None}], schema=schema).validate().valid
    (made.folder / "entries-all.csv").write_text("changed")
    assert not Package(of_csv, basepath=str(made.folder)).validate().valid


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_the_catalogue_is_dcat_ap(town: Town, move: Move) -> None:
    builders.published(town, move)
    build(sync=no_sync)
    text = fetched("catalogue.jsonld").decode()
    graph = Graph().parse(data=text, format="json-ld")
    shapes = Graph().parse(SHAPES)
    conforms, _, report = validate(graph, shacl_graph=shapes)
    assert conforms, report
    for class_ in ("Catalog", "Dataset", "Distribution", "Agent", "Concept", "Checksum"):
        assert class_ in text
    for place in (("dct:description",), ("dcat:theme", "@type")):
        broken = json.loads(text)
        for each in broken["dcat:dataset"]:
            part = each
            for step in place[:-1]:
                part = part[step]
            del part[place[-1]]
        wrong = Graph().parse(data=json.dumps(broken), format="json-ld")
        assert not validate(wrong, shacl_graph=shapes)[0]


# ---- never past the next change of what is visible


def statuses() -> dict[str, int]:
    made = current_build()
    assert made is not None
    return {name: asked(name).status_code for name in made.files}


def test_a_file_is_refused_at_the_instant_at_which_an_entry_in_it_ends(
    town: Town, move: Move
) -> None:
    entry = builders.published(town, move)
    licence = builders.a_draft(town, Kind.LICENCE)
    services.approve(licence.pk, approver=town.approver)
    assert entry.public_until is not None
    move(entry.public_until - timedelta(seconds=10))
    build(sync=no_sync)
    response = asked("entries-penalty.csv")
    assert response["Cache-Control"] == "public, max-age=10, must-revalidate"
    assert f"valid-until-{entry.public_until:%Y%m%dT%H%M%SZ}" in response["Content-Disposition"]
    move(entry.public_until)
    refused = {name for name, status in statuses().items() if status == 503}
    assert refused == {
        f"entries-{kind}.{each}"
        for kind in ("penalty", "all")
        for each in ("csv", "jsonl", "parquet")
    }
    response = Client().get("/open-data/entries-penalty.csv")
    assert (response["Cache-Control"], response["Retry-After"]) == ("no-store", "60")
    assert build_if_due() is not None
    assert [each["id"] for each in lines("entries-all.jsonl")] == [licence.pk]


@pytest.mark.parametrize("hide", ["objection", "stay", "withdrawal", "answer taken back"])
def test_what_is_hidden_at_noon_is_in_no_file_from_noon_on(
    town: Town, move: Move, hide: str
) -> None:
    entry = builders.published(town, move)
    by = builders.a_replier(entry.organisation)
    services.answer(entry.pk, by=by, text="Our side of it.", shown=True)
    build(sync=no_sync)
    assert "Our side of it." in fetched("entries-all.csv").decode()
    assert build_if_due() is None
    if hide == "objection":
        services.object_to(entry.pk, by=by, text="It was not us.")
    elif hide == "stay":
        services.stay(entry.pk, by=town.approver, order="Order 1")
    elif hide == "withdrawal":
        services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    else:
        services.take_back_answer(entry.pk, by=by)
    assert statuses()["entries-all.csv"] == statuses()["entries-penalty.parquet"] == 503
    assert statuses()["entries-licence.csv"] == 200
    assert build_if_due() is not None
    assert "Our side of it." not in fetched("entries-all.csv").decode()
    assert build_if_due() is None, "and then nothing is stale"


def test_what_was_published_since_leaves_the_files_as_they_are_until_the_night(
    town: Town, move: Move
) -> None:
    build(sync=no_sync)
    move(clock.now() + timedelta(minutes=1))
    licence = builders.a_draft(town, Kind.LICENCE)
    services.approve(licence.pk, approver=town.approver)
    assert set(statuses().values()) == {200}
    assert build_if_due() is None
    move(clock.now() + timedelta(days=1))
    assert build_if_due() is not None
    assert [each["id"] for each in lines("entries-all.jsonl")] == [licence.pk]


def test_where_it_is_switched_off_stale_files_are_taken_away(
    town: Town, move: Move, folder: Path, settings: Any
) -> None:
    settings.OPEN_DATA_AT = "off"
    assert build_if_due() is None
    assert current_build() is None
    entry = builders.published(town, move)
    build(sync=no_sync)
    assert build_if_due() is None
    assert current_build() is not None
    services.stay(entry.pk, by=town.approver, order="Order 1")
    build_if_due()
    assert current_build() is None
    assert list(folder.glob("build-*")) == []
    assert Client().get("/open-data/entries-all.csv").status_code == 404


# ---- in one step


class PowerCutError(Exception):
    """Nothing more happens."""


def test_wherever_a_build_is_cut_off_the_old_files_or_the_new_ones_are_there_whole(
    town: Town, move: Move, folder: Path
) -> None:
    build(sync=no_sync)
    old = current_build()
    assert old is not None
    builders.published(town, move)
    steps: list[int] = []
    build(sync=steps.append)
    assert len(steps) > 20
    seen = set()
    for cut in range(0, len(steps), 3):
        move(clock.now() + timedelta(seconds=1))
        done = 0

        def power(_: int, cut: int = cut) -> None:
            nonlocal done
            done += 1
            if done > cut:
                raise PowerCutError

        with pytest.raises(PowerCutError):
            build(sync=power)
        there = current_build()
        assert there is not None
        seen.add(there.folder)
        for name, file in there.files.items():
            assert (there.folder / name).stat().st_size == file.length
    build(sync=no_sync)
    assert len(list(folder.glob("build-*"))) == 1


def test_a_reader_in_the_middle_of_a_file_reads_it_to_its_end(town: Town, move: Move) -> None:
    entry = builders.published(town, move)
    build(sync=no_sync)
    response = Client().get("/open-data/entries-all.jsonl")
    move(clock.now() + timedelta(seconds=1))
    services.withdraw(entry.pk, by=town.approver, reasons="In error.")
    build(sync=no_sync)
    assert entry.pk in b"".join(response.streaming_content).decode()  # type: ignore[attr-defined] # a file
    assert lines("entries-all.jsonl") == []


def test_two_do_not_build_at_once(town: Town, folder: Path) -> None:
    assert town
    folder.mkdir(parents=True)
    with alone(folder):
        with pytest.raises(AlreadyBuildingError):
            build(sync=no_sync)
        assert build_if_due() is None
    assert build_if_due() is not None


def test_who_has_the_file_is_told_that_it_still_holds(town: Town) -> None:
    assert town
    build(sync=os.fsync)
    first = asked("entries-all.csv")
    again = asked("entries-all.csv", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "noindex" in first["X-Robots-Tag"]


@pytest.mark.parametrize("name", ["manifest.json", "..%2Flock", "entries-all.xml", "current"])
def test_nothing_else_of_the_folder_is_given_out(town: Town, name: str) -> None:
    assert town
    build(sync=no_sync)
    assert Client().get(f"/open-data/{name}").status_code == 404


@pytest.mark.parametrize("from_nothing", [True, False])
def test_a_build_asks_as_often_for_many_entries_as_for_one(
    town: Town, move: Move, *, from_nothing: bool
) -> None:
    def asked_by_a_build() -> int:
        build(sync=no_sync)
        with CaptureQueriesContext(connection) as queries:
            build(sync=no_sync, from_nothing=from_nothing)
        return len(queries)

    builders.published(town, move)
    one = asked_by_a_build()
    for _ in range(3):
        builders.published(town, move)
    assert asked_by_a_build() == one
