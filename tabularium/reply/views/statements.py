"""What an organisation says: an answer, an objection, a request for repair or for correction."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.core.life import NotAllowedError
from tabularium.core.life_events import EventType
from tabularium.public.instant import instant_of
from tabularium.register import deadlines, services
from tabularium.register import reply_selectors as selectors
from tabularium.register.errors import RefusedError
from tabularium.register.models import Document, Entry
from tabularium.register.services.advance import locked
from tabularium.register.services.correction_requests import may_ask_correction
from tabularium.reply import attaching, typed
from tabularium.reply.forms import AnswerForm, CorrectionForm, ObjectionForm, RepairForm
from tabularium.reply.languages import language_of_text
from tabularium.reply.refusals import sentence

_METHODS = ["GET", "HEAD", "POST"]
_ADD = "add"
_REMOVE = "remove"
_ALL_THE_SAME = "all_the_same"


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of statement.

    Attributes:
        purpose: the event that it becomes.
        form: what is asked.
        template: the page.
        send: carries it out.
        done: what is said after.
    """

    purpose: EventType
    form: type[forms.Form]
    template: str
    send: Callable[[Entry, ForOrganisation, dict[str, Any]], object]
    done: Promise


def _answer(entry: Entry, acting: ForOrganisation, said: dict[str, Any]) -> object:
    return services.answer(
        entry.pk,
        by=acting.user,
        text=said["text"],
        shown=said["shown"],
        language=language_of_text(said["text"]),
    )


def _object(entry: Entry, acting: ForOrganisation, said: dict[str, Any]) -> object:
    language = language_of_text(said["text"])
    return services.object_to(entry.pk, by=acting.user, text=said["text"], language=language)


def _repair(entry: Entry, acting: ForOrganisation, said: dict[str, Any]) -> object:
    language = language_of_text(said["text"])
    return services.ask_repair(entry.pk, by=acting.user, text=said["text"], language=language)


_ANSWER = _Sort(
    EventType.ANSWERED,
    AnswerForm,
    "reply/answer.html",
    _answer,
    gettext_lazy("Your statement stands beside the entry."),
)
_OBJECTION = _Sort(
    EventType.OBJECTED,
    ObjectionForm,
    "reply/objection.html",
    _object,
    gettext_lazy("Your objection was received. What happens now is said below."),
)
_REPAIR = _Sort(
    EventType.REPAIR_ASKED,
    RepairForm,
    "reply/repair.html",
    _repair,
    gettext_lazy("Your request was received. The authority decides on it."),
)


