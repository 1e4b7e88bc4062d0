"""Legal forms: what is read from columns and names, what never is, and who stays out."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabularium.core.legal_form_patterns import plain
from tabularium.core.legal_forms import (
    LEGAL_FORMS,
    LegalForm,
    from_name,
    from_text,
    get,
    names_natural_person,
)

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the public files of ../shared/data are not on this machine"
)


def code_from_name(name: str, jurisdiction: str) -> str:
    form = from_name(name, jurisdiction)
    return form.code if form else ""


@pytest.mark.parametrize(
    ("name", "jurisdiction", "code"),
    [
        ("Exemplo Comércio Ltda.", "br", "br-ltda"),
        ("EXEMPLO COMERCIO LTDA - EPP   **", "br", "br-ltda"),
        ("EXEMPLO COMERCIO LTDA-ME", "br", "br-ltda"),
        ("EXEMPLO COMERCIO LTDA EM RECUPERACAO JUDICIAL", "br", "br-ltda"),
        ("Exemplo S/A Engenharia de Obras", "br", "br-sa"),
        ("EXEMPLO S. A.", "br", "br-sa"),
        ("COMPANHIA EXEMPLO DE ENERGIA", "br", "br-sa"),
        ("EXEMPLO SERVICOS EIRELI ME", "br", "br-eireli"),
        ("COOPERATIVA DE TRABALHO MEDICO EXEMPLO LTDA", "br", "br-cooperativa"),
        ("EXEMPLO - COOPERATIVA ODONTOLOGICA", "br", "br-cooperativa"),
        ("EXEMPLO - ASSOCIAÇÃO MÉDICA", "br", "br-associacao"),
        ("FUNDACAO EXEMPLO", "br", "br-fundacao"),
        ("UNIVERSIDADE FEDERAL DE EXEMPLO", "br", "br-orgao-publico"),
        ("EXEMPLO GMBH", "br", "int-limited-company"),
        ("EXEMPLO SARL", "br", "int-limited-company"),
        ("EXEMPLO LLC", "br", "int-limited-company"),
        ("COMERCIALIZADORA EJEMPLO, S.A. DE C.V.", "mx", "mx-sa-de-cv"),
        ("COMERCIALIZADORA EJEMPLO SA DE CV", "mx", "mx-sa-de-cv"),
        ("COMERCIALIZADORA EJEMPLO S A DE C V", "mx", "mx-sa-de-cv"),
        ("EJEMPLO, S.A.DE C.V. // En cumplimiento a la sentencia", "mx", "mx-sa-de-cv"),
        ("EJEMPLO S. DE R.L. DE C.V.", "mx", "mx-srl"),
        ("EJEMPLO S.C. DE R.L. DE C.V.", "mx", "mx-sociedad-cooperativa"),
        ("EJEMPLO, A.C.", "mx", "mx-asociacion-civil"),
        ("EJEMPLO, S.C.", "mx", "mx-sociedad-civil"),
        ("EJEMPLO GLOBAL SECURITY B.V.", "mx", "int-limited-company"),
        ("EJEMPLO S.A.A.", "pe", "pe-saa"),
        ("EJEMPLO SOCIEDAD TITULIZADORA S.A. - EJEMPLO ST S.A.", "pe", "pe-sa"),
        ("EJEMPLO E.I.R.L.", "pe", "pe-eirl"),
        ("Example Electric, L.L.C.", "us", "us-llc"),
        ("EXAMPLE ELECTRIC LLC", "us", "us-llc"),
        ("Example Bancshares, Inc., Example, Texas", "us", "us-corporation"),
        ("Example Bank and Trust Company, Example, VA", "us", "us-bank"),
        ("Example & Partners, LP", "us", "us-lp"),
        ("Example Physicians, P.C.", "us", "us-pc"),
        ("Example Holding, S.p.A., Biella, Italy", "us", "int-stock-company"),
        ("Example Care Ltd", "gb", "gb-ltd"),
        ("Example Society Limited (The)", "gb", "gb-ltd"),
        ("Example Ltd t/a The Example Bakery", "gb", "gb-ltd"),
        ("Example P.L.C.", "gb", "gb-plc"),
        ("Example Services LLP", "gb", "gb-llp"),
        ("Example Care C.I.C", "gb", "gb-cic"),
        ("Example Borough Council", "gb", "gb-local-authority"),
        ("Example Valleys NHS Foundation Trust", "gb", "gb-nhs-body"),
        ("示例建设集团有限公司", "cn", "cn-youxian"),
        ("示例科技股份有限公司", "cn", "cn-gufen"),
        ("示例建设集团股份有限公司唐县分公司", "cn", "cn-gongsi"),
        ("EXAMPLE GROUP CO., LTD.(示例建设集团有限公司) *301", "cn", "cn-youxian"),
        ("示例会计师事务所（特殊普通合伙）", "cn", "cn-teshu-putong-hehuo"),
        ("示例投资中心（有限合伙）", "cn", "cn-youxian-hehuo"),
        ("示例县示例茶叶专业合作社", "cn", "cn-nongmin-hezuoshe"),
        ("示例市人民政府", "cn", "cn-jiguan"),
        ("Beispiel GmbH & Co. KG", "de", "int-limited-partnership"),
        ("Exemple S.A.R.L.", "fr", "int-limited-company"),
        ("Esempio S.p.A", "", "int-stock-company"),
        ("PT Contoh Konsultan", "", "int-limited-company"),
    ],
)
def test_the_form_in_a_name(name: str, jurisdiction: str, code: str) -> None:
    assert code_from_name(name, jurisdiction) == code


@pytest.mark.parametrize(
    ("name", "jurisdiction"),
    [
        ("", "br"),
        ("**", "br"),
        ("EXEMPLO DA SILVA - ME", "br"),
        ("EXEMPLO CONSTRUTORA EPP", "br"),
        ("PADARIA DA COOPERATIVA", "br"),
        ("LANCHES LTDAX", "br"),
        ("POSTO SIA COMBUSTIVEIS SIA", "br"),
        ("LANCHES OY", "br"),
        ("Venture Example Company", "us"),
        ("Example & Co.", "gb"),
        ("Limited Edition Cakes", "gb"),
        ("Tyres Unlimited", "gb"),
        ("Example Nail Spa", "us"),
        ("Fix My PC", "us"),
        ("Incredible Roofing", "us"),
        ("Jane Example d/b/a Example LLC", "us"),
        ("示例有限公司门前小吃店", "cn"),
        ("示例区示例便利店", "cn"),
        ("CASA", ""),
    ],
)
def test_no_form_is_guessed(name: str, jurisdiction: str) -> None:
    assert from_name(name, jurisdiction) is None


@pytest.mark.parametrize(
    ("text", "jurisdiction", "code"),
    [
        ("SOCIEDADE LIMITADA - ME/EPP", "br", "br-ltda"),
        ("S.A. SOCIEDADE ANÔNIMA", "br", "br-sa"),
        ("S.L.U. SOCIEDADE LIMITADA UNIPESSOAL", "br", "br-ltda"),
        ("FUNDAÇÃO PÚBLICA", "br", "br-fundacao"),
        ("206-2 - Sociedade Empresária Limitada", "br", "br-ltda"),
        ("213-5 - Empresário (Individual)", "br", "br-empresario-individual"),
        ("EI", "br", "br-empresario-individual"),
        ("M.E.I.", "br", ""),
        ("MEI", "br", "br-mei"),
        ("Organisation", "gb", "int-organisation"),
        ("NHS Body", "gb", "gb-nhs-body"),
        ("Individual", "gb", "gb-sole-trader"),
        ("Partnership", "gb", "gb-partnership"),
        ("Company", "gb", "gb-ltd"),
        ("Limited liability partnership", "gb", "gb-llp"),
        ("Sole proprietorship", "us", "us-sole-proprietorship"),
        ("persona física", "mx", "mx-persona-fisica"),
        ("个体工商户", "cn", "cn-getihu"),
        ("有限责任公司（自然人独资）", "cn", "cn-youxian"),
        ("个人独资企业", "cn", "cn-geren-duzi"),
        ("股份有限公司Joint-stock company", "cn", "cn-gufen"),
        ("br-ltda", "br", "br-ltda"),
        ("Limitada or something else", "br", ""),
        ("LTDA S.A.", "br", ""),
        ("", "br", ""),
        ("ME", "br", ""),
    ],
)
def test_the_form_in_a_column(text: str, jurisdiction: str, code: str) -> None:
    form = from_text(text, jurisdiction)
    assert (form.code if form else "") == code


@pytest.mark.parametrize(
    ("name", "jurisdiction"),
    [
        ("FULANO DE TAL 11144477735", "br"),
        ("FULANO DE TAL 111.444.777-35", "br"),
        ("FULANO DE TAL 11144477735 LTDA", "br"),
        ("FULANO DE TAL 11144477735 - ME", "br"),
        ("FULANO DE TAL 11144477730", "br"),
        ("12.345.678 FULANO DE TAL", "br"),
        ("FULANO DE TAL MEI", "br"),
        ("FULANO DE TAL - EMPRESÁRIO INDIVIDUAL", "br"),
        ("示例区示例便利店（个体工商户）", "cn"),
        ("示例厂（个人独资）", "cn"),
        ("示例事务所（普通合伙）", "cn"),
        ("Jane Example, sole proprietor", "us"),
        ("Jane Example d/b/a Example Roofing", "us"),
        ("Jane Example t/a Example Bakery", "gb"),
        ("Mr. John Example", "gb"),
        ("Beispiel e.K.", "de"),
    ],
)
def test_names_of_people(name: str, jurisdiction: str) -> None:
    assert names_natural_person(name, jurisdiction)


@pytest.mark.parametrize(
    ("name", "jurisdiction"),
    [
        ("EXEMPLO COMERCIO LTDA", "br"),
        ("EXEMPLO EIRELI", "br"),
        ("12.345.678 EXEMPLO LTDA", "br"),
        ("MEI COMERCIO LTDA", "br"),
        ("Mr. Example Plumbing LLC", "us"),
        ("Example Ltd t/a Example Bakery", "gb"),
        ("MS CARE CENTER OF EXAMPLE", "us"),
        ("EXEMPLO INSTITUTO", "br"),
        ("示例会计师事务所（特殊普通合伙）", "cn"),
    ],
)
def test_names_of_organisations_and_names_that_say_nothing(name: str, jurisdiction: str) -> None:
    assert not names_natural_person(name, jurisdiction)


@pytest.mark.parametrize("form", LEGAL_FORMS.values(), ids=LEGAL_FORMS)
def test_every_form_is_whole_and_read_back_by_its_own_words(form: LegalForm) -> None:
    prefix = form.code.split("-")[0]
    assert get(form.code) == form
    assert form.jurisdiction == ("" if prefix == "int" else prefix)
    assert form.name
    assert form.name_en.isascii()
    for way in (form.code, form.name, *form.written, *form.beginning, *form.column_only):
        assert plain(way), way
        assert from_text(way, form.jurisdiction) == form, way


def test_no_way_of_writing_tells_a_person_here_and_an_organisation_there() -> None:
    seen: dict[tuple[str, str], bool] = {}
    for form in LEGAL_FORMS.values():
        for way in (*form.written, *form.beginning, *form.anywhere, *form.column_only):
            key = (form.jurisdiction, plain(way).replace(" ", ""))
            assert seen.setdefault(key, form.natural_person) is form.natural_person, key


def test_an_unknown_code_is_no_form() -> None:
    assert get("br-none") is None


@given(st.text(), st.sampled_from(["br", "mx", "pe", "us", "gb", "cn", "fr", ""]))
def test_any_text_is_read_without_a_fault(text: str, jurisdiction: str) -> None:
    form = from_name(text, jurisdiction)
    assert form is None or LEGAL_FORMS[form.code] is form
    column_form = from_text(text, jurisdiction)
    assert column_form is None or LEGAL_FORMS[column_form.code] is column_form
    if names_natural_person(text, jurisdiction) and form is not None:
        assert form.natural_person or any(each.isdigit() for each in text)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("form", ["LTDA", "Ltda.", "S.A.", "S/A", "EIRELI", "S. A."])
def test_case_and_widths_do_not_matter(form: str, wide: bool) -> None:
    name = f"Exemplo Comércio {form}"
    if wide:
        name = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in name)
    assert from_name(name.lower(), "br") is from_name(name.upper(), "br") is not None


# --- the public files -----------------------------------------------------------------------------


def rows(
    path: str, encoding: str = "utf-8-sig", delimiter: str = ",", title_lines: int = 0
) -> Iterator[dict[str, str]]:
    with (SHARED / path).open(encoding=encoding, newline="") as file:
        for _ in range(title_lines):
            next(file)
        yield from csv.DictReader(file, delimiter=delimiter)


def recognised(names: Iterable[str], jurisdiction: str) -> float:
    kinds = {name for name in names if name.strip()}
    return sum(from_name(name, jurisdiction) is not None for name in kinds) / len(kinds)


@needs_data
@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "column", "jurisdiction", "least", "options"),
    [
        ("br-ceis-2020/ceis.csv", "nome", "br", 0.985, {}),
        (
            "br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv",
            "empresa_processada",
            "br",
            0.87,
            {"delimiter": ";"},
        ),
        (
            "br-ans-operadoras-2022/Relatorio_cadop.csv",
            "Razão Social",
            "br",
            0.90,
            {"encoding": "latin-1", "delimiter": ";", "title_lines": 2},
        ),
        (
            "mx-sfp-proveedores-sancionados-2017/ProveedoresyContratistasSancionados.csv",
            "Proveedor",
            "mx",
            0.995,
            {},
        ),
        ("us-la-contractors-board-2024/violations_data.csv", "Contractor", "us", 0.985, {}),
        ("uk-cqc-locations-2026/Locations-head.csv", "Provider Name", "gb", 0.945, {}),
    ],
)
def test_most_names_of_the_public_files_tell_their_form(
    path: str, column: str, jurisdiction: str, least: float, options: dict[str, Any]
) -> None:
    names = [row[column] for row in rows(path, **options)]
    assert recognised(names, jurisdiction) >= least
    assert not any(names_natural_person(name, jurisdiction) for name in names)


@needs_data
@pytest.mark.data
def test_every_legal_form_of_the_columns_is_read() -> None:
    for row in rows("br-mg-empresas-sancionadas-2025/empresas_sancionadas.csv", delimiter=";"):
        form = from_text(row["tipo_societario"], "br")
        assert form is not None
        assert not form.natural_person
    kinds = {
        row["Provider Ownership Type"] for row in rows("uk-cqc-locations-2026/Locations-head.csv")
    }
    assert {from_text(kind, "gb") for kind in kinds} == {
        get("int-organisation"),
        get("gb-nhs-body"),
    }


@needs_data
@pytest.mark.data
def test_the_names_in_the_anti_corruption_list_tell_their_form() -> None:
    with (SHARED / "br-cgu-cnep-leniencia-2023/cnep_102023.json").open(encoding="utf-8") as file:
        names = [row["nomeSancionado"] for row in json.load(file)["data"]]
    assert recognised(names, "br") >= 0.965
