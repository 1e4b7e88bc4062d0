"""What each member of a record is: said once, for the files, the API, the page and the documentation."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_noop as _

from tabularium.register.open_records import FIELDS

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "id": _(
            "Permanent identity of the entry: 12 letters and digits; it stands in its address."
        ),
        "kind": _("What sort of decision it is: licence, penalty, exclusion, promise or judgment."),
        "field": _("The field of economic regulation."),
        "authority": _("Code of the authority that decided."),
        "item": _("Code of the catalogue item under which the decision is published."),
        "item_version": _("Version of the catalogue item."),
        "organisation": _("Permanent identity of the organisation in this register."),
        "organisation_name": _("Name of the organisation, as this decision writes it."),
        "identifiers": _(
            "Numbers of the organisation, each as scheme:number, with blanks between."
        ),
        "legal_form": _("Code of the organisation's legal form, if declared."),
        "jurisdiction": _("Where the organisation is registered: ISO 3166-1 alpha-2, lower case."),
        "version": _("Number of the entry's version: 1, and one more for each correction."),
        "decision_number": _("The authority's own reference of the act or case."),
        "decided_on": _("Day of the decision, in the authority's calendar."),
        "measure": _("What was decided, in a few words."),
        "summary": _("What it is about, in sentences."),
        "legal_basis": _("The law on which the decision rests, with article."),
        "legal_basis_url": _("Where the law can be read."),
        "amount": _("The sum decided on: a decimal number as text."),
        "currency": _("Currency of the sum: ISO 4217."),
        "term_begins": _("First day on which the decision has effect."),
        "term_ends": _("Last day on which it has effect, that day included."),
        "objection_route": _("How the organisation objects, in words."),
        "objection_url": _("Where the organisation objects."),
        "promised_to": _("Of a promise: to whom, in general."),
        "first_due_on": _("Of a promise: the day by which it was promised first."),
        "due_on": _("Of a promise: the day by which it is promised now."),
        "answer_by": _("Of a promise: the last day in time to say what became of it."),
        "outcome": _("Of a promise: what its authority said last: open, kept or not-kept."),
        "promise_answers": _("Of a promise: what its authority said of it, as JSON."),
        "notes": _("What the authority added without deciding anew, as JSON."),
        "answer": _("What the organisation says to it, if it wants that shown."),
        "answer_language": _("Language of the answer: a BCP 47 tag, if known."),
        "language": _("Language of the authority's texts: a BCP 47 tag, if known."),
        "details": _("Further facts that the catalogue item names, as JSON."),
        "erased_fields": _("Fields that were erased for good, when and by which rule, as JSON."),
        "public_from": _("Since when it is public, in UTC."),
        "public_until": _(
            "When it leaves the public view, in UTC. Delete your copy then at the latest."
        ),
    }
)
"""What each member is, in English, in the order of the members."""

assert tuple(DESCRIPTIONS) == tuple(FIELDS)

ALWAYS = frozenset(
    {
        "id",
        "kind",
        "field",
        "authority",
        "item",
        "item_version",
        "organisation",
        "organisation_name",
        "version",
        "decision_number",
        "decided_on",
        "measure",
        "public_from",
    }
)
"""Members that are never empty."""
