"""The OpenAPI document: what the library makes of the operations, and what it has no place for."""

import json
from collections.abc import Mapping
from typing import Any

from ninja.schema import NinjaGenerateJsonSchema

from tabularium.api.change_examples import ANSWERS as CHANGES
from tabularium.api.change_examples import PARAMETERS as CHANGES_PARAMETERS
from tabularium.api.examples import ANSWERS, API, PARAMETERS, problem_example
from tabularium.api.member_examples import ANSWERS as MEMBER_ANSWERS
from tabularium.api.member_examples import BODIES, PREFIX
from tabularium.api.member_examples import PARAMETERS as MEMBER_PARAMETERS
from tabularium.api.problem_types import PROBLEMS, ROWS_WITH_ERRORS, ProblemType
from tabularium.api.problems import MEDIA_TYPE, response_name
from tabularium.api.schemas import Problem
from tabularium.api.submission_examples import ANSWERS as SUBMISSION_ANSWERS
from tabularium.api.submission_examples import KEPT_BACK
from tabularium.api.submission_examples import PARAMETERS as SUBMISSION_PARAMETERS
from tabularium.api.submission_schemas import SubmissionProblem

_EXAMPLES: Mapping[tuple[str, int], Any] = {
    **{(name, 200): answer for name, answer in {**ANSWERS, **CHANGES}.items()},
    **SUBMISSION_ANSWERS,
    **MEMBER_ANSWERS,
}
_OF_MEMBERS = (f"{PREFIX}desk/", f"{PREFIX}reply/")

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
    "Tag": {
        "description": "Names this state of the answer; `If-None-Match` asks with it whether it still holds.",
        "schema": {"type": "string"},
        "example": '"0f3a9c5e7d1b48265a7c9e0d2f4b6a81"',
    },
    "ReadingLimit": {
        "description": "How many calls (`q`) one address may send in how many seconds (`w`).",
        "schema": {"type": "string"},
        "example": '"reading";q=600;w=60',
    },
    "Left": {
        "description": "With a limit of readers: that no call is left for so many seconds (`t`).",
        "schema": {"type": "string"},
        "example": '"reading";r=0;t=17',
    },
    "NotKept": {
        "description": "Nobody keeps the answer.",
        "schema": {"type": "string", "const": "no-store"},
        "example": "no-store",
    },
    "Location": {
        "description": "Address of the submission in this API.",
        "schema": {"type": "string"},
        "example": f"{API}submissions/17",
    },
    "Replayed": {
        "description": "`true` where an earlier try of the same call recorded what is answered.",
        "schema": {"type": "string", "const": "true"},
        "example": "true",
    },
    "RetryAfter": {
        "description": "Seconds to wait.",
        "schema": {"type": "string"},
        "example": "5",
    },
    "Authenticate": {
        "description": "How to say who asks.",
        "schema": {"type": "string"},
        "example": 'Bearer realm="tabularium"',
    },
    "Allow": {
        "description": "What is taken at the address.",
        "schema": {"type": "string"},
        "example": "GET, HEAD",
    },
}
_OF_REFUSALS = {"Cache-Control": "CacheControl", "Access-Control-Allow-Origin": "AnyOrigin"}
_OF_READING = {**_OF_REFUSALS, "ETag": "Tag", "RateLimit-Policy": "ReadingLimit"}
_OF_SUBMISSIONS = {"Cache-Control": "NotKept"}
_OF_A_NEW_SUBMISSION = {
    **_OF_SUBMISSIONS,
    "Location": "Location",
    "Idempotent-Replayed": "Replayed",
}
_OF_STATUSES = {
    401: {**_OF_SUBMISSIONS, "WWW-Authenticate": "Authenticate"},
    429: {**_OF_SUBMISSIONS, "Retry-After": "RetryAfter", "RateLimit": "Left"},
    405: {**_OF_REFUSALS, "Allow": "Allow"},
    409: {**_OF_SUBMISSIONS, "Retry-After": "RetryAfter"},
    503: {**_OF_SUBMISSIONS, "Retry-After": "RetryAfter"},
}
_EVERYWHERE = (400, 414, 500, 503)
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
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _complete_operation(operation, of_members=path.startswith(_OF_MEMBERS))
    _leave_out_unused(components["schemas"], document)
    return document


def _leave_out_unused(schemas: dict[str, Any], document: Mapping[str, Any]) -> None:
    # The library lists the classes that hold parameters too, and then writes each parameter out.
    text = json.dumps(document)
    for name in [each for each in schemas if f'"#/components/schemas/{each}"' not in text]:
        del schemas[name]


def _complete_operation(operation: dict[str, Any], *, of_members: bool) -> None:
    of_submissions = "security" in operation
    values = {**PARAMETERS, **CHANGES_PARAMETERS}
    if of_submissions:
        values = {**values, **SUBMISSION_PARAMETERS}
    if of_members:
        values = {**values, **MEMBER_PARAMETERS}
        if operation["operationId"] in BODIES:
            content = operation["requestBody"]["content"]["application/json"]
            content["example"] = BODIES[operation["operationId"]]
    for parameter in operation["parameters"]:
        parameter["example"] = values[parameter["name"]]
    answers = operation["responses"]
    for status in ("200", "201"):
        if status in answers:
            headers = _OF_SUBMISSIONS if of_submissions else _OF_READING
            _complete_answer(operation["operationId"], status, answers[status], headers)
    if not of_submissions:
        answers["304"] = {
            "description": "What `If-None-Match` names is still right; there is no body.",
            "headers": _headers(_OF_READING),
        }
    for each in _EVERYWHERE if of_submissions else (*_EVERYWHERE, 429):
        answers[str(each)] = {"$ref": f"#/components/responses/{response_name(each)}"}


def _complete_answer(
    operation_id: str, status: str, answer: dict[str, Any], headers: Mapping[str, str]
) -> None:
    new = status == "201"
    answer["description"] = "What was recorded." if new else "The answer."
    answer["headers"] = _headers(_OF_A_NEW_SUBMISSION if new else headers)
    answer["content"]["application/json"]["example"] = _EXAMPLES[operation_id, int(status)]


def _headers(names: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{each}"} for name, each in names.items()}


def _problem_schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for model in (Problem, SubmissionProblem):
        schema = model.model_json_schema(
            ref_template="#/components/schemas/{model}",
            schema_generator=NinjaGenerateJsonSchema,
            mode="serialization",
        )
        schemas |= {**schema.pop("$defs"), model.__name__: schema}
    return schemas


def _problem_answer(status: int) -> dict[str, Any]:
    problems = [each for each in PROBLEMS if each.status == status]
    models = sorted({_model_of(each) for each in problems})
    references = [{"$ref": f"#/components/schemas/{name}"} for name in models]
    return {
        "description": _described(problems),
        "headers": _headers(_OF_STATUSES.get(status, _OF_REFUSALS)),
        "content": {
            MEDIA_TYPE: {
                "schema": references[0] if len(references) == 1 else {"anyOf": references},
                "examples": {
                    each.code: {"summary": each.title, "value": _problem_example(each)}
                    for each in problems
                },
            }
        },
    }


def _model_of(problem: ProblemType) -> str:
    return (SubmissionProblem if problem is ROWS_WITH_ERRORS else Problem).__name__


def _problem_example(problem: ProblemType) -> dict[str, Any]:
    example = problem_example(problem)
    return {**example, "report": KEPT_BACK} if problem is ROWS_WITH_ERRORS else example


def _described(problems: list[ProblemType]) -> str:
    return " ".join(f"`{each.code}`: {each.title}. {each.detail}" for each in problems)
