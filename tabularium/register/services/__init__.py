"""The functions that write, each in one transaction with its event. Nothing else writes."""

from tabularium.register.services.annotating import annotate
from tabularium.register.services.catalogue import (
    AuthorityDetails,
    ItemDetails,
    ensure_authority,
    ensure_item,
)
from tabularium.register.services.correction_requests import (
    ask_correction,
    settle_correction_request,
)
from tabularium.register.services.decisions import (
    Order,
    correct,
    grant_repair,
    lift_stay,
    refuse_repair,
    stay,
    uphold,
    withdraw,
)
from tabularium.register.services.deliveries import accept as notice_accepted
from tabularium.register.services.deliveries import claim as claim_notice
from tabularium.register.services.deliveries import doubt as notice_in_doubt
from tabularium.register.services.deliveries import hand_over as hand_notice_over
from tabularium.register.services.deliveries import postpone as notice_postponed
from tabularium.register.services.deliveries import refuse as notice_refused
from tabularium.register.services.deliveries import settle_interrupted as settle_interrupted_notices
from tabularium.register.services.documents import NewDocument, add_document, remove_document
from tabularium.register.services.erasing_fields import erase_field
from tabularium.register.services.idempotency import (
    claim,
    forget_old_keys,
    keep_outcome,
    release,
)
from tabularium.register.services.invitations import (
    invitation_code,
    invite,
    open_account_by_code,
    recognise,
    redeem,
    take_back_invitation,
    take_up,
)
from tabularium.register.services.letters import came_back as notice_came_back
from tabularium.register.services.letters import posted as letter_posted
from tabularium.register.services.letters import printed as letter_printed
from tabularium.register.services.letters import put_on_list as put_letter_on_list
from tabularium.register.services.letters import send_again as send_notice_again
from tabularium.register.services.looking import note_looking
from tabularium.register.services.member_keys import (
    new_member_key,
    revoke_member_key,
    use_member_key,
)
from tabularium.register.services.members import (
    add_to_authority,
    change_roles,
    take_from_authority,
)
from tabularium.register.services.memberships import open_account, remove_member
from tabularium.register.services.notice_codes import code_for, new_code, withdraw_code
from tabularium.register.services.noticing import give_notice, read_notices
from tabularium.register.services.offers import accept as accept_correction
from tabularium.register.services.offers import dismiss as dismiss_correction
from tabularium.register.services.offers import offer as offer_corrections
from tabularium.register.services.promises import break_promise, keep_promise
from tabularium.register.services.public_changes import place_changes
from tabularium.register.services.publishing import approve, approve_licences
from tabularium.register.services.receiving import (
    FoundInRow,
    Piece,
    Received,
    receive,
    receive_pieces,
)
from tabularium.register.services.recording import record
from tabularium.register.services.replies import answer, ask_repair, object_to, take_back_answer
from tabularium.register.services.service_addresses import (
    new_mailbox_key,
    remove_service_address,
    set_service_address,
    show_mailbox_key,
)
from tabularium.register.services.sightings import see
from tabularium.register.services.signing_in import (
    close_account,
    link_sign_on,
    new_password_link,
    reopen_account,
    reset_second_factor,
    set_password,
    unlink_sign_on,
)
from tabularium.register.services.ticking import TickReport, tick
from tabularium.register.services.tokens import new_token, revoke_token, use_token

__all__ = [
    "AuthorityDetails",
    "FoundInRow",
    "ItemDetails",
    "NewDocument",
    "Order",
    "Piece",
    "Received",
    "TickReport",
    "accept_correction",
    "add_document",
    "add_to_authority",
    "annotate",
    "answer",
    "approve",
    "approve_licences",
    "ask_correction",
    "ask_repair",
    "break_promise",
    "change_roles",
    "claim",
    "claim_notice",
    "close_account",
    "code_for",
    "correct",
    "dismiss_correction",
    "ensure_authority",
    "ensure_item",
    "erase_field",
    "forget_old_keys",
    "give_notice",
    "grant_repair",
    "hand_notice_over",
    "invitation_code",
    "invite",
    "keep_outcome",
    "keep_promise",
    "letter_posted",
    "letter_printed",
    "lift_stay",
    "link_sign_on",
    "new_code",
    "new_mailbox_key",
    "new_member_key",
    "new_password_link",
    "new_token",
    "note_looking",
    "notice_accepted",
    "notice_came_back",
    "notice_in_doubt",
    "notice_postponed",
    "notice_refused",
    "object_to",
    "offer_corrections",
    "open_account",
    "open_account_by_code",
    "place_changes",
    "put_letter_on_list",
    "read_notices",
    "receive",
    "receive_pieces",
    "recognise",
    "record",
    "redeem",
    "refuse_repair",
    "release",
    "remove_document",
    "remove_member",
    "remove_service_address",
    "reopen_account",
    "reset_second_factor",
    "revoke_member_key",
    "revoke_token",
    "see",
    "send_notice_again",
    "set_password",
    "set_service_address",
    "settle_correction_request",
    "settle_interrupted_notices",
    "show_mailbox_key",
    "stay",
    "take_back_answer",
    "take_back_invitation",
    "take_from_authority",
    "take_up",
    "tick",
    "unlink_sign_on",
    "uphold",
    "use_member_key",
    "use_token",
    "withdraw",
    "withdraw_code",
]
