"""What outlives a run: results merged into the file, and growth as a table and a plot in the docs."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- growth: written by make bench -->", "<!-- end of growth -->"
PLOT = "growth.svg"
"""Beside the page."""

Line = Mapping[str, Any]
Series = Mapping[tuple[str, str], Mapping[int, float]]
"""By what was measured and its unit: the figure at each number of entries."""
Scale = tuple[float, float]
"""The least and the most that a plot shows."""

_COLOURS = ("#0b57a4", "#a4390b", "#2b7a2b", "#7a2b7a", "#6b5b00", "#00707a", "#444444", "#b0005a")
_DASHES = ("", "7 3", "2 3", "9 3 2 3")
_LOOK = 'role="img" font-family="sans-serif" font-size="13"'
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _LEGEND, _NAME = 760, 340, 60, 40, 50, 20, 80


class NoPlaceError(ValueError):
    """The page has no place for the table."""


def merged(before: Sequence[Line], found: Sequence[Line]) -> list[Line]:
    """Results of before, those of the same name replaced in their places, and new ones behind."""
    fresh = {each["name"]: each for each in found}
    kept = [fresh.pop(each["name"], each) for each in before]
    return [*kept, *fresh.values()]


def read(path: Path) -> list[Line]:
    """The results in a file; none if there is no file."""
    lines: list[Line] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return lines


def series_of(lines: Sequence[Line]) -> Series:
    """The points that results tell of, by what was measured, each from the fewest entries on.

    A point is `{what, unit, entries, value}`; less is better in every unit. What was measured at one
    size alone shows no growth, and stands in the table only.
    """
    found: dict[tuple[str, str], dict[int, float]] = {}
    for line in lines:
        for point in line.get("points", ()):
            key = point["what"], point["unit"]
            found.setdefault(key, {})[point["entries"]] = point["value"]
    return {key: dict(sorted(points.items())) for key, points in found.items()}


def table(series: Series) -> str:
    """The figures in Markdown: a row for each series, a column for each size, and the growth."""
    sizes = sorted({size for points in series.values() for size in points})
    head = ["measured", "unit", *(f"{size:,}" for size in sizes), "last of first"]
    rows = [head, ["---"] * len(head)]
    for (what, unit), points in series.items():
        values = [f"{points[size]:,.3g}" if size in points else "" for size in sizes]
        every = list(points.values())
        growth = f"{every[-1] / every[0]:.2f}" if len(every) > 1 else ""
        rows.append([what, unit, *values, growth])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def plot(series: Series) -> str:
    """The growth as SVG: each figure as a multiple of that at the fewest entries, over the entries.

    It has a ground of its own, so that it is read in a light page and in a dark one.
    """
    drawn = {key: points for key, points in series.items() if len(points) > 1}
    sizes = sorted({size for points in drawn.values() for size in points}) or [1, 10]
    multiples = {
        key: {size: value / next(iter(points.values())) for size, value in points.items()}
        for key, points in drawn.items()
    }
    every = [each for points in multiples.values() for each in points.values()]
    scale = min([0.5, *every]) / 1.1, max([2.0, *every]) * 1.1
    height = _HEIGHT + _LEGEND * len(drawn)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_LOOK}>',
        "<title>Growth: time at each number of entries, as a multiple of the time at the fewest</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(_LEFT, 22, "Time, as a multiple of that at the fewest entries (1 is no growth)"),
    ]
    for value in _values_between(*scale):
        y = _y(value, scale)
        lines.append(
            f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - 30}" stroke="#cccccc"/>'
            + _text(_LEFT - 8, y + 4, f"{value:g}", "end")
        )
    lines += [_text(_x(size, sizes), _HEIGHT - 22, f"{size:,}", "middle") for size in _apart(sizes)]
    lines.append(_text(_WIDTH / 2, _HEIGHT - 4, "entries", "middle"))
    for number, ((what, unit), points) in enumerate(multiples.items()):
        lines += _line(number, f"{what}, {unit}", points, sizes, scale)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _line(
    number: int, title: str, points: Mapping[int, float], sizes: Sequence[int], scale: Scale
) -> list[str]:
    # Where a colour comes again, its dashes are others.
    colour = _COLOURS[number % len(_COLOURS)]
    dash = _DASHES[(number + number // len(_COLOURS)) % len(_DASHES)]
    style = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
    places = [(_x(size, sizes), _y(value, scale)) for size, value in points.items()]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    y = _HEIGHT + _LEGEND * number + 10
    return [
        f'<path d="M{path}" {style}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places),
        f'<path d="M{_LEFT} {y}h40" {style}/>' + _text(_LEFT + 50, y + 4, title),
    ]


def _x(size: int, sizes: Sequence[int]) -> float:
    span = log10(sizes[-1] / sizes[0]) or 1
    return _LEFT + 30 + (_WIDTH - _LEFT - 110) * log10(size / sizes[0]) / span


def _apart(sizes: Sequence[int]) -> list[int]:
    """Those of some sizes whose names do not run into each other."""
    named = list[int]()
    for size in sizes:
        if not named or _x(size, sizes) - _x(named[-1], sizes) >= _NAME:
            named.append(size)
    return named


def _y(value: float, scale: Scale) -> float:
    # By its logarithm: what grows a hundred times and what does not grow at all are both to be seen.
    least, most = scale
    share = log10(value / least) / log10(most / least)
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share


def _values_between(least: float, most: float) -> list[float]:
    powers = range(floor(log10(least)), ceil(log10(most)))
    every = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    return [each for each in every if least <= each <= most]


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="#1a1a1a" text-anchor="{anchor}">{escape(text)}</text>'
    )


def write_growth(page: Path, lines: Sequence[Line]) -> None:
    """Put the table into the page between its two marks, and the plot beside the page.

    Raises:
        NoPlaceError: the page has not the two marks, in their order.
    """
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlaceError(f"{page.name} does not have {BEGIN} and {END}.")
    series = series_of(lines)
    alt = "Growth of each measurement with the number of entries; the figures are in the table"
    made = f"{BEGIN}\n\n{table(series)}\n![{alt}]({PLOT})\n\n{END}"
    page.write_text(before + made + after, "utf-8")
    page.with_name(PLOT).write_text(plot(series), "utf-8")
