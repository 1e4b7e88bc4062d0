"""Who answers for an organisation: letting in, leaving, and taking an invitation back."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tabularium.accounts.access import ForOrganisation, for_organisation
from tabularium.register import services
from tabularium.register.errors import RefusedError
from tabularium.register.services.invitations import INVITATION_VALID_FOR, open_invitations
from tabularium.register.services.memberships import members_of, replies_for
from tabularium.reply.refusals import sentence

# Which invitation was just made: the page that follows shows its code, and no other page after it.
_NEW = "reply.new-invitation"


@require_safe
@for_organisation
def members(request: HttpRequest, acting: ForOrganisation) -> HttpResponse:
    """Members by login, open invitations, and once a code that was just made."""
    return _members(request, acting)


def _members(request: HttpRequest, acting: ForOrganisation, mistake: str = "") -> HttpResponse:
    made = request.session.pop(_NEW, None)
    invitations = list(open_invitations(acting.organisation))
    new = next((each for each in invitations if each.pk == made), None)
    context = {
        "acting": acting,
        "members": list(members_of(acting.organisation)),
        "invitations": invitations,
        "code": services.invitation_code(new) if new else "",
        "days": INVITATION_VALID_FOR.days,
        "mistake": mistake,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK
    return render(request, "reply/members.html", context, status=status)


@require_POST
@for_organisation
def invite(request: HttpRequest, acting: ForOrganisation) -> HttpResponse:
    """Make a code for one more member."""
    try:
        invitation = services.invite(acting.organisation, by=acting.user)
    except RefusedError as error:
        return _members(request, acting, sentence(error))
    request.session[_NEW] = invitation.pk
    return redirect("reply:members", identity=acting.organisation.pk)


@require_POST
@for_organisation
def remove(request: HttpRequest, acting: ForOrganisation, number: int) -> HttpResponse:
    """End a membership; whoever ended their own goes to the beginning."""
    try:
        services.remove_member(number, acting.organisation, by=acting.user)
    except RefusedError as error:
        return _members(request, acting, sentence(error))
    messages.success(request, gettext("The member was removed."))
    if replies_for(acting.user, acting.organisation.pk) is None:
        return redirect("reply:begin")
    return redirect("reply:members", identity=acting.organisation.pk)


@require_POST
@for_organisation
def take_back(request: HttpRequest, acting: ForOrganisation, number: int) -> HttpResponse:
    """Let an unused code hold no longer."""
    services.take_back_invitation(number, acting.organisation, by=acting.user)
    messages.success(request, gettext("The code was taken back. It does not work any more."))
    return redirect("reply:members", identity=acting.organisation.pk)
