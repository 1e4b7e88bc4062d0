"""Line 2: no score, grade, rank, colour or count that sums a subject up; no list sorted by a total."""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

from collections.abc import Callable
from dataclasses import make_dataclass
from datetime import datetime

import pytest
from django import forms
from django.apps import apps
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import isolate_apps
from django.urls import get_resolver, path
from django.urls.resolvers import RegexPattern, URLResolver
from ninja import NinjaAPI, Schema

from tabularium import clock
from tabularium.core.identifiers import Identifier
from tabularium.core.kinds import Kind
from tabularium.intake.items import ItemError, MistakeCode, parse_item
from tabularium.register import selectors
from tests.builders import Town, a_subject, an_identifier, published
from tests.lines.made_up_item import ITEM
from tests.lines.walkers import openapi, records, routes, tables
from tests.lines.walkers.forms import form_offences
from tests.lines.walkers.models import summing_offences as model_offences
from tests.lines.walkers.modules import PACKAGE, Source, imported, sources, templates
from tests.lines.walkers.summing import program_offences, request_offences, template_offences
from tests.lines.walkers.syntax import nodes

Move = Callable[[datetime], None]

# (module, function) that counts or groups something which is not the entries of a subject, with why.
_QUALITY = "tabularium.register.quality"
REVIEWED: dict[tuple[str, str], str] = {
    (_QUALITY, "<module>"): "imports what the functions below count with",
    (_QUALITY, "_files"): "files and their rows, by catalogue item and by what was found in them",
    (_QUALITY, "last_received"): "the instant of the last file, by catalogue item",
    (
        _QUALITY,
        "_entered_until",
    ): "rows that an authority's files brought, as the files' own figures say",
    (_QUALITY, "_events"): "decisions of an authority by what it did with them; withheld where few",
    (
        "tabularium.register.open_identities",
        "<module>",
    ): "identities of public entries in their order, so many in one text; whose they are it does not ask",
    (
        "tabularium.register.services.log_places",
        "<module>",
    ): "places of leaves in the log, one after the other in the order of their events",
    (
        "tabularium.mirroring.copy",
        "run",
    ): "how many entries a copy holds in all, to say so; whose they are it does not ask",
    (
        "tabularium.register.entry_rows",
        "<module>",
    ): "the same for an entry by itself",
    (
        "tabularium.register.written_rows",
        "_rows",
    ): "an entry in JSON, and whether anything is said beside it: that there is, and never how much",
    (
        "tabularium.register.written_rows",
        "_organisation",
    ): "what is known of one organisation, in one text",
    (
        "tabularium.register.written_rows",
        "_each",
    ): "its numbers, and its names, each in one text: they are listed and not counted",
    ("tabularium.register.page_rows", "<module>"): "the same for the page of an entry",
    ("tabularium.register.references", "<module>"): "rows of one statement, to compare them with",
    (
        "tabularium.register.references",
        "_check_each",
    ): "rows of one statement that refer, against rows there are to refer to; PostgreSQL asks, nobody sees",
}


def _programs() -> list[Source]:
    return list(sources(PACKAGE))


def test_no_model_sums_an_organisation_up() -> None:
    assert model_offences(apps.get_models(include_auto_created=True)) == []


@isolate_apps("tabularium.register")
def test_a_model_that_sums_an_organisation_up_is_met() -> None:
    class Organisation(models.Model):
        listed = models.BooleanField()
        weight = models.FloatField()

        class Meta:
            app_label = "register"

    class Standing(models.Model):
        organisation = models.ForeignKey(Organisation, models.PROTECT)
        lately = models.PositiveIntegerField()
        risk_level = models.TextField()

        class Meta:
            app_label = "register"
            ordering = ("-risk_level",)

    found = model_offences([Organisation, Standing])
    assert "register.Organisation.listed: a mark set on an organisation" in found
    assert "register.Organisation.weight: a number kept of an organisation" in found
    assert "register.Standing.lately: a number kept of an organisation" in found
    assert "register.Standing.risk_level: 'risk_level' says risk level" in found
    assert "register.Standing has an order: '-risk_level' says risk level" in found


@pytest.mark.django_db
def test_a_table_with_a_score_is_met() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE side_file (credit_score integer, 信用等级 text)")
    assert tables.name_offences(connection) == [
        "table side_file: 'credit_score' says score",
        "table side_file: '信用等级' says 等级",
    ]


