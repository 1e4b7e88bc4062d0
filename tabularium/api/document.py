"""The OpenAPI document: what the library makes of the operations, and what it has no place for."""

import json
from collections.abc import Mapping
from typing import Any

from ninja.schema import NinjaGenerateJsonSchema

from tabularium.api.examples import ANSWERS, PARAMETERS, problem_example
from tabularium.api.problems import MEDIA_TYPE, PROBLEMS, ProblemType, response_name
from tabularium.api.schemas import Problem

_HEADERS = {
    "CacheControl": {
        "description": "How long the answer may be kept: never past a scheduled change of it.",
        "schema": {"type": "string"},
        "example": "public, max-age=60, must-revalidate",
    },
    "AnyOrigin": {
        "description": "Any site may ask.",
        "schema": {"type": "string", "const": "*"},
        "example": "*",
    },
}
_USED_HEADERS = {
    "Cache-Control": {"$ref": "#/components/headers/CacheControl"},
    "Access-Control-Allow-Origin": {"$ref": "#/components/headers/AnyOrigin"},
}
_EVERYWHERE = (400, 414, 500)
"""Statuses with which any operation may answer."""


def complete(made: Mapping[str, Any]) -> dict[str, Any]:
    """The document with errors, headers and examples.

    Args:
        made: what the library made; it stays as it is.
    """
    document: dict[str, Any] = json.loads(json.dumps(made))
    components = document["components"]
    components["schemas"] |= _problem_schemas()
    components["headers"] = _HEADERS
    components["responses"] = {
        response_name(status): _problem_answer(status)
        for status in sorted({each.status for each in PROBLEMS})
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            _complete_operation(operation)
    _leave_out_unused(components["schemas"], document)
    return document


def _leave_out_unused(schemas: dict[str, Any], document: Mapping[str, Any]) -> None:
    # The library lists the classes that hold parameters too, and then writes each parameter out.
    text = json.dumps(document)
    for name in [each for each in schemas if f'"#/components/schemas/{each}"' not in text]:
        del schemas[name]


def _complete_operation(operation: dict[str, Any]) -> None:
    for parameter in operation["parameters"]:
        parameter["example"] = PARAMETERS[parameter["name"]]
    answers = operation["responses"]
    answers["200"] |= {"description": "The answer.", "headers": _USED_HEADERS}
    content = answers["200"]["content"]["application/json"]
    if operation["operationId"] in ANSWERS:
        content["example"] = ANSWERS[operation["operationId"]]
    for status in _EVERYWHERE:
        name = response_name(status)
        answers[str(status)] = {"$ref": f"#/components/responses/{name}"}


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}",
        schema_generator=NinjaGenerateJsonSchema,
        mode="serialization",
    )
    return {**schema.pop("$defs"), "Problem": schema}


def _problem_answer(status: int) -> dict[str, Any]:
    problems = [each for each in PROBLEMS if each.status == status]
    answer: dict[str, Any] = {
        "description": _described(problems),
        "headers": dict(_USED_HEADERS),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    each.code: {"summary": each.title, "value": problem_example(each)}
                    for each in problems
                },
            }
        },
    }
    if status == 405:  # noqa: PLR2004 - method not allowed
        answer["headers"]["Allow"] = {"schema": {"type": "string"}, "example": "GET, HEAD"}
    return answer


def _described(problems: list[ProblemType]) -> str:
    return " ".join(f"`{each.code}`: {each.title}. {each.detail}" for each in problems)
