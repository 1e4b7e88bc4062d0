"""Addresses of the organisations' workspace, below `reply/`. The doors are open; the rest is for members."""

from django.urls import URLPattern, path

from tabularium.accounts.audiences import Sort, View
from tabularium.accounts.pages import page
from tabularium.public import urls as _  # noqa: F401 - it registers the converter "identity"
from tabularium.reply.views import documents, door, entries, looked, members, overview, statements

app_name = "reply"

_ENTRY = "<identity:identity>/entries/<identity:entry>"


def _door(route: str, view: View, name: str) -> URLPattern:
    return path(route, page(view, Sort.EVERYBODY), name=name)


urlpatterns = [
    _door("", door.begin, "begin"),
    _door("how", door.how_it_works, "how"),
    _door("enter", door.enter, "enter"),
    _door("account", door.open_account, "account"),
    _door("join", door.join, "join"),
    path("<identity:identity>/", overview.overview, name="overview"),
    path("<identity:identity>/welcome", overview.welcome, name="welcome"),
    path("<identity:identity>/looked", looked.looked, name="looked"),
    path("<identity:identity>/members", members.members, name="members"),
    path("<identity:identity>/members/invite", members.invite, name="invite"),
    path("<identity:identity>/members/<int:number>/remove", members.remove, name="remove-member"),
    path(
        "<identity:identity>/invitations/<int:number>/take-back",
        members.take_back,
        name="take-back-invitation",
    ),
    path(_ENTRY, entries.entry_page, name="entry"),
    path(f"{_ENTRY}/answer", statements.answer, name="answer"),
    path(f"{_ENTRY}/answer/take-back", statements.take_back, name="take-back"),
    path(f"{_ENTRY}/objection", statements.objection, name="objection"),
    path(f"{_ENTRY}/repair", statements.repair, name="repair"),
    path(f"{_ENTRY}/correction", statements.correction, name="correction"),
    path(f"{_ENTRY}/documents/<identity:document>", documents.download, name="document"),
]
