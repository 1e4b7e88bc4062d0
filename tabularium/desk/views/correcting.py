"""Correcting an entry: a new version, of which the organisation hears anew."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tabularium.accounts.access import ForAuthority, for_authority
from tabularium.accounts.roles import Act
from tabularium.core.kinds import Kind
from tabularium.desk.acting import Asked, answer, today_at
from tabularium.desk.forms import CorrectionForm
from tabularium.desk.views.entries import entry_or_404
from tabularium.intake.personal import find_personal
from tabularium.public.views.subjects import entry_context
from tabularium.register import desk_selectors as selectors
from tabularium.register import services
from tabularium.register.contents import content_of

_FREE_TEXTS = (
    "subject_name",
    "measure",
    "summary",
    "legal_basis",
    "objection_route",
    "promised_to",
)


def _check_texts(form: CorrectionForm, jurisdiction: str) -> None:
    for name in form.fields.keys() & _FREE_TEXTS:
        if find_personal(str(form.data.get(name, "")), jurisdiction):
            form.add_error(
                name,
                _(
                    "This seems to hold a telephone number, an e-mail address or the number of an identity"
                    " document. Please take it out."
                ),
            )


@require_http_methods(["GET", "HEAD", "POST"])
@for_authority(Act.DECIDE)
def correct(request: HttpRequest, acting: ForAuthority, entry: str) -> HttpResponse:
    """Give an entry a new version, beginning from what it says now."""
    found = entry_or_404(acting, entry)
    before, kind = content_of(found.current_version), Kind(found.kind)
    initial: dict[str, Any] = {
        name: getattr(found.current_version, name)
        for name in CorrectionForm.base_fields
        if hasattr(found.current_version, name)
    }
    given = request.POST if request.method == "POST" else None
    form = CorrectionForm(given, kind=kind, today=today_at(acting), initial=initial)
    if given is not None and form.is_valid():
        _check_texts(form, acting.authority.jurisdiction)

    def carry_out(said: dict[str, Any]) -> object:
        changed = {name: said[name] for name in said if hasattr(before, name)}
        return services.correct(
            found.pk,
            by=acting.user,
            content=replace(before, **changed),
            reasons=said["reasons"],
            subject_name=said["subject_name"],
            dated=said["dated"],
        )

    asked = Asked(
        entry=found,
        form=form,
        template="desk/correct.html",
        context={
            **entry_context(found),
            "objection": selectors.open_objection(found),
            "is_adverse": kind.is_adverse,
        },
        done=_("The entry is corrected."),
    )
    return answer(request, acting, asked, carry_out)
