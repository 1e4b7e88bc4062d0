"""Addresses of an authority's desk, below `desk/` and the authority's code."""

from django.urls import path

from tabularium.desk.managing import views as managing
from tabularium.desk.speaking import views as speaking
from tabularium.desk.telling import views as telling
from tabularium.desk.views import (
    approving,
    auditing,
    correcting,
    deciding,
    entries,
    members,
    notices,
    offers,
    recording,
    uploading,
    work,
)
from tabularium.public import urls as _  # noqa: F401 - it registers the converter "identity"

app_name = "desk"

_ENTRY = "<slug:code>/entries/<identity:entry>"
_UPLOAD = "<slug:code>/files/<int:number>"
_MEMBER = "<slug:code>/members/<int:number>"

urlpatterns = [
    path("<slug:code>/", work.today, name="today"),
    path("<slug:code>/entries", entries.entry_list, name="entries"),
    path(_ENTRY, entries.entry_page, name="entry"),
    path(f"{_ENTRY}/documents/<identity:document>", entries.document, name="document"),
    path(f"{_ENTRY}/approve", approving.approve, name="approve"),
    path("<slug:code>/licences", approving.licences, name="licences"),
    path(f"{_ENTRY}/objection", deciding.objection, name="objection"),
    path(f"{_ENTRY}/repair", deciding.repair, name="repair"),
    path(f"{_ENTRY}/withdraw", deciding.withdraw, name="withdraw"),
    path(f"{_ENTRY}/stay", deciding.stay, name="stay"),
    path(f"{_ENTRY}/correct", correcting.correct, name="correct"),
    path(f"{_ENTRY}/kept", speaking.kept, name="kept"),
    path(f"{_ENTRY}/not-kept", speaking.not_kept, name="not-kept"),
    path(f"{_ENTRY}/note", speaking.note, name="note"),
    path("<slug:code>/corrections", offers.corrections, name="corrections"),
    path("<slug:code>/corrections/offered/<int:number>", offers.offered, name="offered"),
    path("<slug:code>/corrections/asked/<int:number>", offers.asked, name="asked"),
    path("<slug:code>/record", recording.choose, name="record"),
    path("<slug:code>/record/<slug:item>", recording.record, name="record-item"),
    path("<slug:code>/files", uploading.files, name="files"),
    path(_UPLOAD, uploading.file_page, name="file"),
    path(f"{_UPLOAD}/findings", uploading.findings, name="findings"),
    path("<slug:code>/events", auditing.events, name="events"),
    path("<slug:code>/events.csv", auditing.events_as_csv, name="events-csv"),
    path(f"{_ENTRY}/told", telling.told, name="told"),
    path(f"{_ENTRY}/told/address", telling.set_address, name="set-address"),
    path(
        f"{_ENTRY}/told/address/<slug:channel>/remove",
        telling.remove_address,
        name="remove-address",
    ),
    path(f"{_ENTRY}/told/code", telling.show_code, name="show-code"),
    path(f"{_ENTRY}/told/code/new", telling.new_code, name="new-code"),
    path(f"{_ENTRY}/told/code/withdraw", telling.withdraw_code, name="withdraw-code"),
    path(f"{_ENTRY}/told/key/new", telling.new_key, name="new-key"),
    path("<slug:code>/notices", notices.notices, name="notices"),
    path("<slug:code>/notices/<int:number>/again", notices.again, name="again"),
    path("<slug:code>/notices/<int:number>/came-back", notices.came_back, name="came-back"),
    path("<slug:code>/letters", notices.print_letters, name="print-letters"),
    path("<slug:code>/letters/<slug:name>", notices.posting_list, name="posting-list"),
    path("<slug:code>/letters/<slug:name>/pdf", notices.letters_file, name="letters-file"),
    path("<slug:code>/members", members.members, name="members"),
    path(_MEMBER, members.member, name="member"),
    path(f"{_MEMBER}/roles", members.roles, name="member-roles"),
    path(f"{_MEMBER}/link", members.link, name="member-link"),
    path(f"{_MEMBER}/remove", members.remove, name="remove-member"),
    path(f"{_MEMBER}/help/<slug:way>", members.help_member, name="help-member"),
    path("<slug:code>/tokens", managing.tokens, name="tokens"),
    path("<slug:code>/tokens/<identity:token>/revoke", managing.revoke, name="revoke-token"),
]
