"""A feed of what an authority newly published (Atom, RFC 4287). There is none about an organisation.

Readers of feeds keep what they were given. So an item says what sort of decision it is and links to the
entry's page, and says nothing of whom it is about: that stands on the page, as long as it is public.
"""

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from tabularium import clock
from tabularium.core.life_state import Stage
from tabularium.register.ids import ALPHABET, LENGTH
from tabularium.register.models import Entry
from tabularium.register.public_changes import instant_as_text, instant_from_text
from tabularium.register.visibility import public_authorities, public_entries

ITEMS_ON_A_PAGE = 50


@require_safe
def authority_feed(request: HttpRequest, code: str) -> HttpResponse:
    """What the authority published and what is public of it now, newest first.

    Raises:
        BadRequest: the place in the query is none.
        Http404: there is no such authority.
    """
    now = clock.now()
    authority = public_authorities().filter(code=code).first()
    if authority is None:
        raise Http404
    # Said twice, so that the index of feeds serves.
    rows = public_entries(now).filter(authority=authority, stage=Stage.PUBLISHED)
    written = request.GET.get("after", "")
    if written:
        rows = rows.filter(_behind(written))
    found = list(
        rows.select_related("item", "current_version").order_by("-public_from", "-pk")[
            : ITEMS_ON_A_PAGE + 1
        ]
    )
    shown = found[:ITEMS_ON_A_PAGE]
    context = {
        "authority": authority,
        "entries": shown,
        "updated": shown[0].public_from if shown else _BEFORE_ANYTHING,
        "after": _place(shown[-1]) if len(found) > len(shown) else "",
        "this": request.build_absolute_uri(),
        "first": request.build_absolute_uri(request.path),
        "root": request.build_absolute_uri(get_script_prefix()),
    }
    return render(
        request,
        "opendata/authority_feed.html",
        context,
        content_type="application/atom+xml; charset=utf-8",
    )


_BEFORE_ANYTHING = datetime(2000, 1, 1, tzinfo=UTC)
"""When the feed of an authority that published nothing was changed last, which it has to say."""


def _place(entry: Entry) -> str:
    assert entry.public_from is not None
    return f"{instant_as_text(entry.public_from)}.{entry.pk}"


def _behind(written: str) -> Q:
    instant, _, identity = written.partition(".")
    try:
        public_from = instant_from_text(instant)
    except ValueError:
        raise BadRequest from None
    if len(identity) != LENGTH or not set(identity) <= set(ALPHABET):
        raise BadRequest
    return Q(public_from__lt=public_from) | Q(public_from=public_from, pk__lt=identity)
