"""Line 1: no natural person is ever a subject. No table, field, import or endpoint for one."""

# ruff: noqa: DJ008 - models made to be met by a walker have no rows to name

from dataclasses import dataclass, make_dataclass
from pathlib import Path

import click
import pytest
from django import forms
from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connection, models
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import isolate_apps
from django.urls import get_resolver, include, path
from django.urls.resolvers import RegexPattern, URLResolver
from ninja import NinjaAPI, Schema

from tabularium.cli import main
from tabularium.core.identifiers import Identifier, IdentifierError, admit, by_case
from tabularium.core.legal_forms import LEGAL_FORMS
from tabularium.intake.items import ItemError, MistakeCode, parse_item
from tabularium.register import services
from tests.builders import an_identifier
from tests.lines.made_up_item import ITEM
from tests.lines.walkers import catalogue, openapi, records, routes, tables
from tests.lines.walkers.forms import form_offences, forms_of
from tests.lines.walkers.models import name_offences, subject_offences
from tests.lines.walkers.modules import imported

TESTS = Path(__file__).resolve().parents[1]
# With the item of a file that must not be republished, which stands beside the tests.
CATALOGUE = [
    *sorted((TESTS.parent / "examples" / "catalogue").glob("*.toml")),
    TESTS / "intake" / "tracker_item.toml",
]

# What columns for people are called in files that authorities really publish or could.
COLUMNS_FOR_PEOPLE = [
    "birth_date",
    "DateOfBirth",
    "First Name",
    "surname",
    "Gender",
    "nationality",
    "passport no.",
    "director",
    "Registered Manager",
    "representative",
    "owner",
    "phone",
    "Telephone Number",
    "e-mail",
    "fecha_nacimiento",
    "Representante Legal",
    "apellidos",
    "CURP",
    "teléfono",
    "correo",
    "Data de Nascimento",
    "CPF",
    "sócio",
    "responsável",
    "Responsável pelo órgão",
    "Nome do responsável do órgão responsável",
    "法定代表人",
    "负责人",
    "身份证号码",
    "联系电话",
    "性别",
    "出生日期",
]


def test_no_model_has_a_place_for_a_person() -> None:
    assert name_offences(apps.get_models(include_auto_created=True)) == []


@isolate_apps("tabularium.register")
def test_a_model_with_a_birth_date_is_met() -> None:
    class Holder(models.Model):
        birth_date = models.DateField()
        nombre = models.TextField(help_text="First name as in the passport.")
        reached_at = models.EmailField()

        class Meta:
            app_label = "register"

    class Director(models.Model):
        class Meta:
            app_label = "register"

    assert name_offences([Holder, Director]) == [
        "register.Holder.birth_date: 'birth_date' says birth, birthdate",
        "register.Holder.birth_date: 'birth date' says birth, birthdate",
        "register.Holder.birth_date: 'birth_date' says birth, birthdate",
        "register.Holder.nombre: 'First name as in the passport.' says first name, firstname, passport",
        "register.Holder.reached_at: 'EmailField' says email",
        "register.Director: 'Director' says director",
        "register.Director: 'director' says director",
        "register.Director: 'register_director' says director",
    ]


@pytest.mark.django_db
def test_no_table_has_a_column_for_a_person() -> None:
    assert tables.name_offences(connection) == []


