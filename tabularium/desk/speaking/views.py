"""Pages on which an approver says what became of a promise, or puts a note beside an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.desk.acting import Asked, answer, today_at
from tabularium.desk.forms import DatedForm
from tabularium.desk.speaking.forms import KeptForm, NoteForm, NotKeptForm
from tabularium.desk.views.entries import entry_or_404
from tabularium.public.instant import instant_of
from tabularium.public.views.subjects import entry_context
from tabularium.register import services
from tabularium.register.models import Entry
from tabularium.register.own_word import word_of

_METHODS = ["GET", "HEAD", "POST"]
_Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on a page beside its form.

    Attributes:
        heading: of the page, and on its button.
        explains: what follows from it.
        done: what is said after.
    """

    heading: Promise
    explains: Promise
    done: Promise


_KEPT = _Page(
    _("Say that the promise was kept"),
    _("It stays public, as kept, until its term ends. Nothing more is said of it after that."),
    _("It is said that the promise was kept. Everybody reads it."),
)
_NOT_KEPT = _Page(
    _("Say that the promise was not kept"),
    _("It stays public, as not kept, with your reasons, and is promised anew by the day you give."),
    _("It is said that the promise was not kept, and it is promised anew. Everybody reads it."),
)
_NOTE = _Page(
    pgettext_lazy("desk", "Add a note"),
    _(
        "For what belongs to the entry and decides nothing, such as that the decision was appealed. It is"
        " public with the entry, and a correction takes it away."
    ),
    _("The note is added."),
)


def _say(
    request: HttpRequest,
    acting: ForAuthority,
    found: Entry,
    form: type[DatedForm],
    page: _Page,
    act: Callable[[_Said], object],
) -> HttpResponse:
    asked = Asked(
        entry=found,
        form=form(request.POST if request.method == "POST" else None, today=today_at(acting)),
        template="desk/say.html",
        context={
            **entry_context(found),
            "word": word_of(found, instant_of(request)),
            "page": page,
        },
        done=page.done,
    )
    return answer(request, acting, asked, act)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def kept(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Say that a promise was kept, and what shows it."""
    found = entry_or_404(acting, entry)

    def act(said: _Said) -> object:
        return services.keep_promise(
            found.pk, by=acting.user, evidence=said["reasons"], dated=said["dated"]
        )

    return _say(request, acting, found, KeptForm, _KEPT, act)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def not_kept(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Say that a promise was not kept, why, and by when it will be."""
    found = entry_or_404(acting, entry)

    def act(said: _Said) -> object:
        return services.break_promise(
            found.pk,
            by=acting.user,
            reasons=said["reasons"],
            due_on=said["due_on"],
            dated=said["dated"],
        )

    return _say(request, acting, found, NotKeptForm, _NOT_KEPT, act)


@require_http_methods(_METHODS)
@for_authority(Act.DECIDE)
def note(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Put a note beside an entry."""
    found = entry_or_404(acting, entry)

    def act(said: _Said) -> object:
        return services.annotate(
            found.pk, by=acting.user, text=said["reasons"], dated=said["dated"]
        )

    return _say(request, acting, found, NoteForm, _NOTE, act)