def test_no_program_counts_or_sorts_subjects_by_their_entries() -> None:
    found = [each for source in _programs() for each in program_offences(source, REVIEWED)]
    assert found == []


def test_what_is_reviewed_is_there_and_counts() -> None:
    by_name = {source.name: source for source in _programs()}
    for module, function in REVIEWED:
        found = [each for each in program_offences(by_name[module]) if f" in {function}: " in each]
        assert found, f"{module}.{function} counts nothing and need not be let pass"


def test_figures_about_authorities_know_no_organisation() -> None:
    """Neither a query nor a field of the figures names one, so that nothing can be grouped by it."""
    named = [
        f"{source.name}: {name}"
        for source in _programs()
        if source.name.startswith((_QUALITY, "tabularium.register.coverage"))
        for _, node in nodes(source.tree)
        for name in (
            getattr(node, "attr", ""),
            getattr(node, "arg", ""),
            getattr(node, "value", ""),
        )
        # Sentences for readers may speak of organisations; fields, queries and keys may not.
        if isinstance(name, str)
        and " " not in name
        and ("organi" in name.lower() or "subject" in name.lower())
    ]
    assert named == []


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("from django.db.models import Count", "imports Count"),
        ("from django.db.models.functions import Rank", "imports Rank"),
        ("models.Sum('amount')", "uses Sum"),
        ("Organisation.objects.annotate(n=Subquery(rows))", "calls .annotate()"),
        ("rows.values('organisation').aggregate(x=1)", "calls .aggregate()"),
        ("rows.order_by('-entries__count')", "sorts by -entries__count"),
        ("rows.order_by(F('score').desc())", "sorts by F('score').desc()"),
        ("organisation.entries.count()", "counts entries of a subject"),
        ("len(entries_of(organisation, now))", "counts entries of a subject by len()"),
        ("Counter(e.organisation_id for e in rows)", "groups by subject with Counter()"),
        ("sorted(rows, key=lambda o: len(o.entries))", "sorts by a number of entries"),
        ("cursor.execute('SELECT x, COUNT(*) FROM t GROUP BY x')", "counts or groups in SQL"),
    ],
)
def test_a_program_that_counts_or_sorts_subjects_is_met(written: str, what: str) -> None:
    source = Source("tabularium.register.selectors", f"def list_all():\n    {written}\n")
    assert [each.partition(": ")[2] for each in program_offences(source)] == [what]
    assert program_offences(source, {(source.name, "list_all")}) == []


def test_what_is_published_is_looked_at_more_closely() -> None:
    written = "def page(entries):\n    return len(entries)\n"
    assert program_offences(Source("tabularium.intake.checks", written)) == []
    assert program_offences(Source("tabularium.public.views.subjects", written)) == [
        "tabularium.public.views.subjects:2 in page: counts entries of a subject by len()"
    ]


def test_no_template_counts_entries_or_gives_a_subject_a_look() -> None:
    every = dict(templates())
    assert any(name.endswith("organisation.html") for name in every)
    assert [each for name, text in every.items() for each in template_offences(name, text)] == []


@pytest.mark.parametrize(
    "written",
    [
        "{{ entries|length }} decisions",
        "{% blocktranslate count n=organisation.entries.count %}{% endblocktranslate %}",
        "{% for each in organisations|dictsort:'entries' %}{% endfor %}",
        "{% regroup entries by organisation as groups %}",
        '<h1 class="name {{ organisation.standing }}">',
        "<p style='color: {% if entries %}red{% endif %}'>",
    ],
)
def test_a_template_that_sums_up_is_met(written: str) -> None:
    assert template_offences("public/organisation.html", written) != []


def test_no_request_can_ask_for_an_order() -> None:
    assert [each for source in _programs() for each in request_offences(source)] == []
    assert routes.route_offences(routes.walk(get_resolver())) == []


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


def test_a_route_that_sorts_subjects_by_number_of_entries_is_met() -> None:
    view = Source(
        "tabularium.public.views.search",
        "def page(request):\n    return request.GET.get('sort'), request.GET['order_by']\n",
    )
    assert request_offences(view) == [
        "tabularium.public.views.search in page: 'sort' says sort",
        "tabularium.public.views.search in page: 'order_by' says order, orderby",
    ]
    resolver = URLResolver(RegexPattern("^/"), [path("organisations/ranking", _view, name="x")])
    assert routes.route_offences(routes.walk(resolver)) == [
        "organisations/ranking: 'organisations/ranking' says ranking"
    ]


