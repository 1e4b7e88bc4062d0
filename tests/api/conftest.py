"""A client that follows the API as a reader would, and the document that its answers are held against."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from tests import builders

Answer = Callable[[str], Any]


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


@pytest.fixture(scope="session")
def validate(document: dict[str, Any]) -> Callable[[Any, str], None]:
    """Holds a value against a schema of the document, strictly: no member more and none less."""

    def check(value: Any, pointer: str) -> None:
        schema = {"$ref": f"#{pointer}", "components": document["components"]}
        schema["paths"] = document["paths"]
        Draft202012Validator(_strict(schema), format_checker=FormatChecker()).validate(value)

    return check


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made["additionalProperties"] = False
        made["required"] = sorted(made["properties"])
    return made


@pytest.fixture
def ask(client: Client, validate: Callable[[Any, str], None]) -> Callable[..., Any]:
    """Gets an address; the answer is held against the document and given as JSON."""

    def answer(path: str, expected: int = 200, **parameters: object) -> Any:
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == expected, response.content.decode()
        body = json.loads(response.content)
        if expected == 200:
            operation = response.resolver_match.url_name
            validate(body, pointer_of(operation))
        else:
            assert response["Content-Type"] == "application/problem+json"
            validate(body, "/components/schemas/Problem")
        return body

    return answer


PATHS = {
    "index": "/api/v1/",
    "search": "/api/v1/search",
    "organisation-by-identifier": "/api/v1/organisations",
    "organisation": "/api/v1/organisations/{id}",
    "entry": "/api/v1/entries/{id}",
    "catalogue": "/api/v1/catalogue",
    "item": "/api/v1/catalogue/{code}",
    "authority": "/api/v1/authorities/{code}",
    "changes": "/api/v1/changes",
    "problems": "/api/v1/problems",
    "openapi": "/api/v1/openapi.json",
}


def pointer_of(operation: str) -> str:
    path = PATHS[operation].replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    return f"/paths/{path}/get/responses/200/content/application~1json/schema"


@pytest.fixture
def town(db: None, move: Callable[[datetime], None]) -> builders.Town:  # noqa: ARG001 - both must be there
    return builders.Town()
