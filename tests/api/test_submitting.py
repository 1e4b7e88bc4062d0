"""What an authority's program sends is checked, recorded once, and answered as the command line would."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tabularium.api.receiving import MEDIA_TYPES
from tabularium.intake import findings
from tabularium.intake.reports import finding_as_json
from tabularium.register.models import Entry, IdempotencyKey, Membership, Submission
from tests.api.sending import FUTURE, SUBMISSIONS, WRONG_CODE, Office, a_file, a_row, as_csv

Validate = Callable[[Any, str], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(move: Callable[[datetime], None]) -> Office:  # noqa: ARG001 - the clock stands
    return Office()


def said(response: HttpResponse, status: int) -> Any:
    assert response.status_code == status, response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in response
    assert not response.cookies
    return json.loads(response.content)


def problem(response: HttpResponse, status: int, code: str) -> Any:
    answered = said(response, status)
    assert response["Content-Type"] == "application/problem+json"
    assert answered["type"] == f"/api/v1/problems#{code}"
    return answered


def test_a_file_becomes_drafts_of_the_authority_s_machine(
    office: Office, validate: Validate
) -> None:
    response = office.send(a_file(3), file_name="penalties.csv")
    answer = said(response, 201)
    validate(answer, "/components/schemas/SubmissionAnswer")
    assert (answer["rows_read"], answer["entries_made"], answer["rows_stopped"]) == (3, 3, 0)
    assert answer["findings"] == []
    assert answer["next"] is None
    kept = Submission.objects.get(pk=answer["submission"])
    assert (kept.file_name, kept.rows_read, kept.item) == ("penalties.csv", 3, office.item)
    assert answer["file_sha256"] == kept.file_sha256
    address = f"http://testserver{SUBMISSIONS}/{kept.pk}"
    assert response["Location"] == answer["api_url"] == address
    assert Entry.objects.filter(submission=kept, stage="draft").count() == 3
    role = Membership.objects.get(user=kept.submitted_by).role
    assert role == Membership.Role.SUBMISSION


def test_rows_that_are_stopped_do_not_fail_the_call(office: Office, validate: Validate) -> None:
    answer = said(office.send(a_file(2, wrong=1)), 201)
    validate(answer, "/components/schemas/SubmissionAnswer")
    assert (answer["entries_made"], answer["rows_stopped"]) == (2, 1)
    assert answer["rows_stopped_by"] == {"identifier-check-digit": 1}
    assert answer["rows_with_errors"] == 1
    [finding] = answer["findings"]
    assert (finding["row"], finding["column"]) == (4, "code")
    assert WRONG_CODE not in json.dumps(answer)


def test_a_submission_says_what_the_command_line_says(office: Office) -> None:
    late = [a_row(number, decided="2026-01-05") for number in (3, 4)]
    answer = said(office.send(a_file(2) + as_csv(*late).partition(b"\n")[2]), 201)
    assert answer["read_as"]["format"] == "csv"
    assert answer["read_as"]["text"].startswith("CSV (declared), encoding utf-8")
    assert answer["rows_warned_of"] == {"late": 2}
    assert (answer["organisations_new"], answer["corrections_offered"]) == (4, 0)
    assert answer["disappeared"] is None, "the item does not say that its files are whole lists"
    same = "\n".join(",".join(row.values()) for row in late)
    other = as_csv(a_row(3, measure="Warning")) + same.partition("\n")[2].encode()
    again = said(office.send(other), 201)
    assert again["rows_stopped_by"] == {"already-in-register": 1, "changed-decision": 1}
    assert again["organisations_new"] == 0


def test_of_a_whole_list_it_is_told_what_is_no_longer_in_it(
    move: Callable[[datetime], None],  # noqa: ARG001 - the clock stands
) -> None:
    office = Office(whole_list=True)
    assert said(office.send(a_file(3)), 201)["disappeared"] == 0
    rest = said(office.send(as_csv(a_row(1))), 201)
    assert rest["disappeared"] == 2
    # Later files change what was seen, and not what was said of the earlier.
    said(office.send(as_csv(a_row(9))), 201)
    assert said(office.ask(rest["api_url"]), 200) == rest


def test_what_is_kept_of_a_file_holds_no_value_of_its_rows(office: Office) -> None:
    rows = [a_row(1, name="Marmalade 公司"), a_row(2, code=WRONG_CODE, measure="Quincunx")]
    said(office.send(as_csv(*rows)), 201)
    kept = json.dumps(Submission.objects.get().figures, ensure_ascii=False)
    for value in {value for row in rows for value in row.values()}:
        assert value not in kept


def test_findings_have_the_shape_of_the_command_line_s_report(office: Office) -> None:
    for parameters in ({"dry_run": "true"}, {}):
        answer = said(office.send(a_file(0, wrong=1), **parameters), 200 if parameters else 201)
        [found] = answer["findings"]
        same = findings.Finding(
            findings.FindingCode(found["code"]),
            findings.Severity(found["severity"]),
            found["row"],
            found["column"],
            {"scheme": "CN-USCC"},
        )
        assert found == {"rows": 1, **finding_as_json(same)}


def test_a_trial_records_nothing_and_says_the_same(office: Office, validate: Validate) -> None:
    body = a_file(2, wrong=2)
    tried = said(office.send(body, dry_run="true"), 200)
    validate(tried, "/components/schemas/SubmissionAnswer")
    assert not Submission.objects.exists()
    assert not Entry.objects.exists()
    assert not IdempotencyKey.objects.exists()
    done = said(office.send(body), 201)
    of_the_record = {"submission", "received_at", "api_url"}
    assert {each for each in tried if tried[each] != done[each]} == of_the_record
    assert [tried[each] for each in sorted(of_the_record)] == [None] * 3


def test_all_or_nothing(office: Office, validate: Validate) -> None:
    refused = problem(
        office.send(a_file(2, wrong=1), all_or_nothing="true"), 422, "rows-with-errors"
    )
    validate(refused, "/components/schemas/SubmissionProblem")
    assert refused["report"]["rows_stopped_by"] == {"identifier-check-digit": 1}
    assert len(refused["report"]["findings"]) == 1
    assert not Submission.objects.exists()
    assert not IdempotencyKey.objects.exists()
    # A row that is set aside is no error.
    body = as_csv(a_row(1), a_row(2, measure="Presumed"))
    answer = said(office.send(body, all_or_nothing="true"), 201)
    assert (answer["entries_made"], answer["rows_stopped"]) == (1, 1)
    tried = office.send(a_file(0, wrong=1), all_or_nothing="true", dry_run="true")
    assert said(tried, 200)["rows_stopped"] == 1


def test_what_was_sent_before_is_recognised(office: Office) -> None:
    body = a_file(2)
    said(office.send(body), 201)
    again = said(office.send(body), 201)
    assert (again["entries_made"], again["rows_stopped"], again["rows_with_errors"]) == (0, 2, 0)
    assert again["rows_stopped_by"] == {"already-in-register": 2}


def test_rows_in_json_with_the_item(office: Office) -> None:
    rows = [a_row(1), a_row(2, code=WRONG_CODE)]
    body = {"rows": rows, "item": office.item_code}
    answer = said(office.send(body, media_type="application/json", item=""), 201)
    assert (answer["rows_read"], answer["entries_made"]) == (2, 1)
    assert answer["findings"][0]["row"] == 2


def test_a_json_file_as_it_is(office: Office) -> None:
    body = json.dumps([a_row(1), a_row(2)]).encode()
    answer = said(office.send(body, media_type="application/json"), 201)
    assert answer["entries_made"] == 2


def test_the_encoding_and_delimiter_that_the_call_says(office: Office) -> None:
    text = as_csv(a_row(1)).decode().replace(",", ";")
    answer = said(office.send(text.encode("gb18030"), encoding="gb18030", delimiter=";"), 201)
    assert answer["entries_made"] == 1
    assert Entry.objects.get().current_version.subject_name == "虚构公司1"
    text = as_csv(a_row(2)).decode()
    media_type = "text/csv; charset=gb18030"
    answer = said(office.send(text.encode("gb18030"), media_type=media_type), 201)
    assert answer["entries_made"] == 1


def test_every_example_of_a_body_is_recorded(office: Office, document: dict[str, Any]) -> None:
    content = document["paths"][SUBMISSIONS]["post"]["requestBody"]["content"]
    assert content.keys() == MEDIA_TYPES.keys()
    examples = {name: each["example"] for name, each in content.items() if "example" in each}
    assert len(examples) == 4
    for number, (media_type, example) in enumerate(examples.items()):
        wrapped = isinstance(example, dict)
        body = json.dumps(example).encode() if wrapped else example.encode()
        body = body.replace(b"No. 17", f"No. {number}".encode())
        response = office.send(
            body, media_type=media_type, item="" if wrapped else "food-penalties"
        )
        assert said(response, 201)["entries_made"] == 1, media_type


def test_a_submission_and_its_findings_page_by_page(office: Office, validate: Validate) -> None:
    rows = [a_row(number, code=WRONG_CODE, decided=FUTURE) for number in range(1, 61)]
    sent = said(office.send(as_csv(*rows)), 201)
    assert len(sent["findings"]) == 100
    kept = said(office.ask(sent["api_url"]), 200)
    assert kept == sent
    validate(kept, "/components/schemas/SubmissionAnswer")

    every = list(sent["findings"])
    following = sent["next"]
    while following:
        page = said(office.ask(following), 200)
        validate(page, "/components/schemas/FindingsAnswer")
        every += page["findings"]
        following = page["next"]
    assert len(every) == 120
    places = [(each["row"], each["code"]) for each in every]
    assert len(set(places)) == 120
    assert [row for row, _ in places] == sorted(row for row, _ in places)

    address = f"{sent['api_url']}/findings?limit=7"
    small = []
    while address:
        page = said(office.ask(address), 200)
        assert len(page["findings"]) <= 7
        small += page["findings"]
        address = page["next"]
    assert small == every


def test_another_authority_sees_and_sends_nothing_of_it(office: Office) -> None:
    sent = said(office.send(a_file(1)), 201)
    other = Office("other-office", "other-penalties")
    for address in (sent["api_url"], f"{sent['api_url']}/findings"):
        problem(other.ask(address), 404, "unknown-submission")
    foreign = problem(other.send(a_file(1), item="food-penalties"), 401, "no-valid-token")
    unknown = problem(other.send(a_file(1), item="no-such-item"), 401, "no-valid-token")
    body = {"item": "food-penalties", "rows": [a_row(1)]}
    wrapped = other.send(body, media_type="application/json", item="")
    third = problem(wrapped, 401, "no-valid-token")
    assert {**foreign, "instance": ""} == {**unknown, "instance": ""} == {**third, "instance": ""}
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "999999", "9" * 19, "9" * 18, "x", "-1", "1.0", "٣"])
def test_what_is_no_submission(office: Office, number: str) -> None:
    for tail in ("", "/findings"):
        problem(office.ask(f"{SUBMISSIONS}/{number}{tail}"), 404, "unknown-submission")


@pytest.mark.parametrize("after", ["x", "1", "1_", "_1", "0_1", "1_1_1", "-1_1", "1_" + "9" * 19])
def test_what_is_no_place_in_the_findings(office: Office, after: str) -> None:
    sent = said(office.send(a_file(1)), 201)
    response = office.ask(f"{sent['api_url']}/findings?after={after}")
    [error] = problem(response, 400, "invalid-parameters")["errors"]
    assert (error["parameter"], error["code"]) == ("after", "wrong")


def test_no_cookie_stands_for_a_token(office: Office) -> None:
    client = Client()
    client.cookies["sessionid"] = office.token.text
    client.cookies["Authorization"] = f"Bearer {office.token.text}"
    response = client.post(SUBMISSIONS, a_file(1), content_type="text/csv")
    assert problem(response, 401, "no-valid-token")["errors"] == []


def test_nothing_sent_is_public(office: Office) -> None:
    said(office.send(a_file(2)), 201)
    assert Client().get("/api/v1/search?q=虚构公司").json()["found"] == 0


def test_the_page_for_operators_names_the_longest_body() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
    assert "64 MiB" in page
    assert "TABULARIUM_LARGEST_SUBMISSION" in page
