"""The lists that give organisations their numbers: the schemes the register knows.

Codes follow org-id.guide where it has the list and a name of the field where it has none. A scheme that
can hold a person says so, and an organisation's legal form must then be declared beside its number.
Schemes with check digits come first, then taxpayer and company registers with a pattern alone.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from tabularium.core import check_digits
from tabularium.core.identifier_schemes import Scheme, exactly, from_to
from tabularium.core.register_numbers import REGISTER_NUMBERS

AUTHORITY_CASE = "AUTHORITY-CASE"
"""Code of the scheme for organisations without a number of their own."""

LONGEST_VALUE = 255
"""No canonical value is longer, in characters."""


_WITH_CHECK_DIGITS = (
    Scheme(
        code="CN-USCC",
        name_en="Unified social credit code",
        name_zh="统一社会信用代码",
        jurisdiction="cn",
        # GB 32100-2015 gives category 92 to individual businesses (个体工商户).
        admits_only_organisations=True,
        pattern=re.compile(r"[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}"),
        lengths=exactly(18),
        shape_en="18 characters, digits and capital letters without I, O, S, V and Z",
        shape_zh="18位数字或大写字母（不含I、O、S、V、Z）",
        url_of_list="https://www.cods.org.cn/",
        separators=" -",
        check=check_digits.uscc_holds,
        names_a_person=lambda value: value.startswith("92"),
    ),
    Scheme(
        code="BR-CNPJ",
        name_en="Brazilian register of legal entities (CNPJ)",
        name_zh="巴西法人登记号（CNPJ）",
        jurisdiction="br",
        # Sole traders (empresário individual, MEI) have a CNPJ too.
        admits_only_organisations=False,
        pattern=re.compile(r"(?!0{12})[0-9A-Z]{12}[0-9]{2}"),
        lengths=exactly(14),
        shape_en="14 characters: 12 digits or capital letters and 2 check digits",
        shape_zh="14位：12位数字或大写字母，加2位校验数字",
        url_of_list="https://solucoes.receita.fazenda.gov.br/Servicos/cnpjreva/Cnpjreva_Solicitacao.asp",
        separators=" .-/",
        check=check_digits.cnpj_holds,
        names_a_person=check_digits.is_cpf,
    ),
    Scheme(
        code="XI-LEI",
        name_en="Legal entity identifier (LEI)",
        name_zh="全球法人识别编码（LEI）",
        jurisdiction="",
        # ISO 17442 admits individuals acting in a business capacity.
        admits_only_organisations=False,
        pattern=re.compile(r"[0-9A-Z]{18}[0-9]{2}"),
        lengths=exactly(20),
        shape_en="20 characters: 18 digits or capital letters and 2 check digits",
        shape_zh="20位：18位数字或大写字母，加2位校验数字",
        url_of_list="https://search.gleif.org/",
        separators=" -",
        check=check_digits.lei_holds,
    ),
    Scheme(
        code="PE-RUC",
        name_en="Peruvian taxpayer register (RUC), legal entities",
        name_zh="秘鲁纳税人登记号（RUC），法人",
        jurisdiction="pe",
        # SUNAT gives 20 to legal entities and 10, 15, 16 and 17 to people; a DNI has 8 digits.
        admits_only_organisations=True,
        pattern=re.compile(r"20[0-9]{9}"),
        lengths=exactly(11),
        shape_en="11 digits that begin with 20",
        shape_zh="11位数字，以20开头",
        url_of_list="https://e-consultaruc.sunat.gob.pe/",
        separators=" -",
        check=check_digits.ruc_holds,
        names_a_person=lambda value: bool(re.fullmatch(r"1[0567][0-9]{9}|[0-9]{8}", value)),
    ),
    Scheme(
        code="JP-JCN",
        name_en="Japanese corporate number",
        name_zh="日本法人番号",
        jurisdiction="jp",
        # The National Tax Agency gives it to corporations and public bodies alone.
        admits_only_organisations=True,
        pattern=re.compile(r"[1-9][0-9]{12}"),
        lengths=exactly(13),
        shape_en="13 digits",
        shape_zh="13位数字",
        url_of_list="https://www.houjin-bangou.nta.go.jp/",
        separators=" -",
        check=check_digits.japanese_corporate_number_holds,
    ),
    Scheme(
        code="AU-ABN",
        name_en="Australian business number",
        name_zh="澳大利亚商业号码（ABN）",
        jurisdiction="au",
        admits_only_organisations=False,
        pattern=re.compile(r"[1-9][0-9]{10}"),
        lengths=exactly(11),
        shape_en="11 digits",
        shape_zh="11位数字",
        url_of_list="https://abr.business.gov.au/",
        check=check_digits.abn_holds,
    ),
    Scheme(
        code="NO-BRC",
        name_en="Norwegian organisation number",
        name_zh="挪威组织机构号",
        jurisdiction="no",
        admits_only_organisations=False,
        pattern=re.compile(r"[0-9]{9}"),
        lengths=exactly(9),
        shape_en="9 digits",
        shape_zh="9位数字",
        url_of_list="https://www.brreg.no/",
        check=check_digits.norwegian_organisation_number_holds,
    ),
)

_WITH_A_PATTERN = (
    Scheme(
        code="MX-RFC",
        name_en="Mexican taxpayer register (RFC), legal entities",
        name_zh="墨西哥纳税人登记号（RFC），法人",
        jurisdiction="mx",
        # 12 characters are legal persons, 13 natural ones (Código Fiscal de la Federación, art. 27).
        # The check digit is not tested: SAT's own list under article 69-B holds 27 that do not fit it.
        admits_only_organisations=True,
        pattern=re.compile(
            r"[A-ZÑ&]{3}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9A-Z]{2}[0-9A]"
        ),
        lengths=exactly(12),
        shape_en="12 characters: 3 letters, 6 digits of a date and 3 more characters",
        shape_zh="12位：3个字母、6位日期数字和另外3个字符",
        url_of_list="https://www.sat.gob.mx/",
        separators=" -",
        names_a_person=lambda value: bool(
            re.fullmatch(r"[A-ZÑ&]{4}[0-9]{6}(?:[0-9A-Z]{3})?", value)
        ),
        # The RFCs for the public at large, for foreigners and, in lists, for names a court suppressed.
        placeholders=frozenset(
            {"XAXX010101000", "XEXX010101000", "EXT990101NI1", "EXTF900101NI1", "XXXXXXXXXXXX"}
        ),
    ),
    Scheme(
        code="GB-COH",
        name_en="Companies House, United Kingdom",
        name_zh="英国公司注册处",
        jurisdiction="gb",
        # Companies and partnerships registered under the Companies Acts; sole traders have no number.
        admits_only_organisations=True,
        pattern=re.compile(r"[0-9]{8}|[A-Z]{2}[0-9]{6}|[A-Z]{2}[0-9]{5}[A-Z]|R[0-9]{7}"),
        lengths=exactly(8),
        shape_en="8 characters: 8 digits, or 2 letters and 6 digits",
        shape_zh="8位：8位数字，或2个字母加6位数字",
        url_of_list="https://find-and-update.company-information.service.gov.uk/",
        zero_filled=from_to(5, 7),
    ),
    Scheme(
        code="GB-CHC",
        name_en="Charity Commission for England and Wales",
        name_zh="英格兰及威尔士慈善委员会",
        jurisdiction="gb",
        admits_only_organisations=True,
        pattern=re.compile(r"[1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?"),
        lengths=from_to(6, 12),
        shape_en="6 or 7 digits, and a hyphen and number for a linked charity",
        shape_zh="6或7位数字；关联慈善机构后加连字符和序号",
        url_of_list="https://register-of-charities.charitycommission.gov.uk/",
    ),
    Scheme(
        code="GB-SC",
        name_en="Scottish Charity Register",
        name_zh="苏格兰慈善机构登记册",
        jurisdiction="gb",
        admits_only_organisations=True,
        pattern=re.compile(r"SC[0-9]{6}"),
        lengths=exactly(8),
        shape_en="SC and 6 digits",
        shape_zh="SC加6位数字",
        url_of_list="https://www.oscr.org.uk/",
    ),
    Scheme(
        code="GB-NIC",
        name_en="Charity Commission for Northern Ireland",
        name_zh="北爱尔兰慈善委员会",
        jurisdiction="gb",
        admits_only_organisations=True,
        pattern=re.compile(r"(?:NIC)?1[0-9]{5}"),
        lengths=from_to(6, 9),
        shape_en="6 digits that begin with 1, with or without NIC in front",
        shape_zh="以1开头的6位数字，前面可有NIC",
        url_of_list="https://www.charitycommissionni.org.uk/",
    ),
)

_AUTHORITY_CASE = Scheme(
    code=AUTHORITY_CASE,
    name_en="Authority and case, for an organisation without a registration number",
    name_zh="机关与案号（用于没有登记号码的组织）",
    jurisdiction="",
    admits_only_organisations=False,
    # Made by `identifiers.by_case`; the first slash and the only # part what must stay apart.
    pattern=re.compile(r"[^/#\x00-\x1f\x7f]+/[^#\x00-\x1f\x7f]+(?:#[^#\x00-\x1f\x7f]+)?"),
    lengths=from_to(3, LONGEST_VALUE),
    shape_en="the authority's code, a slash and the case number",
    shape_zh="机关代码、斜线和案号",
    url_of_list="",
    separators="",
    keeps_case=True,
)

SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        each.code: each
        for each in (*_WITH_CHECK_DIGITS, *_WITH_A_PATTERN, *REGISTER_NUMBERS, _AUTHORITY_CASE)
    }
)
"""The schemes by their code."""