@pytest.mark.django_db
def test_a_table_with_a_column_for_a_person_is_met() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE side_file (shenfenzheng text, 联系电话 text)")
    assert tables.name_offences(connection) == [
        "table side_file: 'shenfenzheng' says shenfenzheng",
        "table side_file: '联系电话' says 电话",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        (
            "account_emailaddress",
            'email, verified, "primary", user_id',
            "'a@b.example', {no}, {no}, 1",
        ),
        ("account_emailconfirmation", 'created, "key", email_address_id', "'2026-01-01', 'k', 1"),
        (
            "socialaccount_socialapp",
            'provider, provider_id, name, client_id, secret, "key", settings',
            "'p', 'p', 'n', 'c', 's', 'k', '{{}}'",
        ),
        ("socialaccount_socialtoken", "account_id, token, token_secret", "1, 't', 's'"),
        (
            "socialaccount_socialaccount",
            "provider, uid, last_login, date_joined, extra_data, user_id",
            "'p', 'u', '2026-01-01', '2026-01-01', '{{\"name\": \"x\"}}', 1",
        ),
    ],
    ids=lambda columns: columns[0],
)
def test_what_allauth_could_keep_of_people_stays_empty(columns: tuple[str, str, str]) -> None:
    table, names, values = columns
    no = "false" if connection.vendor == "postgresql" else "0"
    statement = f"INSERT INTO {table} ({names}) VALUES ({values.format(no=no)})"  # noqa: S608 - ours
    with (
        pytest.raises(IntegrityError, match=r"kept_out|keeps nothing"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_accounts_hold_what_a_login_needs_and_only_say_who_acted() -> None:
    assert subject_offences(apps.get_models(include_auto_created=True)) == []


@isolate_apps("tabularium.register")
def test_an_account_that_holds_more_or_is_a_subject_is_met() -> None:
    class User(AbstractBaseUser):
        display = models.TextField()

        class Meta:
            app_label = "register"

    class Trader(models.Model):
        class Meta:
            app_label = "register"

    class Entry(models.Model):
        subject = models.ForeignKey(User, models.PROTECT)
        trader = models.ForeignKey(Trader, models.PROTECT)

        class Meta:
            app_label = "register"

    assert subject_offences([User, Trader, Entry]) == [
        "register.User.display: no login needs it",
        "register.Entry.subject: points at an account",
        "register.Entry.trader: a subject that is no organisation",
    ]


def test_no_form_asks_for_a_person() -> None:
    found = forms_of(imported())
    assert found, "the walker finds no form at all"
    assert form_offences(found) == []


def test_a_form_with_a_phone_field_is_met() -> None:
    class ReplyForm(forms.Form):
        text = forms.CharField(label="Your phone")
        phone = forms.CharField()
        reach = forms.EmailField()

    assert form_offences([ReplyForm]) == [
        "ReplyForm.text: 'Your phone' says phone",
        "ReplyForm.phone: 'phone' says phone",
        "ReplyForm.reach: 'EmailField' says email",
    ]


def test_no_dataclass_has_a_field_for_a_person() -> None:
    found = records.dataclasses_of(imported())
    names = {each.__name__ for each in found}
    assert {"Subject", "EntryContent", "Draft", "ItemSpec", "AuthorityDetails"} <= names
    assert records.dataclass_offences(found) == []


def test_a_dataclass_with_a_field_for_a_person_is_met() -> None:
    subject = make_dataclass("Subject", [("name", str), ("legal_representative", str)])

    @dataclass
    class Draft:
        row: int

        @property
        def owner(self) -> str:
            return str(self.row)

    assert records.dataclass_offences([subject, Draft]) == [
        "Subject.legal_representative: 'legal_representative' says representative",
        "Draft.owner: 'owner' says owner",
    ]


def test_no_service_and_no_command_takes_a_person() -> None:
    functions = [getattr(services, name) for name in services.__all__]
    assert records.parameter_offences(functions) == []
    assert {"submit", "--item", "search"} <= set(records.commands_of(main))
    assert records.command_offences(main) == []


def test_a_service_and_a_command_that_take_a_person_are_met() -> None:
    def record(name: str, birthday: str) -> str:
        return name + birthday

    @click.group()
    def program() -> None:
        pass

    @program.command()
    @click.option("--phone")
    def call(phone: str) -> None:
        click.echo(phone)

    assert records.parameter_offences([record]) == ["record(birthday): 'birthday' says birthday"]
    assert records.command_offences(program) == [
        "program call phone: 'phone' says phone",
        "program call --phone: '--phone' says phone",
    ]


def test_no_address_leads_to_a_person() -> None:
    assert routes.route_offences(routes.walk(get_resolver())) == []


def _view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


def test_an_address_that_leads_to_people_is_met() -> None:
    inner = ([path("directors/<passport>", _view, name="d")], "people")
    resolver = URLResolver(RegexPattern("^/"), [path("organisations/", include(inner))])
    assert routes.route_offences(routes.walk(resolver)) == [
        "organisations/directors/<passport>: 'organisations/directors/<passport>' says directors, passport",
        "organisations/directors/<passport>: 'people:d' says people",
    ]


def test_no_schema_of_the_api_tells_of_a_person() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert {"Organisation", "Entry"} <= {name for name, _, _ in openapi.properties(document)}
    assert openapi.document_offences(document) == []


def test_a_schema_that_tells_of_a_person_is_met() -> None:
    class Organisation(Schema):
        nationality: str
        recorded_by: str

    api = NinjaAPI(urls_namespace="bites")

    @api.get("/owners", response=Organisation)
    def owners(request: HttpRequest, passport: str) -> Organisation:
        return Organisation(nationality=passport, recorded_by=request.path)

    assert openapi.document_offences(api.get_openapi_schema(path_prefix="")) == [
        "Organisation.nationality: 'nationality' says nationality",
        "get /owners passport: 'passport' says passport",
        "/owners: '/owners' says owners",
        "Organisation.recorded_by: tells of an account",
    ]


@pytest.mark.parametrize("file", CATALOGUE, ids=lambda file: file.stem)
def test_no_catalogue_item_collects_anything_about_people(file: Path) -> None:
    assert catalogue.item_offences(parse_item(file.read_text("utf-8"), file.name)) == []


def test_there_are_catalogue_items_to_walk() -> None:
    assert len(CATALOGUE) >= 8


@pytest.mark.parametrize("column", COLUMNS_FOR_PEOPLE)
def test_an_item_with_a_column_for_people_is_refused(column: str) -> None:
    with pytest.raises(ItemError) as refused:
        parse_item(ITEM.replace('name = "note"', f'name = "{column}"'), "item")
    assert [each.code for each in refused.value.mistakes] == [MistakeCode.LINE_CROSSED]


def test_the_made_up_item_itself_is_right_and_its_offence_would_be_met() -> None:
    assert catalogue.item_offences(parse_item(ITEM, "item")) == []
    # No such word is refused when the item is read; the walker over the catalogue still meets it.
    other = parse_item(ITEM.replace('name = "note"', 'name = "Ethnicity"'), "item")
    assert catalogue.item_offences(other) == ["made-up-fines schema: 'Ethnicity' says ethnicity"]


@pytest.mark.parametrize(
    "form", sorted(form.code for form in LEGAL_FORMS.values() if form.natural_person)
)
def test_a_legal_form_of_people_is_refused(form: str) -> None:
    admit(an_identifier(1), "cn-youxian")
    with pytest.raises(IdentifierError):
        admit(an_identifier(1), form)


def test_where_the_identifier_does_not_tell_the_form_must_be_declared() -> None:
    identifier = by_case("made-up-office", "Case 1")
    admit(identifier, "cn-youxian")
    with pytest.raises(IdentifierError):
        admit(identifier, "")


def test_a_sole_trader_is_refused() -> None:
    with pytest.raises(IdentifierError):
        admit(Identifier("CN-USCC", "92440101MA9W5K2X0T"), "cn-youxian")


def test_there_is_no_side_door() -> None:
    """The admin site would show and change everything without any of this."""
    assert not apps.is_installed("django.contrib.admin")
