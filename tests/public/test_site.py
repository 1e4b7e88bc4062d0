"""What the code and the style sheet of the site never do."""

import ast
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

PUBLIC = Path(__file__).resolve().parents[2] / "tabularium" / "public"
STATIC = PUBLIC / "static" / "public"
STYLES = "".join(each.read_text("utf-8") for each in sorted(STATIC.glob("*.css")))
SCRIPT = (STATIC / "suggestions.js").read_text("utf-8")
CHECKER = STATIC / "verify"
CHECKERS_STYLES = (CHECKER / "verify.css").read_text("utf-8")
MODULES = sorted(PUBLIC.rglob("*.py"))
# Types alone, and that a question failed.
ASK_NOTHING = frozenset({"Error", "Model", "QuerySet"})
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})


def reaches_past_the_selectors(source: str) -> list[str]:
    """Where code asks the tables themselves, and not through the one selector of what is public."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            found.append(ast.unparse(node))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db"):
            found += [each.name for each in node.names if each.name not in ASK_NOTHING]
        if isinstance(node, ast.ImportFrom) and node.module == "tabularium.register":
            found += [each.name for each in node.names if each.name == "services"]
        if isinstance(node, ast.Constant) and node.value in MANAGERS:
            found.append(str(node.value))
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(PUBLIC)))
def test_the_site_reads_through_the_selectors_alone(module: Path) -> None:
    assert reaches_past_the_selectors(module.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "Entry.objects.all()",
        "Entry._default_manager.all()",
        "getattr(Entry, 'objects').all()",
        "from django.db import connection",
        "from tabularium.register import services",
    ],
)
def test_code_that_reaches_past_the_selectors_is_found(source: str) -> None:
    assert reaches_past_the_selectors(source) != []


def test_related_managers_are_not_used_for_entries() -> None:
    for file in (*MODULES, *PUBLIC.rglob("*.html")):
        assert not re.search(r"\.(entries|versions|events|statements)\b\.", file.read_text("utf-8"))


def test_the_style_sheet_is_small_and_asks_nobody() -> None:
    assert len(STYLES.encode()) < 25_000
    assert not re.search(r"url\(|@import|https?:|expression\(", STYLES)
    assert finders.find("public/site.css")
    assert not re.search(r"https?:|innerHTML|eval\(|import\b|document\.write", SCRIPT)
    picture = (PUBLIC / "static" / "public" / "mark.svg").read_text("utf-8")
    assert not re.search(r"script|href|style=|url\(", picture)


def test_every_class_of_a_template_has_a_style_and_every_style_a_class() -> None:
    used: set[str] = set()
    # The page that checks extracts puts together what it shows.
    for file in CHECKER.glob("*.js"):
        used.update(re.findall(r'class: (?:[a-z.]+ \? )?"([a-z-]+)"', file.read_text("utf-8")))
    for file in PUBLIC.rglob("*.html"):
        for classes in re.findall(r'class="([^"{]*)"', file.read_text("utf-8")):
            used.update(classes.split())
    used.update(re.findall(r'className = "([a-z-]+)"', SCRIPT))
    bare = re.sub(r"/\*.*?\*/|[0-9]*[.]?[0-9]+", "", STYLES + CHECKERS_STYLES, flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][a-z-]*)", bare))
    assert used == styled


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def _themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)
    light, dark, paper = (_colours(block) for block in blocks)
    return {"light": light, "dark": light | dark, "paper": light | paper}


def _luminance(colour: str) -> float:
    figures = colour.removeprefix("#")
    if len(figures) == 3:
        figures = "".join(each * 2 for each in figures)
    parts = [int(figures[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    # WCAG 2.2, relative luminance.
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_contrast_is_enough_to_read(theme: str) -> None:
    colours = _themes()[theme]
    for ground in ("ground", "sheet"):
        for text in ("ink", "quiet", "link"):
            assert _contrast(colours[text], colours[ground]) >= 7
        # Edges of controls and the ring around the focus: WCAG 2.2, 1.4.11.
        assert _contrast(colours["edge"], colours[ground]) >= 3
        assert _contrast(colours["deep"], colours[ground]) >= 3
    assert _contrast(colours["on-deep"], colours["deep"]) >= 7


def test_contrast_is_reckoned_rightly() -> None:
    assert _contrast("#000", "#fff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_no_colour_depends_on_what_an_entry_is() -> None:
    """A subject is never judged by a colour: no class or attribute carries a kind or a state."""
    for file in PUBLIC.rglob("*.html"):
        for tag in re.findall(r"<[a-z][^>]*>", file.read_text("utf-8")):
            given = " ".join(re.findall(r'(?:class|id|data-[a-z-]+)="([^"]*)"', tag))
            assert not re.search(r"kind|stage|adverse|penalty|exclusion|measure", given), tag
    assert not re.search(r"\bred\b|\bgreen\b|\bwarning\b|\bdanger\b|\bsuccess\b", STYLES)
