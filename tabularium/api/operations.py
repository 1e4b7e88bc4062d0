"""The operations: what can be asked. All reading goes through `register.visibility` and `selectors`."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from ninja import P, PathEx, Query, Router

from tabularium import clock
from tabularium.api import answers, quick, schemas, written
from tabularium.api.answers import Addresses
from tabularium.api.entry_pages import page_of_entries
from tabularium.api.parameters import (
    CODE,
    IDENTITY,
    CatalogueParameters,
    EntryParameters,
    IdentifierParameters,
)
from tabularium.api.problem_types import GONE, INVALID_PARAMETERS, NOT_FOUND, PROBLEMS
from tabularium.api.problems import ParameterFault, ProblemError, may_answer, type_of
from tabularium.api.search_schemas import SearchAnswer, SearchParameters
from tabularium.api.words import NUMBER_OF_A_PERSON, TITLE, VERSION
from tabularium.core.identifiers import IdentifierError, IdentifierProblem, parse
from tabularium.core.kinds import Kind
from tabularium.core.life_state import Appearance
from tabularium.register import models, selectors, visibility

router = Router()

_ABOUT_AN_AUTHORITY = sorted(kind for kind in Kind if kind.is_about_an_authority)


@router.get(
    "/",
    response=schemas.Index,
    operation_id="index",
    summary="Where to go from here",
    url_name="index",
)
def index(request: HttpRequest) -> schemas.Index:
    """Where to go from here."""
    to = Addresses(request)
    return schemas.Index(
        title=TITLE,
        version=VERSION,
        search=to.api("search{?q,kind,field,authority,place,since,until,after,limit}"),
        organisation=to.api("organisations/{id}{?after,limit}"),
        organisation_by_identifier=to.api("organisations{?scheme,value,after,limit}"),
        entry=to.api("entries/{id}"),
        catalogue=to.api("catalogue{?after,limit}"),
        item=to.api("catalogue/{code}"),
        authority=to.api("authorities/{code}{?after,limit}"),
        changes=to.api("changes{?after,limit,records}"),
        submissions=to.api("submissions"),
        problems=to.api("problems"),
        openapi=to.api("openapi.json"),
        about=to.page("about"),
    )


@router.get(
    "/search",
    response=SearchAnswer,
    operation_id="search",
    summary="Search for organisations",
    url_name="search",
)
def search(request: HttpRequest, parameters: Query[SearchParameters]) -> SearchAnswer:
    """Organisations with a public entry, by a part of a name, an identifier or a decision's number.

    Sorted by closeness of the match alone, never by anything about their entries. Each says by what it was
    found. What narrows a search lists nobody by itself: it keeps to organisations with such an entry.
    """
    to = Addresses(request)
    result = selectors.search(
        parameters.q,
        clock.now(),
        after=parameters.after,
        limit=parameters.limit,
        narrowing=parameters.narrowing(),
    )
    kept = {"q": parameters.q, **parameters.given(), "limit": parameters.limit}
    more = to.api("search", **kept, after=result.after)
    return SearchAnswer(
        organisations=[answers.found_organisation(each, to) for each in result.hits],
        found=result.found,
        more_than_found=result.more_than_found,
        next=more if result.after else None,
    )


@router.get(
    "/organisations",
    response=schemas.OrganisationAnswer,
    operation_id="organisation_by_identifier",
    summary="An organisation by its number",
    url_name="organisation-by-identifier",
    openapi_extra=may_answer(NOT_FOUND),
)
def organisation_by_identifier(
    request: HttpRequest, parameters: Query[IdentifierParameters]
) -> schemas.OrganisationAnswer:
    """An organisation by its number in a list, with its public entries, newest decision first."""
    _refuse_unless_an_identifier(parameters)
    now = clock.now()
    found = selectors.organisation_by_identifier(parameters.scheme, parameters.value, now)
    return _organisation_answer(found, parameters, now, Addresses(request))


def _refuse_unless_an_identifier(parameters: IdentifierParameters) -> None:
    try:
        parse(parameters.scheme, parameters.value)
    except IdentifierError as error:
        of_a_person = error.code is IdentifierProblem.NATURAL_PERSON
        detail = NUMBER_OF_A_PERSON if of_a_person else error.message_en
        fault = ParameterFault("value", error.code, detail)
        raise ProblemError(INVALID_PARAMETERS, [fault]) from error


@router.get(
    "/organisations/{id}",
    response=schemas.OrganisationAnswer,
    operation_id="organisation",
    summary="An organisation and its entries",
    url_name="organisation",
    openapi_extra=may_answer(NOT_FOUND),
)
def organisation(
    request: HttpRequest,
    id: PathEx[str, P(description="Identity of the organisation.")],  # noqa: A002 - its public name
    parameters: Query[EntryParameters],
) -> schemas.OrganisationAnswer | HttpResponse:
    """An organisation with its public entries, newest decision first.

    One without a public entry is not shown at all.
    """
    now = clock.now()
    # Without parameters, that was tried before.
    if request.GET and IDENTITY.fullmatch(id) and parameters.place is None:
        text = quick.organisation(id, parameters.limit, now, Addresses(request))
        if text:
            return written.response(text)
    found = selectors.organisation(id, now) if IDENTITY.fullmatch(id) else None
    return _organisation_answer(found, parameters, now, Addresses(request))


def _organisation_answer(
    found: models.Organisation | None, parameters: EntryParameters, now: datetime, to: Addresses
) -> schemas.OrganisationAnswer:
    if found is None:
        raise ProblemError(NOT_FOUND)
    subject = answers.organisation(found, to)
    page = page_of_entries(selectors.entries_of(found, now), subject, parameters, now, to)
    following = page.following("organisations", found.pk)
    return schemas.OrganisationAnswer(organisation=subject, entries=page.entries, next=following)


@router.get(
    "/entries/{id}",
    response=schemas.Entry,
    operation_id="entry",
    summary="An entry",
    url_name="entry",
    openapi_extra=may_answer(NOT_FOUND, GONE),
)
def entry(
    request: HttpRequest,
    id: PathEx[str, P(description="Identity of the entry.")],  # noqa: A002 - its public name
) -> schemas.Entry:
    """A public entry, whole: the content of its current version.

    410 for one that was public and has ended or was withdrawn. 404 for one that is not public now and
    for one that never was; nothing tells the two apart.
    """
    now = clock.now()
    if not IDENTITY.fullmatch(id):
        raise ProblemError(NOT_FOUND)
    appears, found = visibility.appearance(id, now)
    if appears is Appearance.GONE:
        raise ProblemError(GONE)
    if found is None or found.organisation is None:
        raise ProblemError(NOT_FOUND)
    to = Addresses(request)
    subject = answers.organisation(found.organisation, to)
    return answers.entry(found, subject, answers.beside([found], now)[id], to)


@router.get(
    "/catalogue",
    response=schemas.CatalogueAnswer,
    operation_id="catalogue",
    summary="The catalogue",
    url_name="catalogue",
)
def catalogue(
    request: HttpRequest, parameters: Query[CatalogueParameters]
) -> schemas.CatalogueAnswer:
    """What authorities publish here: the newest version of each item, by code."""
    to = Addresses(request)
    rows = _newest_items().filter(code__gt=parameters.after).order_by("code")
    page = list(rows[: parameters.limit + 1])
    shown = page[: parameters.limit]
    more = len(page) > len(shown)
    return schemas.CatalogueAnswer(
        items=[answers.item(each, to) for each in shown],
        next=to.api("catalogue", after=shown[-1].code, limit=parameters.limit) if more else None,
    )


def _newest_items() -> QuerySet[models.CatalogueItem]:
    same = visibility.public_items().filter(code=OuterRef("code")).order_by("-version")
    return visibility.public_items().filter(version=Subquery(same.values("version")[:1]))


@router.get(
    "/catalogue/{code}",
    response=schemas.ItemAnswer,
    operation_id="item",
    summary="A catalogue item",
    url_name="item",
    openapi_extra=may_answer(NOT_FOUND),
)
def item(
    request: HttpRequest,
    code: PathEx[str, P(description="Code of the catalogue item.")],
) -> schemas.ItemAnswer:
    """All versions of a catalogue item with their definitions, newest first."""
    known = CODE.fullmatch(code) is not None
    rows = list(visibility.public_items().filter(code=code).order_by("-version")) if known else []
    if not rows:
        raise ProblemError(NOT_FOUND)
    to = Addresses(request)
    return schemas.ItemAnswer(code=code, versions=[answers.defined_item(each, to) for each in rows])


@router.get(
    "/authorities/{code}",
    response=schemas.AuthorityAnswer,
    operation_id="authority",
    summary="An authority",
    url_name="authority",
    openapi_extra=may_answer(NOT_FOUND),
)
def authority(
    request: HttpRequest,
    code: PathEx[str, P(description="Code of the authority.")],
    parameters: Query[EntryParameters],
) -> schemas.AuthorityAnswer:
    """An authority, how anyone reports a mistake to it, what it publishes, and what it promised and owes.

    What it owes are the judgments against it that it has not carried out, as the court or body that gave
    them reports.
    """
    now = clock.now()
    known = CODE.fullmatch(code) is not None
    rows = visibility.public_authorities().prefetch_related(
        "organisation__identifiers", "organisation__other_names"
    )
    found = rows.filter(pk=code).first() if known else None
    if found is None:
        raise ProblemError(NOT_FOUND)
    to = Addresses(request)
    items = _newest_items().filter(authority=found).order_by("code")
    own = selectors.entries_of(found.organisation, now).filter(kind__in=_ABOUT_AN_AUTHORITY)
    visibility.go_by_public_names([found.organisation], now)
    subject = answers.organisation(found.organisation, to)
    page = page_of_entries(own, subject, parameters, now, to)
    following = page.following("authorities", found.pk)
    return answers.authority(found, items, page.entries, following, to)


@router.get(
    "/problems",
    response=schemas.ProblemsAnswer,
    operation_id="problems",
    summary="Every sort of error",
    url_name="problems",
)
def problems(request: HttpRequest) -> schemas.ProblemsAnswer:  # noqa: ARG001 - the library asks for it
    """Every sort of error of this API. An error's `type` points here."""
    return schemas.ProblemsAnswer(
        problems=[
            schemas.ProblemDescription(
                type=type_of(each), status=each.status, title=each.title, detail=each.detail
            )
            for each in PROBLEMS
        ]
    )
