"""What is asked of the API most, answered past all that is the same each time.

The headers of an answer are those that the long way gave the first time to whoever reached the register under
the same name; what they say of one answer is written anew. Whether anything may be seen is asked anew each
time, of the selector that everybody asks. All else, and whatever is out of the ordinary, goes the long way.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.urls import ResolverMatch

from tabularium import clock
from tabularium.api import quick
from tabularium.api.answers import Addresses
from tabularium.api.gate import kept_for, tag_of
from tabularium.api.limits import seconds_to_wait_once
from tabularium.api.short_way import OF_MOST
from tabularium.register.visibility import cache_lifetime

_NAMES = {"organisations": "organisation", "entries": "entry"}
_OF_ONE = ("cache-control", "content-length", "etag")
_REACHED_BY = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")
_MOST_MOULDS = 64

Answering = Callable[[HttpRequest], HttpResponseBase]


class _Headers(ResponseHeaders):
    """Headers of which each was looked at before: they are taken over together."""

    def __init__(self, checked: Mapping[str, tuple[str, str]]) -> None:
        self._store = dict(checked)

    def again(self) -> "_Headers":
        """The same for another answer."""
        return _Headers(self._store)


@dataclass(frozen=True, slots=True)
class Mould:
    """What answers of one kind have in common for those who reach the register by the same name.

    Attributes:
        headers: of the answers, without those of one answer.
        to: where things are.
        match: to what the addresses lead; None where nobody asks.
    """

    headers: _Headers
    to: Addresses
    match: ResolverMatch | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for what is answered here.

    Attributes:
        reached: what the headers of its answer depend on: the kind, and the name of the register.
        operation: name of the operation.
        identity: of the organisation or the entry.
    """

    reached: Hashable
    operation: str
    identity: str


class Moulds:
    """What was cast so far; not more than a register has names."""

    def __init__(self) -> None:
        self._cast: dict[Hashable, Mould] = {}

    def get(self, asked: Asked) -> Mould | None:
        """That of a request; None if there is none yet."""
        return self._cast.get(asked.reached)

    def cast(
        self,
        asked: Asked,
        headers: Iterable[tuple[str, str]],
        to: Addresses,
        match: ResolverMatch | None = None,
    ) -> None:
        """Keep the headers of an answer, unless they are for one reader alone."""
        told = {name.lower(): (name, value) for name, value in headers}
        if "set-cookie" in told:
            return
        if len(self._cast) >= _MOST_MOULDS:
            self._cast.clear()
        kept = {name: told[name] for name in told if name not in _OF_ONE}
        self._cast[asked.reached] = Mould(_Headers(kept), to, match)


class HotAnswers:
    """Answers who asks for an organisation or an entry, and for nothing else about it."""

    def __init__(self, get_response: Answering) -> None:
        self._get_response = get_response
        self._moulds = Moulds()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        asked = asked_for(request)
        if asked is None:
            return self._get_response(request)
        mould = self._moulds.get(asked)
        if mould is not None:
            return answer(request, mould, asked) or self._get_response(request)
        response = self._get_response(request)
        match = request.resolver_match
        if response.status_code == HTTPStatus.OK and match is not None and not response.cookies:
            self._moulds.cast(asked, response.headers.items(), Addresses(request), match)
        return response


def asked_for(request: HttpRequest) -> Asked | None:
    """What a request asks for; None if it is not answered here."""
    about = request.META
    asked = OF_MOST.fullmatch(request.path_info)
    if asked is None or request.method != "GET":
        return None
    if about.get("QUERY_STRING") or "HTTP_IF_NONE_MATCH" in about:
        return None
    of, identity = asked.groups()
    reached = (of, request.scheme, *(about.get(name) for name in _REACHED_BY))
    return Asked(reached, _NAMES[of], identity)


def answer(request: HttpRequest, mould: Mould, asked: Asked) -> HttpResponse | None:
    """The answer; None where nothing is public, or not plain, or who asks is to wait."""
    # The clock is read before the answer is, so that no change falls between the two.
    asked_at = clock.now()
    keep_until = asked_at + cache_lifetime(asked_at)
    if seconds_to_wait_once(request) is not None:
        return None
    text = quick.text(asked.operation, asked.identity, asked_at, mould.to)
    if not text:
        return None
    request.resolver_match = mould.match
    response = HttpResponse(text.encode())
    response.headers = mould.headers.again()
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = tag_of(response.content)
    response.headers["Cache-Control"] = kept_for(keep_until - clock.now())
    return response
