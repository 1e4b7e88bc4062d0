"""Words that betray a crossed line, as they stand in the names of fields, columns, parameters and routes.

The lists are written here and not taken from the code under test: a word that somebody strikes out there
still fails here. English, Spanish and Portuguese, Chinese in characters and in pinyin.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What to look for in a name.

    Attributes:
        words: whole words, without accents; a name is cut at humps, underscores, hyphens and blanks.
        phrases: words that say it together only.
        anywhere: Chinese characters, and pinyin long enough to mean one thing, wherever they stand.
    """

    words: frozenset[str]
    phrases: frozenset[str]
    anywhere: frozenset[str]

    def found_in(self, name: str) -> list[str]:
        """Those of its words that `name` holds, in alphabetical order."""
        parts = _parts(name)
        closed_up = {first + second for first, second in pairwise(parts)}
        spaced = f" {' '.join(parts)} "
        whole = "".join(parts)
        return sorted(
            self.words & ({*parts} | closed_up)
            | {phrase for phrase in self.phrases if f" {phrase} " in spaced}
            | {each for each in self.anywhere if each in whole or each in name}
        )


def _parts(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", _HUMP.sub(" ", name)).casefold()
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return [part for part in _NOT_A_WORD.split(plain) if part]


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


PERSON = Vocabulary(
    words=_set(
        # who somebody is
        "person persons people individual individuals human citizen citizens citizenship resident",
        "firstname lastname surname forename givenname middlename maidenname nickname prename",
        "birth birthday birthdate birthplace dob born age gender sex nationality ethnicity race religion",
        "marital spouse wife husband mother father photo portrait selfie passport ssn",
        "nascimento nacimiento idade edad sexo genero nacionalidade nacionalidad passaporte pasaporte",
        "sobrenome prenome apellido apellidos nombres cpf curp dni cedula nis pis mae",
        # whom to reach
        "phone telephone mobile cellphone fax email whatsapp wechat contact",
        "telefone telefono celular correo",
        # what part somebody has in an organisation
        "director directors manager managers ceo officer officers representative representatives",
        "owner owners shareholder shareholders proprietor signatory employee employees inspector",
        "diretor gerente gerentes administrador dirigente socio socios dono dueno proprietario",
        "propietario representante representantes responsavel responsable apoderado",
    ),
    phrases=frozenset(
        {
            "first name",
            "last name",
            "given name",
            "family name",
            "full name",
            "e mail",
            "national insurance",
            "identity card",
            "id card",
            "identity number",
            "personal number",
            "home address",
            "date of birth",
        }
    ),
    anywhere=_set(
        "姓名 身份证 护照 性别 出生 年龄 民族 籍贯 国籍 住址 自然人 个人",
        "电话 手机 传真 邮箱 电子邮件 微信",
        "法定代表人 法人代表 负责人 股东 联系人 经办人 董事 经理",
        "xingming shenfenzheng xingbie chusheng nianling huzhao",
        "dianhua shouji youxiang weixin",
        "fadingdaibiao farendaibiao fuzeren gudong lianxiren jingbanren dongshi",
    ),
)

SUMMING_UP = Vocabulary(
    words=_set(
        "score scores scored scoring grade grades graded rank ranks ranked ranking rankings",
        "rating ratings rated stars tier tiers points percentile quantile reputation",
        "trustworthiness colour colours color colors badge traffic",
        "total totals count counts tally sum blacklist blacklisted redlist greylist",
        "puntaje puntuacion pontuacao calificacion classificacao clasificacion cor",
    ),
    phrases=frozenset(
        {
            "credit level",
            "credit class",
            "credit index",
            "risk level",
            "risk class",
            "risk index",
            "trust level",
            "number of entries",
            "number of decisions",
            "number of penalties",
            "nivel de riesgo",
            "nivel de risco",
        }
    ),
    anywhere=_set(
        "评分 得分 积分 信用分 等级 评级 分级 排名 排行 黑名单 红名单 次数 总数",
        "pingfen defen xinyongfen pingji paiming paihang heimingdan hongmingdan",
    ),
)

REACHING_BEYOND = Vocabulary(
    words=_set(
        "webhook webhooks callback callbacks subscriber subscribers subscription subscriptions",
        "enforce enforcement consequence consequences propagate propagation cascade",
    ),
    phrases=frozenset({"caused by", "linked entry", "parent entry", "based on entry", "push to"}),
    anywhere=_set("联合惩戒 联动 lianhechengjie"),
)

SORTING = Vocabulary(
    words=_set("sort sorting order ordering orderby sortby orden ordem ordenar"),
    phrases=frozenset(),
    anywhere=_set("排序 paixu"),
)


def offences(
    names: Iterable[tuple[str, str]],
    vocabulary: Vocabulary,
    allowed: Iterable[str] = (),
) -> list[str]:
    """One line for each name that holds a word of the vocabulary.

    Args:
        names: where a name stands, and the name.
        vocabulary: the words.
        allowed: places, as they are given in `names`, that are let pass.
    """
    passing = set(allowed)
    return [
        f"{where}: {name!r} says {', '.join(found)}"
        for where, name in names
        if where not in passing and (found := vocabulary.found_in(name))
    ]
