"""A page taken apart for paper: nothing of it is lost, and nothing of it becomes markup."""

import pytest

from tabularium.extract.blocks import Block, blocks


def _texts(block: Block) -> list[str]:
    """The text of a block, in the order in which it is read."""
    match block["sort"]:
        case "facts":
            return [
                text
                for row in block["rows"]
                for text in (
                    *(each["text"] for each in row["name"]),
                    *(text for each in row["blocks"] for text in _texts(each)),
                )
            ]
        case "list":
            return [text for item in block["items"] for each in item for text in _texts(each)]
        case _:
            return [each["text"] for each in block["spans"]]


def said(html: str) -> str:
    """All that the blocks say, with white space as it comes."""
    return " ".join("".join(_texts(each)) for each in blocks(html))


def test_headings_lists_and_facts_keep_their_sort_and_order() -> None:
    found = blocks(
        "<h1>Fine</h1><section><h2>About</h2><p class='hint'>Small.</p></section>"
        "<dl><div><dt>Term</dt><dd>one year</dd></div></dl><ul><li>One</li><li><p>Two</p></li></ul>"
    )
    assert [each["sort"] for each in found] == ["heading", "heading", "text", "facts", "list"]
    assert [found[0]["level"], found[1]["level"]] == [2, 3]
    assert found[2]["tone"] == "hint"
    assert said("<dl><div><dt>Term</dt><dd>one <b>year</b></dd></div></dl>") == "Termone year"
    assert len(found[4]["items"]) == 2


def test_white_space_is_that_of_a_page_and_lines_of_words_are_kept() -> None:
    assert said("<p>\n  one\n  <em>two</em> three </p>") == "one two three"
    assert said("<div class='words'>First line.\nSecond line.</div>") == "First line.\nSecond line."
    assert said("one<br>two") == "one\ntwo"


def test_languages_and_stress_are_kept() -> None:
    ((spans,),) = [[each["spans"] for each in blocks("<p lang='zh'>汉<b lang='en'>x</b></p>")]]
    assert spans == [
        {"text": "汉", "language": "zh", "weight": "regular"},
        {"text": "x", "language": "en", "weight": "bold"},
    ]


def test_an_address_outside_is_written_out_and_one_inside_is_not() -> None:
    outside = "<p><a class='away' href='https://law.example/5'>Read it</a></p>"
    assert said(outside) == "Read it (https://law.example/5)"
    assert said("<p><a href='/en/about'>About</a></p>") == "About"


def test_what_cannot_be_printed_is_left_out() -> None:
    page = "<nav><p>menu</p></nav><script>x()</script><form><p>field</p></form><p>text</p>"
    assert said(page) == "text"


@pytest.mark.parametrize(
    "html", ["", "   ", "<p></p>", "<p> </p>", "<dl></dl>", "<div></div>", "</p>", "<br>"]
)
def test_nothing_gives_nothing(html: str) -> None:
    assert blocks(html) == []


def test_text_stays_text() -> None:
    assert said("<p>&lt;b&gt; #set $x$ *bold* &amp;amp;</p>") == "<b> #set $x$ *bold* &amp;"
