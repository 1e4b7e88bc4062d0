"""What Django's models say: names, texts, relations, kinds of field."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models.fields.related import ForeignObjectRel

from tests.lines.walkers.words import PERSON, REACHING_BEYOND, SUMMING_UP, Vocabulary, offences

Model = type[models.Model]

NUMBERS = (
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.DurationField,
)

# Who acted, and for whom an account acts. Nothing else points at an account, and no account is a subject.
RELATIONS_TO_ACCOUNTS = frozenset(
    {
        "register.Entry.recorded_by",
        "register.Entry.approved_by",
        "register.Version.recorded_by",
        "register.Event.actor",
        "register.Submission.submitted_by",
        "register.Upload.uploaded_by",
        "register.Membership.user",
        "register.OfferedCorrection.decided_by",
        # Who erased a text of an entry.
        "register.ErasedField.erased_by",
        # Who said that a letter was posted, and so opened a window.
        "register.Delivery.entered_by",
        # By what a program acts as an account; it goes with the account.
        "register.MemberKey.user",
        "register.AccountEvent.account",
        "register.AccountEvent.actor",
        # By what an account signs in: allauth's tables, which hold nothing else of it.
        "mfa.Authenticator.user",
        "socialaccount.SocialAccount.user",
    }
)

# allauth has them, and the databases refuse every row: `test_what_allauth_could_keep_of_people_stays_empty`.
KEPT_EMPTY = frozenset(
    {
        "account.EmailAddress",
        "account.EmailConfirmation",
        "socialaccount.SocialApp",
        "socialaccount.SocialToken",
    }
)

# All that an entry points at. Of these only the organisation is what a decision is about.
AROUND_AN_ENTRY = frozenset(
    {"catalogueitem", "authority", "organisation", "submission", "user", "version"}
)

# All that a login needs.
ACCOUNT = frozenset({"id", "login", "password", "last_login", "is_active"})

# The one number kept beside a reference to a subject: it counts the events of this one entry.
NUMBERS_BESIDE_A_SUBJECT = frozenset({"register.Entry.last_event_number"})

# An entry and all that belongs to it.
ENTRY_AND_ITS_PARTS = frozenset(
    {
        "entry",
        "version",
        "event",
        "statement",
        "notice",
        "noticecode",
        "delivery",
        "offeredcorrection",
        "sighting",
        "looking",
        "document",
        "correctionrequest",
        "erasure",
    }
)


def names(each_model: Iterable[Model]) -> Iterator[tuple[str, str]]:
    """Where a name or text of a model stands, and the name or text."""
    for model in each_model:
        label = model._meta.label
        if label in KEPT_EMPTY:
            continue
        yield label, model.__name__
        yield label, str(model._meta.verbose_name)
        yield label, model._meta.db_table
        for field in model._meta.get_fields():
            if (
                isinstance(field, ForeignObjectRel)
                and field.related_model._meta.label in KEPT_EMPTY
            ):
                continue
            where = f"{label}.{field.name}"
            yield where, field.name
            if isinstance(field, ForeignObjectRel):
                continue
            yield where, str(getattr(field, "verbose_name", ""))
            yield where, str(getattr(field, "help_text", ""))
            yield where, getattr(field, "column", None) or ""
            yield where, type(field).__name__


# These cross a line as names; in the texts of models they are plain English.
_PLAIN_IN_TEXTS = frozenset({"person", "counts"})


def name_offences(each_model: Iterable[Model], vocabulary: Vocabulary = PERSON) -> list[str]:
    """Models and fields whose names or texts cross a line."""
    return offences(
        (
            (where, name)
            for where, name in names(each_model)
            if " " not in name or set(vocabulary.found_in(name)) - _PLAIN_IN_TEXTS
        ),
        vocabulary,
    )


def summing_offences(each_model: Iterable[Model]) -> list[str]:
    """Names that sum up, an order by a sum, and numbers kept of or beside an organisation."""
    every = list(each_model)
    found = name_offences(every, SUMMING_UP)
    for model in every:
        label = model._meta.label
        found += offences(
            ((f"{label} has an order", str(each)) for each in model._meta.ordering), SUMMING_UP
        )
        of_a_subject = model._meta.model_name == "organisation" or any(
            _target(field) == "organisation" for field in model._meta.get_fields()
        )
        if not of_a_subject:
            continue
        for field in model._meta.concrete_fields:
            where = f"{label}.{field.name}"
            is_number = isinstance(field, NUMBERS) and not field.is_relation
            if is_number and not field.primary_key and where not in NUMBERS_BESIDE_A_SUBJECT:
                found.append(f"{where}: a number kept of an organisation")
            if isinstance(field, models.BooleanField) and model._meta.model_name == "organisation":
                found.append(f"{where}: a mark set on an organisation")
    return found


def subject_offences(each_model: Iterable[Model]) -> list[str]:
    """Accounts that hold more than a login needs or are more than who acted, and other subjects."""
    found = []
    for model in each_model:
        label = model._meta.label
        if label in KEPT_EMPTY:
            continue
        if model._meta.model_name == "user":
            held = {field.name for field in model._meta.concrete_fields}
            found += [f"{label}.{name}: no login needs it" for name in sorted(held - ACCOUNT)]
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            where = f"{label}.{field.name}"
            if _target(field) == "user" and where not in RELATIONS_TO_ACCOUNTS:
                found.append(f"{where}: points at an account")
            if model._meta.model_name == "entry" and _target(field) not in {"", *AROUND_AN_ENTRY}:
                found.append(f"{where}: a subject that is no organisation")
    return found


def link_offences(each_model: Iterable[Model]) -> list[str]:
    """Relations by which one entry could bring about another, or reach a second authority."""
    every = list(each_model)
    found = name_offences(every, REACHING_BEYOND)
    for model in every:
        fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
        for field in fields:
            found += (f"{model._meta.label}.{field.name}: {what}" for what in _reach(model, field))
        for target, what in (
            ("entry", "joins two entries"),
            ("authority", "names two authorities"),
        ):
            by = [field.name for field in fields if _target(field) == target]
            if len(by) > 1 and "entry" in {target, model._meta.model_name}:
                found.append(f"{model._meta.label}: {what} by {' and '.join(by)}")
    return found


def _reach(model: Model, field: Any) -> Iterator[str]:
    target, own = _target(field), model._meta.model_name
    if target not in ENTRY_AND_ITS_PARTS:
        if own == "entry" and field.many_to_many:
            yield f"an entry reaches several of {target}"
        return
    if own == target:
        yield f"one {own} points at another"
    if field.many_to_many:
        yield f"joins several of {target}"
    elif field.remote_field.on_delete is not models.PROTECT:
        yield "what becomes of one row changes another"


def _target(field: object) -> str:
    """Lower-case name of the model that a field of this model's own points at; "" for none."""
    if isinstance(field, ForeignObjectRel):
        return ""
    related = getattr(field, "related_model", None)
    return related._meta.model_name if isinstance(related, type) else ""
