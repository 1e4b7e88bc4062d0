"""What is personal is found; file numbers, sums, days and coordinates are not taken for it."""

import pytest

from tabularium.intake.personal import PersonalKind, find_personal, find_personal_number

FOUND = [
    ("被处罚人身份证号11010519491231002X。", "cn", PersonalKind.IDENTITY_NUMBER),
    ("身份证：１１０１０５１９４９１２３１００２Ｘ", "cn", PersonalKind.IDENTITY_NUMBER),
    ("ID 110105 1949 1231 002X", "", PersonalKind.IDENTITY_NUMBER),
    ("110105-19491231-002x", "", PersonalKind.IDENTITY_NUMBER),
    ("sócio 529.982.247-25", "br", PersonalKind.CPF),
    ("sócio ***.982.247-**", "br", PersonalKind.CPF),
    ("JOSE DA SILVA 52998224725", "br", PersonalKind.CPF),
    ("clave GOMC560427HDFRRN07", "mx", PersonalKind.CURP_OR_RFC),
    ("rfc gomc560427ab1", "mx", PersonalKind.CURP_OR_RFC),
    ("SSN 078-05-1120", "us", PersonalKind.SOCIAL_SECURITY_NUMBER),
    ("call (504) 568-2345 now", "us", PersonalKind.PHONE),
    ("tel. 020 7946 0018", "gb", PersonalKind.PHONE),
    ("Tel: +55 11 3091-3116", "", PersonalKind.PHONE),
    ("电话：010-62284116", "cn", PersonalKind.PHONE),
    ("escreva a fulano@exemplo.com.br", "br", PersonalKind.EMAIL),
    ("a.b+c@mail.example.org", "", PersonalKind.EMAIL),
]
PASSED = [
    ("统一社会信用代码 91110000600037341L", "cn"),
    ("500-05-2018-16632 de fecha 01 de junio de 2018", "mx"),
    ("RFC AAA080808HL8", "mx"),
    ("1520.01.0004459/2019-09", "br"),
    ("CNPJ 11.222.333/0001-81", "br"),
    ("Processo nº 59.500.001234/2018-77", "br"),
    ("CONTRATO NO. D250182", "mx"),
    ("LICITACION AA-004I00001-I283-2013", "mx"),
    ("6000 HUNTING RD\nLOUISVILLE, KY 40222\n(38.28371, -85.638721)", "us"),
    ("a sum of 12,900,000.00 on 01/06/2018", "us"),
    ("2024-01-18 / Fine / 2022-1918-03", "us"),
    ("Lei 12.846/2013, art. 6", "br"),
    ("S/ 264,195.00 (Ciento)", "pe"),
    ("Permit EPR/AB3298FF/A001", "gb"),
    ("UPRN 10094781981", "gb"),
    ("6 @ 12 each", "gb"),
    ("", "br"),
]


@pytest.mark.parametrize(("text", "region", "kind"), FOUND)
def test_found(text: str, region: str, kind: PersonalKind) -> None:
    find = find_personal(text, region)
    assert find is not None
    assert find.kind is kind


@pytest.mark.parametrize(("text", "region"), PASSED)
def test_passed(text: str, region: str) -> None:
    assert find_personal(text, region) is None


def test_a_wrong_check_digit_is_not_a_persons_number() -> None:
    assert find_personal("110105194912310021", "cn") is None
    assert find_personal_number("52998224724", "br") is None


def test_a_reference_is_searched_for_numbers_of_people_alone() -> None:
    assert find_personal_number("0019 (504) 568-2345", "us") is None
    find = find_personal_number("case 529.982.247-25", "br")
    assert find is not None
    assert find.kind is PersonalKind.CPF
