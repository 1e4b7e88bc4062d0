"""Entries, and their versions with the content.

An entry's columns are what its events add up to (`core.life_state.State`), kept beside them so that a
query can ask; `tabularium check` replays the events and compares.
"""

from django.db import models
from django.db.models import F, Q, Value

from tabularium.core.kinds import ADVERSE_KINDS, Kind
from tabularium.core.life_state import Outcome, Stage
from tabularium.register.ids import LENGTH, new_id
from tabularium.register.models.authority import Authority, CatalogueItem
from tabularium.register.models.entry_indexes import AT_DESK, OF_WHO_IS_SHOWN
from tabularium.register.models.fields import IdentityField, version_is_of
from tabularium.register.models.membership import User
from tabularium.register.models.organisation import Organisation
from tabularium.register.models.submission import Submission

ADVERSE = Q(kind__in=sorted(ADVERSE_KINDS))
PUBLISHED = Q(stage=Stage.PUBLISHED)
ERASED = Q(stage=Stage.ERASED)
PROMISE = Q(kind=Kind.PROMISE)
SAID = (Outcome.OPEN, Outcome.KEPT, Outcome.NOT_KEPT)
"""What an authority itself can say of its promise."""


class Entry(models.Model):
    """One decision in the register."""

    # What it is
    id = IdentityField(primary_key=True, max_length=LENGTH, default=new_id, editable=False)
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="entries", db_index=False)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="entries", db_index=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="entries",
        db_index=False,
        help_text="The subject; empty once the entry is erased.",
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in Kind])
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    decision_key = IdentityField(
        max_length=300,
        null=True,
        blank=True,
        help_text="What makes it the same decision when it is sent again, in the item's terms.",
    )

    # Who acted
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    # What its events add up to
    # No foreign key: each of the two would need the other first, so one would be checked when the
    # transaction ends, row by row. A constraint and a trigger see to it that it is the entry's own and there.
    current_version = models.ForeignKey(
        "register.Version", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    stage = models.CharField(max_length=10, choices=[(stage, stage) for stage in Stage])
    last_event_number = models.PositiveIntegerField()
    last_event_at = models.DateTimeField()
    noticed_at = models.DateTimeField(null=True, blank=True)
    window_closes_at = models.DateTimeField(null=True, blank=True)
    public_from = models.DateTimeField(null=True, blank=True)
    public_until = models.DateTimeField(
        null=True, blank=True, help_text="Excluded: at this instant it is gone."
    )
    was_public = models.BooleanField(default=False)
    objection_open = models.BooleanField(default=False)
    suspended = models.BooleanField(default=False)
    decide_by = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    stayed = models.BooleanField(default=False)
    repair_open = models.BooleanField(default=False)
    answer_shown = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    erasable_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Of a promise: the day promised last is over."
    )
    unanswered_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Of a promise: its authority has not said what became of it.",
    )
    outcome = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=[(each, each) for each in SAID],
        help_text="Of a promise: what its authority said last. That it said nothing, the date tells.",
    )

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                name="entry_decision_once",
                # Keys are looked up by the thousand: what they have in common comes last.
                fields=["decision_key", "item"],
                condition=Q(decision_key__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_keeps_to_its_versions", condition=version_is_of("id", "current_version")
            ),
            models.CheckConstraint(name="entry_kind_is_known", condition=Q(kind__in=list(Kind))),
            models.CheckConstraint(name="entry_stage_is_known", condition=Q(stage__in=list(Stage))),
            models.CheckConstraint(
                name="entry_recorder_does_not_approve",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="entry_beyond_draft_is_approved",
                condition=Q(stage__in=[Stage.DRAFT, Stage.WITHDRAWN, Stage.ERASED])
                | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_public_has_a_beginning",
                condition=~PUBLISHED | Q(public_from__isnull=False, was_public=True),
            ),
            models.CheckConstraint(
                name="entry_adverse_public_after_notice_and_window",
                condition=~PUBLISHED
                | ~ADVERSE
                | Q(
                    noticed_at__isnull=False,
                    # Said apart: a comparison with nothing is neither true nor false, and so passes.
                    window_closes_at__isnull=False,
                    window_closes_at__gt=F("noticed_at"),
                    public_from__gte=F("window_closes_at"),
                ),
            ),
            models.CheckConstraint(
                name="entry_adverse_has_an_end",
                condition=~ADVERSE | ERASED | Q(public_until__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_has_a_subject_until_erased",
                condition=~ERASED & Q(organisation__isnull=False)
                | ERASED
                & Q(organisation__isnull=True, submission__isnull=True, decision_key__isnull=True),
            ),
            models.CheckConstraint(
                name="entry_promise_is_due",
                condition=PROMISE
                & ~ERASED
                & Q(
                    due_at__isnull=False,
                    unanswered_from__isnull=False,
                    unanswered_from__gte=F("due_at"),
                    outcome__in=list(SAID),
                )
                | Q(~PROMISE | ERASED, due_at=None, unanswered_from=None, outcome=""),
            ),
            models.CheckConstraint(
                name="entry_suspended_by_an_open_objection",
                condition=Q(suspended=False)
                | Q(objection_open=True, decide_by__isnull=False, lapses_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="entry_of_organisation", fields=["organisation", "stage"]),
            models.Index(
                name="entry_waits_for_window",
                fields=["window_closes_at"],
                condition=Q(stage=Stage.NOTIFIED),
            ),
            models.Index(
                name="entry_lapses", fields=["lapses_at"], condition=Q(lapses_at__isnull=False)
            ),
            models.Index(
                name="entry_to_erase", fields=["erasable_from"], condition=~Q(stage=Stage.ERASED)
            ),
            models.Index(
                name="entry_in_feed", fields=["authority", "public_from", "id"], condition=PUBLISHED
            ),
            models.Index(
                name="entry_ends",
                fields=["public_until", "id"],
                condition=PUBLISHED & Q(public_until__isnull=False),
            ),
            OF_WHO_IS_SHOWN,
            *AT_DESK,
        ]

    def __str__(self) -> str:
        return self.id


class Version(models.Model):
    """What one version of an entry says; erasure empties it.

    `kind` repeats the entry's (a trigger compares), so that the database itself refuses an adverse
    version without legal basis, notice, term or a way to object.
    """

    # Identity
    id = IdentityField(primary_key=True, max_length=LENGTH + 6, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in Kind])
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    # Content: whom, as the decision writes it, and the facts of core.content.EntryContent by their names
    subject_name = models.TextField()
    decision_number = models.TextField()
    decided_on = models.DateField(null=True)
    measure = models.TextField()
    summary = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    legal_basis_url = models.TextField(blank=True)
    amount = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    term_begins = models.DateField(null=True, blank=True)
    term_ends = models.DateField(null=True, blank=True, help_text="Last day, included.")
    objection_route = models.TextField(blank=True)
    objection_url = models.TextField(blank=True)
    notice_channel = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=35, blank=True)
    details = models.JSONField(default=dict, blank=True)
    promised_to = models.TextField(blank=True, default="")
    due_on = models.DateField(null=True, blank=True, help_text="Last day in time, included.")
    # Of each field that was erased alone, when and by which rule.
    erased_fields = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="version_in_order", fields=["entry", "number"]),
            models.CheckConstraint(
                name="version_is_called_by_its_entry", condition=version_is_of("entry", "id")
            ),
            models.CheckConstraint(
                name="version_adverse_is_complete",
                condition=Q(erased_at__isnull=False)
                | ~ADVERSE
                | Q(
                    ~Q(legal_basis=""),
                    ~Q(objection_route=""),
                    ~Q(notice_channel=""),
                    term_begins__isnull=False,
                    term_ends__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="version_says_what_was_decided",
                condition=Q(erased_at__isnull=False)
                | Q(~Q(decision_number=""), ~Q(measure=""), decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="version_promise_says_to_whom_and_by_when",
                condition=Q(erased_at__isnull=False)
                | PROMISE & ~Q(promised_to="") & Q(due_on__isnull=False)
                | ~PROMISE & Q(promised_to="", due_on__isnull=True),
            ),
            models.CheckConstraint(
                name="version_promise_is_due_after_it_is_made",
                condition=Q(due_on__isnull=True)
                | Q(decided_on__isnull=False, due_on__gte=F("decided_on")),
            ),
            # The last day counts whole, so a term of one day ends after it begins too.
            models.CheckConstraint(
                name="version_term_ends_after_it_begins",
                condition=Q(term_begins__isnull=True)
                | Q(term_ends__isnull=True)
                | Q(term_ends__gte=F("term_begins")),
            ),
            models.CheckConstraint(
                name="version_amount_has_a_currency",
                condition=Q(amount="", currency="") | ~Q(amount="") & ~Q(currency=""),
            ),
            models.CheckConstraint(
                name="version_is_empty_when_erased",
                condition=Q(erased_at__isnull=True)
                | Q(
                    subject_name="",
                    decision_number="",
                    measure="",
                    summary="",
                    legal_basis="",
                    legal_basis_url="",
                    amount="",
                    currency="",
                    objection_route="",
                    objection_url="",
                    notice_channel="",
                    language="",
                    details={},
                    promised_to="",
                    due_on__isnull=True,
                    decided_on__isnull=True,
                    term_begins__isnull=True,
                    term_ends__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.id


class VersionSalts(models.Model):
    """The salts of a version: made when it first becomes public, destroyed when it is erased.

    A version that was never public has none, for nothing was ever promised about it.
    """

    version = models.OneToOneField(Version, models.PROTECT, primary_key=True, related_name="salts")
    fields = models.BinaryField(
        help_text="32 random bytes a field, in the order of salts.SALTED_FIELDS."
    )
    identifier = models.TextField(
        blank=True,
        default="",
        help_text="What the version says of it too: scheme and number of the organisation, then.",
    )

    class Meta:
        verbose_name_plural = "salts of versions"

    def __str__(self) -> str:
        return f"salts of {self.version_id}"
