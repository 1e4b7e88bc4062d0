"""What was measured before stays, and growth is told in a table and a plot."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from bench import report
from bench.__main__ import main
from bench.searching import parts_of

WHAT = {"what": "search <by name>", "unit": "ms p99"}


def _line(name: str, ratio: float, *points: tuple[int, float]) -> dict[str, object]:
    told = [{**WHAT, "entries": entries, "value": value} for entries, value in points]
    return {"name": name, "ratio": ratio, "target": 1, "points": told}


LINES = [_line("larger", 1, (1_000_000, 6.0)), _line("smaller", 1, (100_000, 4.0))]


def test_a_run_of_a_part_replaces_its_own_results_and_keeps_the_others() -> None:
    before = [_line("one", 1), _line("two", 2), _line("three", 3)]
    together = report.merged(before, [_line("two", 9), _line("four", 4)])
    assert [(each["name"], each["ratio"]) for each in together] == [
        ("one", 1),
        ("two", 9),
        ("three", 3),
        ("four", 4),
    ]


def test_where_there_is_no_file_there_are_no_results(tmp_path: Path) -> None:
    assert report.read(tmp_path / "results.json") == []


def test_the_table_has_a_column_for_each_size_and_the_growth_from_first_to_last() -> None:
    rows = report.table(report.series_of(LINES)).splitlines()
    assert rows[0] == "| measured | unit | 100,000 | 1,000,000 | last of first |"
    assert rows[2] == "| search <by name> | ms p99 | 4 | 6 | 1.50 |"


def test_what_was_measured_at_one_size_has_no_growth_and_no_line() -> None:
    series = report.series_of(LINES[:1])
    assert report.table(series).splitlines()[2].endswith("| 6 |  |")
    assert "<circle" not in report.plot(series)


def test_the_plot_is_an_image_with_a_ground_of_its_own_that_names_every_line() -> None:
    drawn = report.plot(report.series_of(LINES))
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    tags = [each.tag.rpartition("}")[2] for each in root.iter()]
    assert tags.count("circle") == 2
    assert tags.index("rect") < tags.index("path")
    texts = ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")]
    assert "search <by name>, ms p99" in texts
    assert {"100,000", "1,000,000"} <= set(texts)


def test_the_plot_tells_ten_times_from_a_hundred_times_and_from_no_growth() -> None:
    grown = {
        (name, "ms"): {10: 1.0, 100: value}
        for name, value in (("none", 1.0), ("ten", 10.0), ("hundred", 100.0), ("less", 0.1))
    }
    drawn = report.plot(grown)
    last = re.findall(r'<path d="M[0-9.]+ [0-9.]+L[0-9.]+ ([0-9.]+)"', drawn)
    none, ten, hundred, less = map(float, last)
    assert hundred < ten < none < less
    assert ten - hundred == pytest.approx(none - ten, abs=0.2)
    assert less - none == pytest.approx(none - ten, abs=0.2)
    assert {"0.1", "1", "10", "100"} <= set(re.findall(r">([0-9.]+)</text>", drawn))


def test_sizes_that_are_close_to_each_other_are_named_once() -> None:
    sizes = (99_650, 100_000, 996_500, 1_000_000, 9_965_000)
    drawn = report.plot({("search", "ms"): dict.fromkeys(sizes, 1.0)})
    named = re.findall(r'text-anchor="middle">([0-9,]+)</text>', drawn)
    assert named == ["99,650", "996,500", "9,965,000"]


def test_the_page_gets_the_table_between_its_marks_and_the_plot_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", "utf-8")
    for _ in range(2):
        report.write_growth(page, LINES)
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("search <by name>") == 1
    assert (tmp_path / report.PLOT).read_text("utf-8") == report.plot(report.series_of(LINES))


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing", "utf-8")
    with pytest.raises(report.NoPlaceError):
        report.write_growth(page, LINES)
    assert [each.name for each in tmp_path.iterdir()] == ["page.md"]
    assert page.read_text("utf-8") == "nothing"


def test_what_is_searched_for_are_parts_of_names_that_can_be_searched_for() -> None:
    names = ["青禾食品有限公司", "Baden Works"]
    parts = parts_of(names, 40)
    assert parts == parts_of(names, 40)
    assert all(any(each in name for name in names) for each in parts)
    assert {len(each) for each in parts} >= {2, 3, 4, 6}


def test_a_filled_register_is_only_asked_what_it_can_answer(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--filled", str(tmp_path), "--only", "sqlite"])
    assert done.exit_code == 2
    assert "reading, search, snapshot" in done.output
