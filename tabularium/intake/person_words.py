"""Names of columns that a catalogue item may not have: they are for people, or add a subject up.

A line of the design (section 1, lines 1 and 2), so a closed list and not a setting. It is met by name,
in the languages the catalogue is written in; what stands in the columns is checked row by row besides.
"""

import re
import unicodedata
from itertools import pairwise

_LISTED = """
    cpf curp nif_pessoa pis nis pasep ssn passport passaporte pasaporte passeport reisepass dni cedula
    gender sex sexo genero geschlecht birth birthday birthdate dob nascimento nacimiento naissance
    geburtsdatum born age edad idade nationality nacionalidad nacionalidade
    firstname lastname surname forename givenname apellido apellidos sobrenome prenome vorname nachname
    prenom
    phone telephone telefone telefono fone tel ddd fax mobile cellphone celular whatsapp telefax
    email mail correo
    score scores scoring rating ratings grade grades rank ranks ranking rankings stars points puntaje
    pontuacao puntuacion calificacion classificacao clasificacion
    director directors manager managers owner owners shareholder shareholders representative
    representatives representante representantes socio socios diretor diretores gerente dirigente
    apoderado administrador proprietario propietario responsavel responsable officer officers
    judge juiz juez
"""
_WORDS = frozenset(_LISTED.split())
_PHRASES = (
    "first name",
    "last name",
    "given name",
    "family name",
    "middle name",
    "full name of person",
    "date of birth",
    "place of birth",
    "birth date",
    "year of birth",
    "social security",
    "national insurance",
    "identity card",
    "identity number",
    "personal number",
    "fecha de nacimiento",
    "data de nascimento",
    "e mail",
    "endereco eletronico",
    "correo electronico",
    "risk level",
    "credit level",
    "trust level",
    "nivel de riesgo",
    "nivel de risco",
)
_CHINESE = (
    "身份证",
    "护照",
    "性别",
    "出生",
    "年龄",
    "民族",
    "籍贯",
    "电话",
    "手机",
    "传真",
    "邮箱",
    "电子邮件",
    "微信",
    "评分",
    "得分",
    "积分",
    "信用分",
    "等级",
    "评级",
    "排名",
    "法定代表人",
    "法人代表",
    "负责人",
    "股东",
    "联系人",
    "经办人",
)
_NOT_ABOUT_A_PERSON = frozenset({"cnpj"})
"""Beside this word "cpf" names a column of either number, where a person's is refused row by row."""
_A_BODY = frozenset({("orgao", "responsavel"), ("organo", "responsable")})
"""In this order the two words name the body that is competent, and no person."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", _HUMP.sub(" ", name)).casefold()
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def crosses_a_line(name: str) -> str:
    """The word in a column's name for which the column is refused; "" when there is none."""
    for word in _CHINESE:
        if word in name:
            return word
    words = [word for word in _NOT_A_WORD.split(_folded(name)) if word]
    spaced = f" {' '.join(words)} "
    for phrase in _PHRASES:
        if f" {phrase} " in spaced:
            return phrase
    closed_up = {first + second for first, second in pairwise(words)}
    of_people = [word for before, word in pairwise(["", *words]) if (before, word) not in _A_BODY]
    for word in [*of_people, *sorted(closed_up)]:
        if word in _WORDS and not (word == "cpf" and _NOT_ABOUT_A_PERSON & set(words)):
            return word
    return ""


_PERSON_BESIDE = re.compile(
    r"\b(?:individually|personally|president of|director of|owner of|manager of|member of|officer of|"
    r"estate of|sole proprietor|sócio d[aeo]|socio d[aeo]|diretor d[aeo]|administrador d[aeo]|"
    r"representante (?:legal )?d[aeo]|c/o)\b"
    r"|(?:先生|女士|小姐)[)）]?$|法定代表人|负责人|经营者|個體|个体\s*(?:工商|经营)|[(（]个体[)）]|承包经营户",
    re.IGNORECASE,
)


def names_a_person_beside(name: str) -> bool:
    """Whether what stands as an organisation's name says that it names a person, or one beside it.

    "J. Doe, president of Example Inc." ends in a company's form and is a person. A title or an office is
    looked for; a False says nothing.
    """
    return _PERSON_BESIDE.search(name) is not None
