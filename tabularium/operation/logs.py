"""Logs without personal data, as lines for people or as JSON for programs.

A line says when, how grave, who speaks, what, and of a request its method, the pattern of its address and
the status: never the address itself, for people paste names and numbers there, never what was asked or
sent, and nothing of who asked. Of an exception it gives the kind and the places in the programs: what it
says may repeat a row.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

OURS = "tabularium"

# What may stand in a message that others put together, and is somebody's.
_SOMEBODYS = re.compile(
    r"""'[^']*'|"[^"]*"|`[^`]*`|\([^)]*\)"""  # what is quoted, or a tuple of a row
    r"|\S*[@/?=]\S*"  # addresses of any kind
    r"|\S*\d{3,}\S*"  # numbers
    r"|[^\x00-\x7f]+"  # all that is not of the programs' own English
)


def logging_settings(form: str) -> dict[str, Any]:
    """Django's LOGGING.

    Args:
        form: `json`, or anything else for lines that people read.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "stderr": {"()": AsJson if form == "json" else AsText},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "stderr"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            # Below ERROR it writes a line for every address that is not found.
            "django.request": {"level": "ERROR"},
            # Anyone can send them, as many as they like; the answer says what is wrong.
            "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
            "tabularium.requests": {"level": "INFO"},
        },
    }


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a log may say of a record."""
    said: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
        **_request(record),
        **getattr(record, "facts", {}),
    }
    if record.exc_info and record.exc_info[0] is not None:
        kind, _, places = record.exc_info
        said["exception"] = {"kind": kind.__name__, "places": _places(places)}
    return said


class AsJson(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        return json.dumps(facts(record), ensure_ascii=False, default=str)


class AsText(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, and below it the places of an exception."""
        said = facts(record)
        exception = said.pop("exception", None)
        head = f"{said.pop('time')} {said.pop('level')} {said.pop('logger')}: {said.pop('message')}"
        line = " ".join([head, *(f"{name}={value}" for name, value in said.items())])
        if exception is None:
            return line
        return "\n    ".join([line, *exception["places"], exception["kind"]])


def _message(record: logging.LogRecord) -> str:
    """What is said: all of it where we say it, and what holds no datum where others do."""
    if record.name.partition(".")[0] == OURS:
        return record.getMessage()
    # Without what is put into it; where it was put in before, without what looks as if it was.
    return _SOMEBODYS.sub("…", str(record.msg))


def _request(record: logging.LogRecord) -> dict[str, Any]:
    """Of a request that a record is about: how, what kind of address, and how it was answered."""
    request = getattr(record, "request", None)
    said = {}
    if hasattr(request, "META"):
        said = {"method": method_of(request), "route": route_of(request)}
    status = getattr(record, "status_code", None)
    return {**said, "status": status} if isinstance(status, int) else said


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE = "none"


def method_of(request: Any) -> str:
    """The method of a request; a made-up one is `other`."""
    return request.method if request.method in _METHODS else "other"


def route_of(request: Any) -> str:
    """The pattern of the address of a request, in which nothing stands that a reader typed."""
    match = getattr(request, "resolver_match", None)
    return match.route or "/" if match is not None else NO_ROUTE


def _places(found: TracebackType | None) -> list[str]:
    """Where in the programs it was: modules and lines, without what stood there."""
    return [
        f"{frame.f_globals.get('__name__', '?')}:{number} {frame.f_code.co_name}"
        for frame, number in traceback.walk_tb(found)
    ]
