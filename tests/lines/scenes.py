"""One organisation with entries in every state, and one step of every service on one of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tabularium import clock
from tabularium.core.content import Draft, Subject
from tabularium.core.field_erasure import ErasableField, FieldErasureRule
from tabularium.core.kinds import Kind, NoticeChannel
from tabularium.core.life_events import EventType
from tabularium.core.life_state import Stage
from tabularium.register import services
from tabularium.register.models import (
    CorrectionRequest,
    Entry,
    Notice,
    Organisation,
    Submission,
    User,
)
from tabularium.register.services.batches import batch_of
from tabularium.register.services.offers import Change, Standing, open_offers
from tests import builders
from tests.builders import Town

Move = Callable[[datetime], None]
Step = Callable[[], str]


@dataclass
class Scene:
    """One organisation with entries in every state, and the entry that a step is about.

    The bystanders are entries of the same organisation from the same authority and from another.
    """

    move: Move
    subject: Subject = field(default_factory=lambda: builders.a_subject("虚构旁观公司"))
    town: Town = field(default_factory=lambda: Town("acting-office"))
    other: Town = field(default_factory=lambda: Town("other-office"))

    def __post_init__(self) -> None:
        for town in (self.town, self.other):
            item = town.item(Kind.LICENCE)
            draft = Draft(1, f"licence {town.code}", self.subject, builders.content(Kind.LICENCE))
            licence = services.record([draft], item=item, recorder=town.clerk)[0]
            services.approve(licence.pk, approver=town.approver)
            builders.objected(town, self.move, subject=self.subject)
            stayed = builders.published(town, self.move, subject=self.subject)
            services.stay(stayed.pk, by=town.approver, order="Court order 1")
            repair = builders.published(town, self.move, subject=self.subject)
            services.ask_repair(repair.pk, by=self.replier, text="Put right.")
            answered = builders.published(town, self.move, subject=self.subject)
            services.answer(answered.pk, by=self.replier, text="Our answer.", shown=True)
            withdrawn = builders.published(town, self.move, subject=self.subject)
            services.withdraw(withdrawn.pk, by=town.approver, reasons="Made in error.")
            builders.in_notice(town, subject=self.subject)
            builders.a_draft(town, subject=self.subject)

    @property
    def replier(self) -> User:
        number = self.subject.identifier.value
        return builders.a_replier(Organisation.objects.get(identifiers__value=number))

    def draft(self, **changes: object) -> Entry:
        return builders.a_draft(self.town, subject=self.subject, **changes)

    def public(self) -> Entry:
        return builders.published(self.town, self.move, subject=self.subject)

    def asked(self) -> Entry:
        entry = self.public()
        return services.ask_repair(entry.pk, by=self.replier, text="Put right.")

    def objected(self) -> Entry:
        return services.object_to(self.public().pk, by=self.replier, text="Not us.")

    def settle_until(self, due: datetime | None) -> None:
        """Let all that is due before `due` be done, so that only the target is left for the tick."""
        assert due is not None
        self.move(due - timedelta(seconds=1))
        assert not services.tick().failures
        self.move(due)


def _approve(scene: Scene) -> Step:
    entry = scene.draft()
    return lambda: services.approve(entry.pk, approver=scene.town.approver).pk


def _approve_licences(scene: Scene) -> Step:
    entry = builders.a_draft(scene.town, Kind.LICENCE, subject=scene.subject)
    by = scene.town.approver
    return lambda: services.approve_licences([entry.pk], approver=by)[0].pk


def _give_notice(scene: Scene) -> Step:
    entry = services.approve(scene.draft().pk, approver=scene.town.approver)
    return lambda: services.give_notice(entry.pk, fact=Notice.Fact.READ).pk


def _add_document(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    document = services.NewDocument("made-up.txt", "text/plain", b"Made up.")

    def step() -> str:
        for _ in range(2):
            purpose = EventType.ANSWERED
            services.add_document(entry.pk, by=by, purpose=purpose, document=document)
        services.answer(entry.pk, by=by, text="With documents.", shown=False)
        first, second = entry.documents.values_list("pk", flat=True)
        services.remove_document(first, entry.pk, by=by)
        services.take_back_answer(entry.pk, by=by)
        assert second
        assert not entry.documents.exists()
        return entry.pk

    return step


def _ask_correction(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.ask_correction(entry.pk, by=by, text="A mistake.").entry_id


def _settle_correction_request(scene: Scene) -> Step:
    request = services.ask_correction(scene.public().pk, by=scene.replier, text="A mistake.")
    return lambda: (
        services.settle_correction_request(
            request.pk,
            by=scene.town.approver,
            outcome=CorrectionRequest.Outcome.DECLINED,
            reasons="It is right.",
        ).entry_id
    )


def _approved(scene: Scene, channel: NoticeChannel) -> tuple[Entry, Notice]:
    draft = scene.draft(notice_channel=channel)
    entry = services.approve(draft.pk, approver=scene.town.approver)
    assert entry.organisation is not None
    where = {
        NoticeChannel.LETTER: "1 Made-up Street",
        NoticeChannel.EMAIL: "office@firm.example",
        NoticeChannel.MAILBOX: "https://firm.example/notices",
    }[channel]
    services.set_service_address(
        scene.town.authority, entry.organisation, channel, where, by=scene.town.clerk
    )
    return entry, _notice_of(entry)


def _send(scene: Scene) -> Step:
    entry, notice = _approved(scene, NoticeChannel.EMAIL)

    def step() -> str:
        for end in (
            services.notice_refused,
            services.notice_in_doubt,
            services.notice_postponed,
            None,
            services.notice_accepted,
        ):
            attempt = services.claim_notice(notice.pk)
            assert attempt is not None
            assert services.hand_notice_over(attempt)
            if end is None:
                assert services.settle_interrupted_notices() == 1
                continue
            end(attempt, "made up")
            if end is not services.notice_accepted:
                services.send_notice_again(notice.pk, by=scene.town.clerk)
        return entry.pk

    return step


def _post(scene: Scene) -> Step:
    entry, notice = _approved(scene, NoticeChannel.LETTER)

    def step() -> str:
        assert services.put_letter_on_list(notice.pk, "list")
        assert services.letter_printed(notice.pk)
        today = clock.today(ZoneInfo(builders.ZONE))
        services.letter_posted(notice.pk, on=today, by=scene.town.clerk)
        return entry.pk

    return step


def _come_back(scene: Scene) -> Step:
    entry, notice = _approved(scene, NoticeChannel.LETTER)
    assert services.put_letter_on_list(notice.pk, "list")
    assert services.letter_printed(notice.pk)
    today = clock.today(ZoneInfo(builders.ZONE))
    services.letter_posted(notice.pk, on=today, by=scene.town.clerk)

    def step() -> str:
        services.notice_came_back(notice.pk, by=scene.town.clerk)
        assert Entry.objects.get(pk=entry.pk).stage == Stage.APPROVED
        return entry.pk

    return step


def _new_code(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.clerk

    def step() -> str:
        services.withdraw_code(_notice_of(entry), by=by)
        code = services.new_code(_notice_of(entry), by=by)
        assert code == services.code_for(_notice_of(entry))
        return entry.pk

    return step


def _redeem(scene: Scene) -> Step:
    entry = scene.public()
    user = scene.other.account("newcomer", "clerk")

    def step() -> str:
        code = services.code_for(_notice_of(entry))
        assert services.recognise(code)
        assert services.redeem(code, user).pk == entry.organisation_id
        return entry.pk

    return step


def _open_account_by_code(scene: Scene) -> Step:
    entry = scene.public()

    def step() -> str:
        found = services.recognise(services.code_for(_notice_of(entry)))
        services.open_account_by_code(found, login="new here", password="made up for a test")
        return entry.pk

    return step


def _notice_of(entry: Entry) -> Notice:
    return Notice.objects.get(version=entry.current_version_id)


def _note_looking(scene: Scene) -> Step:
    entry = scene.objected()

    def step() -> str:
        services.note_looking(scene.town.clerk, scene.town.authority, entry)
        return entry.pk

    return step


def _read_notices(scene: Scene) -> Step:
    entry = services.approve(scene.draft().pk, approver=scene.town.approver)
    return lambda: services.read_notices(entry.pk).pk


def _record(scene: Scene) -> Step:
    return lambda: scene.draft().pk


def _receive(scene: Scene) -> Step:
    item = scene.town.item()
    draft = Draft(2, "sent key", scene.subject, builders.content())

    def step() -> str:
        received = services.receive(
            [draft],
            item=item,
            submitted_by=scene.town.clerk,
            file_name="made-up.csv",
            file_sha256="0" * 64,
            rows_read=1,
            findings=[],
        )
        return received.entries[0].pk

    return step


def _receive_pieces(scene: Scene) -> Step:
    item = scene.town.item()
    draft = Draft(3, "sent key", scene.subject, builders.content())

    def step() -> str:
        received = services.receive_pieces(
            [services.Piece(0, batch_of([])), services.Piece(1, batch_of([draft]))],
            item=item,
            submitted_by=scene.town.clerk,
            file_name="made-up.csv",
            file_sha256="0" * 64,
            figures=lambda _: {},
        )
        return received.entries[0].pk

    return step


def _answer(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.answer(entry.pk, by=by, text="Our side.", shown=True).pk


def _take_back_answer(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    services.answer(entry.pk, by=by, text="Our side.", shown=True)
    return lambda: services.take_back_answer(entry.pk, by=by).pk


def _object_to(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.object_to(entry.pk, by=by, text="Not us.").pk


def _ask_repair(scene: Scene) -> Step:
    entry, by = scene.public(), scene.replier
    return lambda: services.ask_repair(entry.pk, by=by, text="Put right.").pk


def _uphold(scene: Scene) -> Step:
    entry, by = scene.objected(), scene.town.approver
    return lambda: services.uphold(entry.pk, by=by, reasons="It was you.").pk


def _withdraw(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    return lambda: services.withdraw(entry.pk, by=by, reasons="In error.").pk


def _correct(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    content = replace(builders.content(), measure="Smaller fine")
    return lambda: services.correct(entry.pk, by=by, content=content, reasons="Wrong sum.").pk


def _later(scene: Scene) -> Submission:
    """A later submission of the authority, which brought nothing new."""
    return services.receive(
        [],
        item=scene.town.item(),
        submitted_by=scene.town.clerk,
        file_name="later.csv",
        file_sha256="0" * 64,
        rows_read=0,
        findings=[],
    ).submission


def _offer(scene: Scene) -> tuple[Entry, Submission, Change]:
    entry = scene.public()
    draft = Draft(2, "sent key", scene.subject, builders.content())
    change = Change(entry.pk, entry.current_version_id, draft, Standing.CHANGED, ("amount",))
    return entry, _later(scene), change


def _offer_corrections(scene: Scene) -> Step:
    entry, later, change = _offer(scene)

    def step() -> str:
        assert services.offer_corrections([change], submission=later)
        # Another replaces it, and one that says what stands takes that back.
        other = replace(change, draft=replace(change.draft, content=builders.content()))
        assert services.offer_corrections([other], submission=later)
        services.offer_corrections([replace(change, standing=Standing.SAME)], submission=later)
        return entry.pk

    return step


def _offered(scene: Scene) -> tuple[int, User]:
    _, later, change = _offer(scene)
    services.offer_corrections([change], submission=later)
    return open_offers().get().pk, scene.town.approver


def _accept_correction(scene: Scene) -> Step:
    offer, by = _offered(scene)
    return lambda: services.accept_correction(offer, by=by, reasons="Right.").pk


def _dismiss_correction(scene: Scene) -> Step:
    offer, by = _offered(scene)
    return lambda: services.dismiss_correction(offer, by=by, reasons="Wrong.").pk


def _see(scene: Scene) -> Step:
    entry, later = scene.public(), _later(scene)

    def step() -> str:
        services.see([entry.pk], submission=later)
        return entry.pk

    return step


def _erase_field(scene: Scene) -> Step:
    said = {"subject": scene.subject, "summary": "Said of somebody."}
    entry = builders.published(scene.town, scene.move, **said)
    by = scene.town.account("registrar of the scene", "registrar")
    field, rule = ErasableField.SUMMARY, FieldErasureRule.PERSONAL_DATA
    return lambda: services.erase_field(entry.pk, by=by, field=field, rule=rule)[0].entry_id


def _annotate(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    return lambda: services.annotate(entry.pk, by=by, text="The organisation appealed.").pk


def _keep_promise(scene: Scene) -> Step:
    entry, by = builders.promised(scene.town), scene.town.approver
    return lambda: services.keep_promise(entry.pk, by=by, evidence="Pipes were laid.").pk


def _break_promise(scene: Scene) -> Step:
    entry, by = builders.promised(scene.town), scene.town.approver
    later = clock.now().date() + timedelta(days=90)
    return lambda: services.break_promise(entry.pk, by=by, reasons="No pipes.", due_on=later).pk


def _stay(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    return lambda: services.stay(entry.pk, by=by, order="Court order 2").pk


def _lift_stay(scene: Scene) -> Step:
    entry, by = scene.public(), scene.town.approver
    services.stay(entry.pk, by=by, order="Court order 2")
    return lambda: services.lift_stay(entry.pk, by=by, order="Court order 3").pk


def _grant_repair(scene: Scene) -> Step:
    entry, by = scene.asked(), scene.town.approver
    return lambda: services.grant_repair(entry.pk, by=by, reasons="Seen.").pk


def _refuse_repair(scene: Scene) -> Step:
    entry, by = scene.asked(), scene.town.approver
    return lambda: services.refuse_repair(entry.pk, by=by, reasons="Not seen.").pk


def _tick(entry: Entry, stage: Stage) -> Step:
    def step() -> str:
        assert not services.tick().failures
        assert Entry.objects.get(pk=entry.pk).stage == stage, "the tick did not do its part"
        return entry.pk

    return step


def _tick_publishes(scene: Scene) -> Step:
    scene.move(clock.now() + timedelta(days=1))
    entry = builders.in_notice(scene.town, subject=scene.subject)
    scene.settle_until(entry.window_closes_at)
    return _tick(entry, Stage.PUBLISHED)


def _tick_lapses(scene: Scene) -> Step:
    entry = scene.objected()
    scene.settle_until(entry.lapses_at)
    return _tick(entry, Stage.WITHDRAWN)


def _tick_erases(scene: Scene) -> Step:
    entry = scene.public()
    scene.move(clock.now() + timedelta(days=1))
    services.withdraw(entry.pk, by=scene.town.approver, reasons="In error.")
    scene.settle_until(Entry.objects.get(pk=entry.pk).erasable_from)
    return _tick(entry, Stage.ERASED)


STEPS: dict[str, list[Callable[[Scene], Step]]] = {
    "add_document": [_add_document],
    "ask_correction": [_ask_correction],
    "open_account_by_code": [_open_account_by_code],
    "remove_document": [_add_document],
    "settle_correction_request": [_settle_correction_request],
    "accept_correction": [_accept_correction],
    "annotate": [_annotate],
    "answer": [_answer],
    "approve": [_approve],
    "approve_licences": [_approve_licences],
    "ask_repair": [_ask_repair],
    "claim_notice": [_send],
    "break_promise": [_break_promise],
    "code_for": [_redeem],
    "correct": [_correct],
    "dismiss_correction": [_dismiss_correction],
    "erase_field": [_erase_field],
    "give_notice": [_give_notice],
    "grant_repair": [_grant_repair],
    "hand_notice_over": [_send],
    "letter_posted": [_post],
    "letter_printed": [_post],
    "keep_promise": [_keep_promise],
    "lift_stay": [_lift_stay],
    "new_code": [_new_code],
    "note_looking": [_note_looking],
    "notice_accepted": [_send],
    "notice_came_back": [_come_back],
    "notice_in_doubt": [_send],
    "notice_postponed": [_send],
    "notice_refused": [_send],
    "object_to": [_object_to],
    "offer_corrections": [_offer_corrections],
    "put_letter_on_list": [_post],
    "receive": [_receive],
    "receive_pieces": [_receive_pieces],
    "read_notices": [_read_notices],
    "recognise": [_redeem],
    "record": [_record],
    "redeem": [_redeem],
    "refuse_repair": [_refuse_repair],
    "see": [_see],
    "send_notice_again": [_send],
    "settle_interrupted_notices": [_send],
    "stay": [_stay],
    "take_back_answer": [_take_back_answer],
    "take_up": [_redeem],
    "tick": [_tick_publishes, _tick_lapses, _tick_erases],
    "uphold": [_uphold],
    "withdraw": [_withdraw],
    "withdraw_code": [_new_code],
}

# Services that touch no entry.
WITHOUT_ENTRIES = {
    "add_to_authority",
    "change_roles",
    "close_account",
    "link_sign_on",
    "new_password_link",
    "reopen_account",
    "reset_second_factor",
    "set_password",
    "take_from_authority",
    "unlink_sign_on",
    "claim",
    "ensure_authority",
    "ensure_item",
    "forget_old_keys",
    "invitation_code",
    "invite",
    "keep_outcome",
    "new_mailbox_key",
    "new_member_key",
    "new_token",
    "open_account",
    "place_changes",
    "release",
    "remove_member",
    "remove_service_address",
    "revoke_member_key",
    "revoke_token",
    "set_service_address",
    "show_mailbox_key",
    "take_back_invitation",
    "use_member_key",
    "use_token",
}
