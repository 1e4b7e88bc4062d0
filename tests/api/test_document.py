"""The OpenAPI document is right, and says what the API does."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tabularium.api.member_examples import BODIES
from tabularium.api.problem_types import PROBLEMS
from tabularium.api.urls import urlpatterns
from tabularium.intake.findings import Finding, FindingCode, Severity
from tabularium.intake.reports import finding_as_json
from tests import builders

Document = dict[str, Any]
Validate = Callable[[Any, str], None]
Move = Callable[[datetime], None]


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _pointer(*parts: str) -> str:
    escaped = (each.replace("~", "~0").replace("/", "~1") for each in parts)
    return "/" + "/".join(each.replace("{", "%7B").replace("}", "%7D") for each in escaped)


def test_it_is_a_right_openapi_3_1_document(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_the_validator_bites(document: Document) -> None:
    wrong = json.loads(json.dumps(document))
    del wrong["info"]["title"]
    assert list(OpenAPIV31SpecValidator(wrong).iter_errors())


def test_every_address_of_the_api_is_in_it(document: Document) -> None:
    patterns = urlpatterns[0].url_patterns
    routes = {
        "/api/v1/" + str(each.pattern).replace("<", "{").replace(">", "}") for each in patterns
    }
    assert routes == set(document["paths"])


def test_every_operation_and_every_member_is_described(document: Document) -> None:
    for _, _, operation in _operations(document):
        assert operation["description"]
        for parameter in operation["parameters"]:
            assert parameter["description"]
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        for member, shape in schema.get("properties", {}).items():
            described = "description" in shape or "$ref" in str(shape)
            assert described, f"{name}.{member}"


ASKS_FOR = {
    "/api/v1/submissions": "AuthorityToken",
    "/api/v1/desk/": "MemberKey",
    "/api/v1/reply/": "MemberKey",
}


def test_whoever_sends_anything_says_who_it_is(document: Document) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes.keys() == set(ASKS_FOR.values())
    assert all((each["type"], each["scheme"]) == ("http", "bearer") for each in schemes.values())
    for path, method, operation in _operations(document):
        asked = [{name: []} for start, name in ASKS_FOR.items() if path.startswith(start)]
        assert operation.get("security", []) == asked
        assert asked or method == "get"


def test_every_operation_documents_its_errors(document: Document) -> None:
    for path, method, operation in _operations(document):
        answers = set(operation["responses"])
        assert {"200", "400", "414", "500", "503"} <= answers
        if "{" in path:
            assert "404" in answers
        if "security" in operation:
            assert "401" in answers
        else:
            assert {"304", "429"} <= answers
        if path.endswith("/submissions") and method == "post":
            assert {"201", "408", "409", "411", "413", "415", "422"} <= answers
        if path.startswith(("/api/v1/desk/", "/api/v1/reply/")):
            assert {"404", "429"} <= answers
    assert "410" in document["paths"]["/api/v1/entries/{id}"]["get"]["responses"]
    statuses = set()
    for answer in document["components"]["responses"].values():
        for example in answer["content"]["application/problem+json"]["examples"].values():
            statuses.add((example["value"]["status"], example["value"]["type"]))
    assert statuses == {(each.status, f"/api/v1/problems#{each.code}") for each in PROBLEMS}


def test_every_example_of_an_answer_is_right(document: Document, validate: Validate) -> None:
    for path, method, operation in _operations(document):
        for status in {"200", "201"} & operation["responses"].keys():
            place = ("paths", path, method, "responses", status, "content", "application/json")
            content = operation["responses"][status]["content"]["application/json"]
            validate(content["example"], _pointer(*place, "schema"))


def test_every_example_of_a_body_is_right(document: Document, validate: Validate) -> None:
    checked = 0
    for path, method, operation in _operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if not path.startswith(tuple(ASKS_FOR)) or "text/csv" in content or not content:
            continue
        place = ("paths", path, method, "requestBody", "content", "application/json")
        validate(content["application/json"]["example"], _pointer(*place, "schema"))
        checked += 1
    assert checked == len(BODIES)


def test_every_example_of_a_finding_is_said_as_it_is(document: Document) -> None:
    answer = document["paths"]["/api/v1/submissions/{id}"]["get"]["responses"]["200"]
    [said] = answer["content"]["application/json"]["example"]["findings"]
    found = Finding(
        FindingCode(said["code"]),
        Severity(said["severity"]),
        said["row"],
        said["column"],
        {"scheme": "CN-USCC"},
    )
    assert {"rows": 1, **finding_as_json(found)} == said


def test_every_example_of_an_error_is_right(document: Document, validate: Validate) -> None:
    for answer in document["components"]["responses"].values():
        for name, example in answer["content"]["application/problem+json"]["examples"].items():
            schema = "SubmissionProblem" if name == "rows-with-errors" else "Problem"
            validate(example["value"], f"/components/schemas/{schema}")


def test_every_example_of_a_parameter_is_right(document: Document, validate: Validate) -> None:
    for path, method, operation in _operations(document):
        for number, parameter in enumerate(operation["parameters"]):
            place = _pointer("paths", path, method, "parameters", str(number), "schema")
            validate(parameter["example"], place)


@pytest.mark.django_db
def test_every_example_of_a_call_runs(
    client: Client, document: Document, validate: Validate, move: Move
) -> None:
    """With the identities of a register that has such things, each answers as the document says."""
    town = builders.Town()
    entry = builders.published(town, move)
    number = client.get(f"/api/v1/entries/{entry.pk}").json()["organisation"]["identifiers"][0]
    real = {
        "value": number["value"],
        "q": number["value"][:10],
        "authority": town.code,
        "after": "",  # a place that a page before gave
    }
    identities = {"entries": entry.pk, "organisations": entry.organisation_id}
    codes = {"catalogue": entry.item.code, "authorities": town.code}
    called = []
    for path, method, operation in _operations(document):
        if path.startswith(tuple(ASKS_FOR)):
            continue  # of programs and members: their tests call them
        asked = {
            each["name"]: real.get(each["name"], each["example"])
            for each in operation["parameters"]
            if each["in"] == "query"
        }
        kind_of = path.removeprefix("/api/v1/").partition("/")[0]
        address = path.format(id=identities.get(kind_of, ""), code=codes.get(kind_of, ""))
        answer = client.get(address, asked)
        assert (method, answer.status_code) == ("get", 200), (address, answer.content)
        content = ("content", "application/json", "schema")
        validate(answer.json(), _pointer("paths", path, method, "responses", "200", *content))
        called.append(address)
    assert len(called) == len(set(called)) >= 11


@pytest.mark.django_db
def test_the_examples_of_index_and_problems_are_what_is_answered(
    client: Client, document: Document
) -> None:
    host = "https://register.example/"
    index = client.get("/api/v1/").content.decode().replace("http://testserver/", host)
    stated = document["paths"]["/api/v1/"]["get"]["responses"]["200"]
    assert json.loads(index) == stated["content"]["application/json"]["example"]
    problems = client.get("/api/v1/problems").json()["problems"]
    stated = document["paths"]["/api/v1/problems"]["get"]["responses"]["200"]
    assert stated["content"]["application/json"]["example"]["problems"][0] in problems