@require_http_methods(_METHODS)
@for_organisation
def answer(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """Write a statement, or change the one that stands."""
    return _page(request, acting, entry, _ANSWER)


@require_http_methods(_METHODS)
@for_organisation
def objection(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """Object: the first objection to a version suspends it at once."""
    return _page(request, acting, entry, _OBJECTION)


@require_http_methods(_METHODS)
@for_organisation
def repair(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """Ask that the public view ends early, because the matter was put right."""
    return _page(request, acting, entry, _REPAIR)


@require_http_methods(_METHODS)
@for_organisation
def correction(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """Tell the authority of a mistake, without objecting."""
    found = _own(acting, entry)
    if not may_ask_correction(found, instant_of(request)):
        return _back(acting, found)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            services.ask_correction(
                found.pk, by=acting.user, text=text, language=language_of_text(text)
            )
        except RefusedError as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, gettext("Your request was sent to the authority."))
            return _back(acting, found)
    return _render(request, acting, found, "reply/correction.html", {"form": form})


@require_POST
@for_organisation
def take_back(request: HttpRequest, acting: ForOrganisation, entry: str) -> HttpResponse:
    """Take the statement back."""
    found = _own(acting, entry)
    try:
        services.take_back_answer(found.pk, by=acting.user)
    except NotAllowedError as error:
        messages.warning(request, sentence(error))
    else:
        messages.success(request, gettext("Your statement was taken back."))
    return _back(acting, found)


def _own(acting: ForOrganisation, identity: str) -> Entry:
    entry = selectors.entry_of_ours(acting.organisation, identity)
    if entry is None:
        raise Http404
    return entry


def _back(acting: ForOrganisation, entry: Entry) -> HttpResponse:
    return redirect("reply:entry", identity=acting.organisation.pk, entry=entry.pk)


def _page(
    request: HttpRequest, acting: ForOrganisation, identity: str, sort: _Sort
) -> HttpResponse:
    entry = _own(acting, identity)
    if sort.purpose not in selectors.possible(entry, instant_of(request)).steps:
        if request.method == "POST":
            messages.warning(request, sentence(NotAllowedError("changed", sort.purpose)))
        return _back(acting, entry)
    if request.method == "POST":
        return _posted(request, acting, entry, sort)
    return _ask(request, acting, entry, sort, sort.form(initial=_begun(request, entry, sort)))


def _begun(request: HttpRequest, entry: Entry, sort: _Sort) -> dict[str, Any]:
    """What was typed before a document was added or removed, or the statement that is to be changed."""
    kept = typed.kept(request, entry.pk, sort.purpose)
    if kept is not None:
        return kept
    standing = selectors.present_answer(entry) if sort is _ANSWER else None
    return {"text": standing.text, "shown": "yes" if standing.shown else "no"} if standing else {}


def _posted(
    request: HttpRequest, acting: ForOrganisation, entry: Entry, sort: _Sort
) -> HttpResponse:
    """One of three buttons: remove a document, add documents, or send."""
    act = request.POST.get("act", "")
    form = sort.form(request.POST, request.FILES)
    if act.startswith(_REMOVE):
        services.remove_document(act.removeprefix(_REMOVE).strip(), entry.pk, by=acting.user)
        return _again(request, entry, sort)
    if act == _ADD:
        # What is still to be written is no mistake while documents are added.
        form.errors.pop("text", None)
        form.errors.pop("shown", None)
    if "documents" not in form.errors:
        _keep_files(form, acting, entry, sort)
    if form.errors:
        return _ask(request, acting, entry, sort, form)
    waiting = list(selectors.documents_beside(entry, sort.purpose))
    if act == _ADD or _unheeded(request, waiting):
        return _again(request, entry, sort)
    return _sent(request, acting, entry, sort, form)


def _keep_files(form: forms.Form, acting: ForOrganisation, entry: Entry, sort: _Sort) -> None:
    files = form.cleaned_data.get("documents") or []
    there = selectors.documents_beside(entry, sort.purpose).count()
    try:
        documents = attaching.looked_at(files, entry, there=there) if files else []
    except attaching.NotTakenError as error:
        for each in error.args:
            form.add_error("documents", each)
    else:
        attaching.keep(documents, entry, by=acting.user, purpose=sort.purpose)


def _unheeded(request: HttpRequest, documents: list[Document]) -> bool:
    """Whether a document that is not sent yet has a warning that its sender has not gone past."""
    heeded = set(request.POST.getlist(_ALL_THE_SAME))
    return any(
        each.warning and each.statement_id is None and each.pk not in heeded for each in documents
    )


def _sent(
    request: HttpRequest,
    acting: ForOrganisation,
    entry: Entry,
    sort: _Sort,
    form: forms.Form,
) -> HttpResponse:
    try:
        with transaction.atomic():
            _refuse_another_version(request, entry)
            sort.send(entry, acting, form.cleaned_data)
    except (RefusedError, NotAllowedError) as error:
        form.add_error(None, sentence(error))
        return _ask(request, acting, entry, sort, form)
    typed.forget(request, entry.pk, sort.purpose)
    messages.success(request, str(sort.done))
    return _back(acting, entry)


def _refuse_another_version(request: HttpRequest, entry: Entry) -> None:
    """What somebody wrote about a version is not sent about another that came while it was written."""
    written_about = request.POST.get("version")
    if written_about is not None and written_about != str(locked(entry.pk).current_version.number):
        raise RefusedError("changed-since", "The entry has another version since.")


def _again(request: HttpRequest, entry: Entry, sort: _Sort) -> HttpResponse:
    """Back to the same page with what was typed, so that a reload sends nothing a second time."""
    typed.keep(request, entry.pk, sort.purpose)
    return redirect(request.path)


def _ask(
    request: HttpRequest,
    acting: ForOrganisation,
    entry: Entry,
    sort: _Sort,
    form: forms.Form,
) -> HttpResponse:
    documents = list(selectors.documents_beside(entry, sort.purpose))
    context: dict[str, Any] = {"form": form, "documents": documents}
    decided_on = entry.current_version.decided_on
    if decided_on is not None:
        now, authority = instant_of(request), entry.authority
        facts = deadlines.objection_facts(authority, decided_on, now)
        context["decide_by"], context["lapses_at"] = facts.decide_by, facts.lapses_at
        context["repair_by"] = deadlines.repair_decided_by(authority, decided_on, now)
    return _render(request, acting, entry, sort.template, context)


def _render(
    request: HttpRequest,
    acting: ForOrganisation,
    entry: Entry,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    whole = {
        **context,
        "acting": acting,
        "entry": entry,
        "authority": entry.authority,
        "version": entry.current_version,
        "possible": selectors.possible(entry, instant_of(request)),
    }
    is_wrong = bool(context["form"].errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, template, whole, status=status)
