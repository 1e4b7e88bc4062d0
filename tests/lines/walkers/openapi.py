"""What the API takes and gives, as its OpenAPI document has it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.lines.walkers.words import PERSON, REACHING_BEYOND, SORTING, SUMMING_UP, offences

_NUMBERS = {"integer", "number"}

# What an account is, and what nobody outside hears of.
OF_ACCOUNTS = frozenset(
    {"login", "password", "user", "actor", "recorded_by", "approved_by", "submitted_by", "role"}
)

SUBJECT_SCHEMAS = frozenset({"Organisation"})


def properties(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every property of every schema: name of the schema, name of the property, its schema."""
    for schema_name, schema in document.get("components", {}).get("schemas", {}).items():
        for name, each in _properties(schema):
            yield schema_name, name, each


def _properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, each in schema.get("properties", {}).items():
        yield name, each
        yield from _properties(each)
    for key in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(key, []):
            yield from _properties(each)
    if isinstance(schema.get("items"), Mapping):
        yield from _properties(schema["items"])


def parameters(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every parameter of every operation: the operation, the parameter's name, its schema."""
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            if isinstance(operation, Mapping):
                for each in operation.get("parameters", []):
                    yield f"{method} {path}", each["name"], each.get("schema", {})


def _names(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for schema_name in document.get("components", {}).get("schemas", {}):
        yield schema_name, schema_name
    for schema_name, name, _schema in properties(document):
        yield f"{schema_name}.{name}", name
    for operation, name, schema in parameters(document):
        yield f"{operation} {name}", name
        for value in schema.get("enum", []):
            if SORTING.found_in(name):
                yield f"{operation} {name}", str(value)
    for path in document.get("paths", {}):
        yield path, path


def document_offences(document: Mapping[str, Any]) -> list[str]:
    """Schemas, properties, parameters and paths that cross a line."""
    named = list(_names(document))
    found = [
        each
        for vocabulary in (PERSON, SUMMING_UP, REACHING_BEYOND)
        for each in offences(named, vocabulary)
    ]
    found += offences(
        ((f"{operation} {name}", name) for operation, name, _ in parameters(document)), SORTING
    )
    for schema_name, name, schema in properties(document):
        where = f"{schema_name}.{name}"
        if name in OF_ACCOUNTS:
            found.append(f"{where}: tells of an account")
        if schema_name in SUBJECT_SCHEMAS and _types(schema) & (_NUMBERS | {"boolean"}):
            found.append(f"{where}: a number or mark of an organisation")
        if schema_name == "Entry" and name == "authority" and "array" in _types(schema):
            found.append(f"{where}: an entry of several authorities")
    return found


def writing_offences(document: Mapping[str, Any]) -> list[str]:
    """Operations of the public API that could write."""
    return [
        f"{method} {path}"
        for path, methods in document.get("paths", {}).items()
        for method in methods
        if method in {"post", "put", "patch", "delete"}
    ]


def _types(schema: Mapping[str, Any]) -> set[str]:
    found = {schema["type"]} if isinstance(schema.get("type"), str) else set()
    for key in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(key, []):
            found |= _types(each)
    return found
