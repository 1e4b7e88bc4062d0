"""Search: by a part of a name in any script, or by a number; closest first and by nothing else."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tabularium import clock
from tabularium.core.content import LONGEST_NAME, Draft, Subject
from tabularium.core.identifiers import Identifier, by_case, parse
from tabularium.core.kinds import Kind
from tabularium.register import search_index, selectors, services
from tabularium.register.folding import fold, folded_with_places
from tabularium.register.models import Entry
from tabularium.register.search_compared import Searched
from tabularium.register.search_hits import Part, Question
from tabularium.register.search_text import (
    end_tokens,
    holds,
    index_tokens,
    is_enough,
    query_phrases,
    whole_token,
)
from tests.builders import Town, a_draft, a_subject, an_identifier, content, in_notice, published
from tests.register.conftest import Move

LICENCE = Kind.LICENCE


@dataclass
class Named:
    """Makes public organisations of given names."""

    town: Town

    def __call__(self, *names: str) -> list[Entry]:
        return self.subjects(*(a_subject(name) for name in names))

    def subjects(self, *subjects: Subject) -> list[Entry]:
        drafts = [Draft(1, "", subject, content(LICENCE)) for subject in subjects]
        entries = services.record(drafts, item=self.town.item(LICENCE), recorder=self.town.clerk)
        services.approve_licences([entry.pk for entry in entries], approver=self.town.approver)
        return entries


@pytest.fixture
def named(town: Town) -> Named:
    return Named(town)


def found(text: str, **page: Any) -> list[str]:
    return [each.name for each in selectors.search(text, clock.now(), **page).organisations]


# ---- what is found


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("虚构食品有限公司", ["虚构", "食品", "构食", "有限公司", "虚构食品有限公司", "司", "虚"]),
        ("北京虚构〇一公司", ["〇", "北京", "公司"]),
        ("臺灣虛構公司", ["臺灣", "虛構", "台湾", "虚构公司"]),
        ("虚构体发公司", ["體發", "體髮"]),
        ("虚构𠮷田公司", ["𠮷田", "𠮷", "构𠮷"]),
        ("虚构𫠝𫠞公司", ["𫠝𫠞", "虚构"]),
        ("虚构ＡＢＣ公司", ["ABC", "abc", "ＡＢＣ", "ab", "公司", "虚构abc"]),
        (
            "Acme Fictitious Foods Ltd",
            ["acme", "FOODS", "fict", "foods acme", "l", "oods", "cme", "ctitio"],
        ),
        ("Comércio Fictício São João", ["comercio", "São", "sao joao", "FICTÍCIO", "ficti"]),
        ("O'Fictional & Sons-Brothers", ["o'fictional", "sons", "brothers", "sons-brothers"]),
        ("Straße Fiktiv GmbH", ["strasse", "STRASSE", "Straße", "fiktiv"]),
        ("Fictitious № 7", ["no", "NO", "№", "7"]),
        ("Acme™ Fictitious", ["acmetm", "ACME™", "acme"]),
        ("Фиктивная Компания", ["фиктивная", "КОМПАНИЯ", "комп"]),
        ("Πλασματική Εταιρεία", ["πλασματική", "ΠΛΑΣΜΑΤΙΚΗ", "εταιρ"]),
        ("架空株式会社カクウ", ["カク", "ｶｸｳ", "架空", "会社"]),
        ("가공회사 주식회사", ["가공", "주식회사", "회사", "공회"]),
    ],
)
def test_a_part_of_a_name_is_found(named: Named, name: str, texts: list[str]) -> None:
    named(name, "Elsewhere 无关")
    for text in texts:
        assert found(text) == [name], text


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("虚构食品有限公司", ["食公", "司公", "品食", "药品"]),
        ("Acme Fictitious Foods Ltd", ["ods acm x", "me", "od", "acme drugs", "acmefictitious"]),
    ],
)
def test_what_a_name_does_not_hold_is_not_found(named: Named, name: str, texts: list[str]) -> None:
    named(name)
    for text in texts:
        assert found(text) == [], text


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "***", '"', "'", "%", "-", "()", "。", "😀", "\ufffd"]
)
def test_a_text_without_a_letter_or_digit_finds_nothing(named: Named, text: str) -> None:
    named("虚构公司", "Acme")
    result = selectors.search(text, clock.now())
    assert (list(result.organisations), result.found, result.more_than_found) == ([], 0, False)


@pytest.mark.parametrize(
    "text",
    [
        'acme" OR "x',
        "acme' | 'x",
        "acme:*",
        "acme & !x",
        "acme NEAR x",
        "tokens:acme",
        "acme*",
        "acme \\",
        "acme;--",
        "(acme",
        "^acme",
    ],
)
def test_no_text_is_taken_for_a_command_of_the_database(named: Named, text: str) -> None:
    named("Acme", "x")
    assert set(found(text)) <= {"Acme"}


@pytest.mark.parametrize("text", ["0", "0b", "0break0", "break"])
def test_what_stands_between_two_names_is_not_found(named: Named, text: str) -> None:
    named.subjects(Subject(parse("JP-JCN", "7000012050002"), "Acme", "", "jp"))
    assert found(text) == []


def test_a_phrase_does_not_run_from_one_name_into_another(named: Named) -> None:
    identifier = an_identifier()
    named.subjects(a_subject("虚构甲乙", identifier))
    named.subjects(a_subject("丙丁虚构", identifier))
    assert found("甲乙") == found("丙丁") != []
    assert found("乙丙") == []
    assert found("甲乙丙丁") == []


def test_a_very_long_name_can_be_kept_and_found(named: Named) -> None:
    # Four bytes a letter, so that the one word is near the longest that PostgreSQL could index whole.
    name = "Fictitious " + "x" * 39 + "\U00010428" * (LONGEST_NAME - 50)
    named(name)
    assert found("fictitious") == [name]
    assert found("x" * 39) == [name]


# ---- numbers


def test_a_number_is_found_however_it_is_written(named: Named) -> None:
    identifier = parse("BR-CNPJ", "11.222.333/0001-81")
    named.subjects(Subject(identifier, "Comércio Fictício", "br-ltda", "br"))
    for text in (
        "11222333000181",
        "11.222.333/0001-81",
        " 11 222 333 0001 81 ",
        "１１２２２３３３０００１８１",
        "11222333",
    ):
        assert found(text) == ["Comércio Fictício"], text
    for text in ("222333", "11.222.334", "99"):
        assert found(text) == [], text


def test_a_credit_code_is_found_in_small_letters_and_by_its_beginning(named: Named) -> None:
    identifier = an_identifier(777_777_777)
    named.subjects(a_subject("虚构公司", identifier))
    assert found(identifier.value.lower()) == ["虚构公司"]
    assert found(identifier.value[:9]) == ["虚构公司"]


def test_an_organisation_without_number_is_found_by_its_case(named: Named) -> None:
    case = by_case("market-office", "虚构〔2026〕5号")
    named.subjects(Subject(case, "Fictitious Trading", "gb-ltd", "gb"))
    assert found(case.value) == ["Fictitious Trading"]
    assert found("虚构〔2026〕5号") == ["Fictitious Trading"]


def test_an_organisation_is_found_by_scheme_and_value(named: Named) -> None:
    identifier = an_identifier()
    [entry] = named.subjects(a_subject("虚构公司", identifier))
    now = clock.now()
    by = selectors.organisation_by_identifier
    assert by("CN-USCC", identifier.value, now) == entry.organisation
    assert by("CN-USCC", identifier.value.lower(), now) == entry.organisation
    assert by("CN-USCC", an_identifier().value, now) is None
    assert by("CN-USCC", "no number", now) is None
    assert by("no scheme", identifier.value, now) is None


# ---- who is found


def test_only_an_organisation_with_a_public_entry_is_found(town: Town, move: Move) -> None:
    a_draft(town, subject=a_subject("虚构草稿"))
    in_notice(town, subject=a_subject("虚构在告"))
    entry = published(town, move, subject=a_subject("虚构公开"))
    assert found("虚构公开") == ["虚构公开"]
    assert found("虚构草稿") == []
    # The window of both opened at the same instant; only its end makes it public.
    assert found("虚构在告") == ["虚构在告"]
    assert entry.public_until is not None
    assert entry.organisation_id is not None
    just_before = entry.public_until - timedelta(microseconds=1)
    assert selectors.organisation(entry.organisation_id, just_before) is not None
    move(entry.public_until)
    assert found("虚构") == []
    assert selectors.organisation(entry.organisation_id, clock.now()) is None
    identifier = entry.organisation.identifiers.get()
    assert (
        selectors.organisation_by_identifier(identifier.scheme, identifier.value, clock.now())
        is None
    )


def test_an_authority_without_a_public_entry_is_no_hit(town: Town) -> None:
    assert found(town.authority.names["en"]) == []


def test_a_name_that_an_authority_added_later_is_found(named: Named) -> None:
    """An organisation that the register knew before it became an authority here."""
    identifier = an_identifier()
    [entry] = named.subjects(a_subject("虚构机关", identifier))
    services.ensure_authority(
        services.AuthorityDetails(
            code="late-office",
            names={"en": "Late Made-up Office", "zh-hans": "虚构后来机关"},
            jurisdiction="cn",
            time_zone="Asia/Shanghai",
            identifier=identifier,
        )
    )
    for text in ("Late Made-up", "后来"):
        hits = selectors.search(text, clock.now()).organisations
        assert [each.pk for each in hits] == [entry.organisation_id], text


# ---- order and pages


def test_closest_first_and_by_nothing_about_entries(named: Named) -> None:
    named("Longer Acme Works", "Acme Foods", "Acme", "The Acme", "Acme Foods and Drinks")
    expected = ["Acme", "Acme Foods", "Acme Foods and Drinks", "The Acme", "Longer Acme Works"]
    assert found("acme") == expected
    # Many entries change nothing.
    [worst] = named("Acme Zzz")
    assert worst.organisation is not None
    subject = a_subject("Acme Zzz", _identifier_of(worst))
    for _ in range(5):
        named.subjects(subject)
    assert found("acme") == [
        "Acme",
        "Acme Zzz",
        "Acme Foods",
        "Acme Foods and Drinks",
        "The Acme",
        "Longer Acme Works",
    ]


def _identifier_of(entry: Entry) -> Identifier:
    assert entry.organisation is not None
    row = entry.organisation.identifiers.get()
    return Identifier(row.scheme, row.value)


def test_a_whole_number_comes_before_a_name_that_looks_like_it(named: Named) -> None:
    identifier = parse("JP-JCN", "7000012050002")
    named("7000012050002")
    named.subjects(Subject(identifier, "A much longer name that has no number", "", "jp"))
    assert found("7000012050002")[0] == "A much longer name that has no number"


def test_pages_follow_one_another_without_gap(named: Named) -> None:
    names = [f"Acme {number:02d}" for number in range(25)]
    named(*names)
    pages, after = list[list[str]](), ""
    while not pages or after:
        page = selectors.search("acme", clock.now(), limit=10, after=after)
        pages.append([each.name for each in page.organisations])
        after = page.after
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [name for page in pages for name in page] == names
    first = selectors.search("acme", clock.now(), limit=10)
    # Who comes before the place meanwhile moves nothing behind it.
    named("Acme 00 A", "Acme")
    second = selectors.search("acme", clock.now(), limit=10, after=first.after)
    third = selectors.search("acme", clock.now(), limit=10, after=second.after)
    assert [len(first.after) > 0, len(second.after) > 0, third.after] == [True, True, ""]
    assert [e.name for e in (*second.organisations, *third.organisations)] == [
        *names[10:],
        "Acme 00 A",
    ]
    for wrong in ("x", "W10", "WzFd", "é", first.after[:-3], "a" * 5000):
        with pytest.raises(selectors.NoSuchPlaceError):
            selectors.search("acme", clock.now(), after=wrong)
    assert third.found == 27


def test_more_hits_than_a_person_reads_are_said_to_be_more(
    named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"Acme {number:02d}" for number in range(12)]
    named(*names)
    monkeypatch.setattr(selectors, "MOST_HITS", 12)
    exactly = selectors.search("acme", clock.now())
    assert (exactly.found, exactly.more_than_found) == (12, False)
    monkeypatch.setattr(selectors, "MOST_HITS", 11)
    more = selectors.search("acme", clock.now())
    assert (more.found, more.more_than_found) == (11, True)


def test_a_whole_name_is_found_among_more_hits_than_are_sorted(
    named: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    named(*(f"Acme Fictitious Branch {number:02d}" for number in range(12)))
    named("Acme")
    monkeypatch.setattr(selectors, "MOST_HITS", 5)
    assert found("acme")[0] == "Acme"


def test_a_thousand_hits_are_the_most(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    assert selectors.MOST_HITS == 1000
    # A thousand organisations are ten seconds; where there is no time for them it is thirty.
    most = 1000 if os.environ.get("TABULARIUM_SOAK") else 30
    monkeypatch.setattr(selectors, "MOST_HITS", most)
    named(*(f"虚构连锁第{number}店" for number in range(most + 1)))
    result = selectors.search("虚构连锁", clock.now(), limit=5)
    assert (result.found, result.more_than_found, len(result.organisations)) == (most, True, 5)


def _queries(text: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for each in selectors.search(text, clock.now()).organisations:
            list(each.identifiers.all())
            list(each.other_names.all())
    return len(asked)


def test_the_number_of_queries_does_not_grow_with_the_hits(named: Named) -> None:
    named("Acme One")
    one = _queries("acme")
    named(*(f"Acme {number}" for number in range(15)))
    assert _queries("acme") == one <= 10


# ---- what does not get in the way, why something is found, and numbers of decisions


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("虚构食品有限公司", ["虚构食品有限责任公司", "虚构食品股份有限公司"]),
        ("Acme Foods Ltd", ["acme foods limited", "ACME FOODS, LTD.", "Acme Foods plc"]),
        ("Comercial Ficticia, S.A. de C.V.", ["Comercial Ficticia SA de CV", "ficticia s.a.p.i."]),
        ("Comércio Fictício LTDA", ["comercio ficticio limitada", "Comercio Ficticio S.A."]),
        ("Fiktiv GmbH & Co. KG", ["fiktiv gmbh", "Fiktiv AG"]),
        ("株式会社カクウ", ["カクウ株式会社", "カクウ"]),
    ],
)
def test_the_words_for_a_legal_form_do_not_get_in_the_way(
    named: Named, name: str, texts: list[str]
) -> None:
    named(name, "Elsewhere 无关")
    for text in texts:
        assert found(text) == [name], text


def test_a_hit_says_by_what_it_was_found(named: Named, move: Move) -> None:
    identifier = an_identifier()
    named.subjects(a_subject("虛構Älter", identifier))
    move(clock.now() + timedelta(seconds=1))
    named.subjects(a_subject("新名字公司", identifier))

    def why(text: str) -> list[tuple[str, str, list[str]]]:
        [hit] = selectors.search(text, clock.now()).hits
        return [
            (each.why, each.text, [part.text for part in each.parts if part.matches])
            for each in hit.reasons
        ]

    assert why("新名字") == [("name", "新名字公司", ["新名字"])]
    assert why("虚构") == [("written", "虛構Älter", ["虛構"])]
    assert why("lter") == [("written", "虛構Älter", ["lter"])]
    number = identifier.value
    assert why(number[:8].lower()) == [("identifier", number, [number[:8]])]
    assert why(f"新名 {number[:9]}") == [
        ("name", "新名字公司", ["新名"]),
        ("identifier", number, [number[:9]]),
    ]


def test_of_decisions_of_one_day_the_last_to_become_public_gives_the_name(
    named: Named, move: Move
) -> None:
    # Several, because the identities that would otherwise decide are random.
    identifiers = [an_identifier() for _ in range(8)]
    named.subjects(*(a_subject("虚构旧名公司", each) for each in identifiers))
    move(clock.now() + timedelta(seconds=1))
    named.subjects(*(a_subject("虚构新名公司", each) for each in identifiers))
    for text in ("旧名", "新名"):
        hits = selectors.search(text, clock.now()).hits
        assert [hit.organisation.name for hit in hits] == ["虚构新名公司"] * len(identifiers)


def test_what_matches_is_marked_in_the_text_as_it_is_written() -> None:
    parts = Question.of("strasse ＡＢ").parts("Die Straße ABC")
    assert parts == (
        Part("Die ", matches=False),
        Part("Straße", matches=True),
        Part(" ", matches=False),
        Part("AB", matches=True),
        Part("C", matches=False),
    )
    # Jamo that fold into one sign have no place of their own: nothing is marked, and nothing breaks.
    assert folded_with_places("\u1100\u1161")[1] == []
    assert Question.of("가").parts("\u1100\u1161") == (Part("\u1100\u1161", matches=False),)


def test_a_public_decision_is_found_by_its_number_and_a_hidden_one_is_not(
    town: Town, move: Move
) -> None:
    entry = published(
        town, move, subject=a_subject("虚构有号公司"), decision_number="虚构罚〔2026〕第77号"
    )
    for text in ("虚构罚〔2026〕第77号", "虚构罚[2026]77号", "虛構罰 ２０２６ 77", "虚构罚2026"):
        [hit] = selectors.search(text, clock.now()).hits
        assert hit.organisation == entry.organisation
        assert (hit.reasons[0].why, hit.reasons[0].of) == ("decision", entry.pk)
    marked = hit.reasons[0].parts[0]
    assert (marked.text, marked.matches) == ("虚构罚〔2026", True)
    assert found("罚〔2026〕第77号") == found("虚构罚") == []
    a_draft(town, subject=a_subject("虚构草稿"), decision_number="虚构罚〔2026〕第78号")
    assert found("虚构罚〔2026〕第78号") == []
    assert entry.public_until is not None
    # Another entry keeps the organisation in the public view; the number is gone with its decision.
    licence = a_subject("虚构有号公司", _identifier_of(entry))
    published(town, move, LICENCE, subject=licence)
    assert found("虚构罚〔2026〕第77号") == ["虚构有号公司"]
    move(entry.public_until)
    assert found("虚构有号") == ["虚构有号公司"]
    assert found("虚构罚〔2026〕第77号") == []


def test_a_search_is_narrowed_to_who_has_a_public_entry_of_a_sort(town: Town, move: Move) -> None:
    entry = published(town, move, subject=a_subject("虚构甲公司"))
    named = Named(town)
    named("虚构乙公司")
    day = entry.current_version.decided_on

    def left(**asked: Any) -> list[str]:
        return found("虚构", narrowing=selectors.Narrowing(**asked))

    assert left(kind="penalty") == ["虚构甲公司"]
    assert left(kind="licence") == ["虚构乙公司"]
    assert left(kind="penalty", field=entry.item.field, authority="market-office", place="cn") == [
        "虚构甲公司"
    ]
    assert left(authority="nobody") == left(place="gb") == left(field="tax") == []
    assert left(kind="penalty", since=day, until=day) == ["虚构甲公司"]
    assert left(kind="penalty", since=day + timedelta(1)) == []
    assert left(kind="penalty", until=day - timedelta(1)) == []
    assert entry.public_until is not None
    move(entry.public_until)
    assert left(kind="penalty") == []


def test_what_is_enough_to_search_by_while_one_types() -> None:
    assert [is_enough(text) for text in ("虚", "虚构", "ac", "acm", "12", "123", "", "a b c")] == [
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        False,
    ]


# ---- the index itself


def test_tokens_and_phrases() -> None:
    assert index_tokens("虚构 Acme-Ltd") == ["虚构", "构", "acme", "ltd"]
    [pairs] = query_phrases("虚构食")
    assert (pairs.tokens, pairs.open_ended, pairs.within) == (("虚构", "构食"), False, False)
    [one] = query_phrases("构")
    assert (one.tokens, one.open_ended, one.within) == (("构",), True, False)
    asked = [(each.tokens, each.open_ended, each.within) for each in query_phrases("Acme Lt")]
    assert asked == [(("acme",), True, True), (("lt",), True, False)]
    assert query_phrases("!?") == []
    assert end_tokens("Acme 虚构") == {"\ue001cme"}
    assert whole_token("虚构-ＡＣＭＥ") == whole_token("虛構 acme") != whole_token("虚构 acm e")
    assert (len(whole_token("虚构" * 500)), whole_token("!?")) == (13, "")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ＡＢＣ", "abc"), ("São", "sao"), ("Straße", "strasse"), ("™№", "tmno"), ("Ǆ", "dz")],
)
def test_folding_takes_away_width_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_the_index_is_put_and_removed(town: Town) -> None:
    search_index.put([Searched("000000000001", "虚构", ["Acme"], numbers=["12345"])])
    assert "000000000001" in search_index.identities()
    search_index.remove(["000000000001"])
    assert "000000000001" not in search_index.identities()
    assert town.authority.organisation_id in search_index.identities()


def test_the_second_look_says_what_the_index_says() -> None:
    texts = ["虚构食品有限公司", "Acme Fictitious Foods"]
    for text in ("食品", "司", "acme fo", "构食品", "cme", "12 acme"):
        assert holds(texts, ["12345"], query_phrases(text)), text
    for text in ("食公", "me", "品虚", "司acme x", "345"):
        assert not holds(texts, ["12345"], query_phrases(text)), text
