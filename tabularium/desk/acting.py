"""Carrying out what a form asks for, and what is said when the register refuses it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tabularium import clock
from tabularium.accounts.access import ForAuthority
from tabularium.core.life import NotAllowedError
from tabularium.desk.words import sentence
from tabularium.register.errors import NotPermittedError, RefusedError
from tabularium.register.models import Entry
from tabularium.register.services.advance import locked

SEEN = "seen"
"""Name of the hidden field that tells with which event the entry ended when its page was opened."""


def today_at(acting: ForAuthority) -> date:
    """Today in the authority's calendar."""
    return clock.today(ZoneInfo(acting.authority.time_zone))


@dataclass(frozen=True, slots=True)
class Asked:
    """A form about an entry.

    Attributes:
        entry: which.
        form: what was typed, or an empty form.
        template: the page.
        context: what else stands on it.
        done: what is said after.
    """

    entry: Entry
    form: forms.Form
    template: str
    context: dict[str, Any]
    done: Any


def refusal_of(act: Callable[[], object]) -> str:
    """Do something in a transaction of its own; "" if it was done, else the sentence that says why not."""
    try:
        with transaction.atomic():
            act()
    except (NotAllowedError, RefusedError) as error:
        return sentence(error.reason)
    except NotPermittedError:
        return sentence("not-permitted")
    return ""


def as_seen(request: HttpRequest, entry: Entry, act: Callable[[], object]) -> Callable[[], object]:
    """The act, refused if anything has happened to the entry since its page was opened.

    Whoever decides has read all that they decide about: an objection or a version that came meanwhile is
    not decided unread. What the register itself refuses is said first, because it says more.
    """
    seen = request.POST.get(SEEN)

    def carry_out() -> None:
        last = locked(entry.pk).last_event_number
        act()
        if seen is not None and seen != str(last):
            raise RefusedError("changed-since", "The entry changed since its page was opened.")

    return carry_out


def answer(
    request: HttpRequest,
    acting: ForAuthority,
    asked: Asked,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Show the form; or carry out what was typed, and lead back to the entry.

    What the register refuses is said on the same page, with all that was typed.
    """
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if asked.form.is_valid():
            refused = refusal_of(
                as_seen(request, asked.entry, lambda: act(asked.form.cleaned_data))
            )
            if not refused:
                messages.success(request, asked.done)
                return redirect("desk:entry", acting.authority.pk, asked.entry.pk)
            asked.form.add_error(None, refused)
    context = {
        **asked.context,
        "acting": acting,
        "form": asked.form,
        SEEN: asked.entry.last_event_number,
    }
    return render(request, asked.template, context, status=status)


def say_refused(request: HttpRequest, refused: str, done: Any) -> None:
    """Say on the next page what was done, or why it was not."""
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, done)