def test_a_form_that_asks_for_an_order_is_met() -> None:
    class SearchForm(forms.Form):
        sort = forms.ChoiceField(choices=[("entries", "Most entries first")])

    assert form_offences([SearchForm]) == [
        "SearchForm.sort: 'sort' says sort",
    ]


def test_no_dataclass_sums_up() -> None:
    assert records.dataclass_offences(records.dataclasses_of(imported())) == []
    shown = make_dataclass("OrganisationView", [("name", str), ("penalty_count", int)])
    assert records.dataclass_offences([shown]) == [
        "OrganisationView.penalty_count: 'penalty_count' says count"
    ]


def test_no_schema_of_the_api_sums_an_organisation_up() -> None:
    assert openapi.document_offences(Client().get("/api/v1/openapi.json").json()) == []


def test_a_schema_with_a_score_and_an_operation_that_sorts_are_met() -> None:
    class Organisation(Schema):
        score: float
        entries: int
        listed: bool | None

    api = NinjaAPI(urls_namespace="bites")

    @api.get("/organisations", response=list[Organisation])
    def organisations(request: HttpRequest, order_by: str = "entries") -> list[Organisation]:
        assert request.path
        assert order_by
        return []

    assert openapi.document_offences(api.get_openapi_schema(path_prefix="")) == [
        "Organisation.score: 'score' says score",
        "get /organisations order_by: 'order_by' says order, orderby",
        "Organisation.score: a number or mark of an organisation",
        "Organisation.entries: a number or mark of an organisation",
        "Organisation.listed: a number or mark of an organisation",
    ]


@pytest.mark.parametrize("column", ["score", "Overall Rating", "Rank", "信用评级", "puntaje"])
def test_an_item_with_a_column_that_sums_up_is_refused(column: str) -> None:
    with pytest.raises(ItemError) as refused:
        parse_item(ITEM.replace('name = "note"', f'name = "{column}"'), "item")
    assert [each.code for each in refused.value.mistakes] == [MistakeCode.LINE_CROSSED]


def _town_with(numbers: dict[str, int], identifiers: dict[str, Identifier], move: Move) -> None:
    town = Town("counting-office")
    for name, number in numbers.items():
        for _ in range(number):
            published(town, move, Kind.LICENCE, subject=a_subject(name, identifiers[name]))


_FIRST, _SECOND = "Zephyrine Alder", "Zephyrine Birch"


def _order_in(text: str) -> list[str]:
    return sorted((_FIRST, _SECOND), key=text.index)


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [(1, 3), (3, 1)])
@pytest.mark.parametrize("asked", ["", "&sort=entries", "&order_by=-entries", "&ordering=-count"])
def test_the_number_of_entries_never_moves_an_organisation_in_a_list(
    move: Move, numbers: tuple[int, int], asked: str
) -> None:
    identifiers = {_FIRST: an_identifier(), _SECOND: an_identifier()}
    _town_with(dict(zip((_FIRST, _SECOND), numbers, strict=True)), identifiers, move)
    for address in (f"/en/?q=Zephyrine{asked}", f"/api/v1/search?q=Zephyrine{asked}"):
        response = Client().get(address)
        assert response.status_code == 200, address
        assert _order_in(response.content.decode()) == [_FIRST, _SECOND], address


def _most_entries_first(request: HttpRequest) -> HttpResponse:
    found = selectors.search(request.GET["q"], clock.now()).organisations
    ranked = sorted(found, key=lambda each: -each.entries.count())
    return HttpResponse(" ".join(each.name for each in ranked))


class OffendingAddresses:
    urlpatterns = (path("en/", _most_entries_first),)


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=OffendingAddresses)
def test_a_list_that_is_sorted_by_number_of_entries_would_be_seen(move: Move) -> None:
    identifiers = {_FIRST: an_identifier(), _SECOND: an_identifier()}
    _town_with({_FIRST: 1, _SECOND: 3}, identifiers, move)
    response = Client().get("/en/?q=Zephyrine")
    assert _order_in(response.content.decode()) == [_SECOND, _FIRST]
