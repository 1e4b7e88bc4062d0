r"""Regular expressions that mean the same in Python, in RE2 (DuckDB) and in Java (Spark).

The three differ in what `$`, `.`, `\d`, `\s`, `\w` and letter case mean, in names of groups, and in
look-around, which RE2 has none of. A pattern of a catalogue item or of a scheme is taken apart and
written anew in the part that they share, for texts of the usual characters alone (see `characters`);
what cannot be written so is not portable, and its rows are left to the row path.
"""

import re
from dataclasses import dataclass

from tabularium.intake.sets.characters import LETTERS_AND_DIGITS, class_of

_SHORTHANDS = {
    "d": ("0-9", False),
    "D": ("0-9", True),
    "s": (" \\n", False),
    "S": (" \\n", True),
    "w": (f"{LETTERS_AND_DIGITS}_", False),
    "W": (f"{LETTERS_AND_DIGITS}_", True),
}
_TOKEN = re.compile(
    r"""
    (?P<group>\((?:\?P<(?P<name>\w+)>|\?:|(?!\?)))
    |(?P<look>\(\?[=!])
    |(?P<close>\))
    |(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<often>[*+?]\??(?![+*])|\{[0-9]+(?:,[0-9]*)?\}\??(?![+*]))
    |(?P<escape>\\.)
    |(?P<plain>[^\\\[\](){}*+?])
    """,
    re.VERBOSE | re.DOTALL,
)
_SET_PART = re.compile(r"\\(?P<escape>.)|(?P<plain>[^\\])", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_MOST_REPEATED = 1000
"""RE2 takes no higher count."""
_ASCII_LETTER = re.compile(r"[A-Za-z]")


class NotPortableError(ValueError):
    """A pattern that the engines would not read alike; the text says why."""


@dataclass(frozen=True, slots=True)
class Portable:
    """A pattern in the shared part.

    Attributes:
        pattern: to be searched for; "" where only the beginning counts.
        beginning: what must follow at the beginning, "" for nothing: the look-ahead of Python.
        not_beginning: what must not.
        groups: number of each named group.
        repeats: whether a group repeats without end, which Java reads by recursion: only short texts
            are given to it.
    """

    pattern: str
    beginning: str
    not_beginning: str
    groups: dict[str, int]
    repeats: bool


def escaped(text: str) -> str:
    """A text as a pattern that finds it, in all three."""
    return "".join(map(_literal, text))


def either_case(text: str) -> str:
    """A text as a pattern that finds it in small and capital letters."""
    return "".join(_cased(each) for each in text)


def _literal(character: str) -> str:
    if character == "\n":
        return "\\n"
    return re.sub(r"([\\.^$*+?()\[\]{}|\-&~#/])", r"\\\1", character)


def _cased(character: str) -> str:
    other = character.swapcase()
    if other == character or len(other) != 1:
        return _literal(character)
    return f"[{character}{other}]"


def portable(pattern: re.Pattern[str], *, whole: bool = False) -> Portable:
    """A pattern of Python in the shared part.

    Args:
        pattern: of an item or of a scheme.
        whole: whether it has to fit the whole text (`fullmatch`) and not only be found in it.

    Raises:
        NotPortableError: look-around elsewhere than at the beginning, references back, limits of words,
            flags other than those for letter case and dots, or a construct that the three read apart.
    """
    allowed = re.UNICODE | re.IGNORECASE | re.DOTALL
    if pattern.flags & ~allowed:
        raise NotPortableError("a flag other than (?i) and (?s)")
    source = re.sub(r"\A\(\?[ais]+\)", "", pattern.pattern)
    return _Writer(source, pattern.flags).written(whole=whole)


class _Writer:
    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._fold = bool(flags & re.IGNORECASE)
        self._dot = "[\\s\\S]" if flags & re.DOTALL else "[^\\n]"
        self._groups: dict[str, int] = {}
        self._count = 0
        self._repeats = False

    def written(self, *, whole: bool) -> Portable:
        rest, looks = self._source, {"=": "", "!": ""}
        anchored = whole or rest.startswith("^")
        if "(?=" in rest or "(?!" in rest:
            rest, looks = self._without_look(rest, anchored=anchored)
        pattern = self._part(rest)
        if whole:
            pattern = f"^(?:{pattern})$"
        elif _has_alternatives(rest) and re.search(r"(?<!\\)[\^$]", rest):
            # An anchor belongs to its own alternative, in all three alike.
            pattern = f"(?:{pattern})"
        return Portable(
            pattern=pattern if pattern not in {"^", ""} else "",
            beginning=f"^(?:{looks['=']})" if looks["="] else "",
            not_beginning=f"^(?:{looks['!']})" if looks["!"] else "",
            groups=self._groups,
            repeats=self._repeats,
        )

    def _without_look(self, source: str, *, anchored: bool) -> tuple[str, dict[str, str]]:
        """Take one look-ahead from the very beginning of an anchored pattern without alternatives."""
        match = re.match(r"\^?\(\?([=!])", source)
        if match is None or not anchored:
            raise NotPortableError("look-around inside a pattern")
        end = _closing(source, match.end())
        rest = source[end + 1 :]
        if "(?=" in rest or "(?!" in rest or _has_alternatives(rest):
            raise NotPortableError("look-around beside alternatives, or more than one")
        inner = self._part(source[match.end() : end])
        return "^" + rest, {"=": "", "!": ""} | {match[1]: inner}

    def _part(self, source: str) -> str:
        written: list[str] = []
        place = 0
        while place < len(source):
            match = _TOKEN.match(source, place)
            if match is None or match["look"]:
                raise NotPortableError(f"a construct at character {place + 1}")
            written.append(self._token(match, written[-1] if written else ""))
            place = match.end()
        return "".join(written)

    def _token(self, match: re.Match[str], before: str) -> str:
        if match["group"]:
            return self._group(match)
        if match["set"]:
            return self._set(match["set"])
        if match["escape"]:
            return self._escape(match["escape"][1])
        if match["often"]:
            return self._often(match["often"], before)
        return ")" if match["close"] else self._plain(match["plain"])

    def _often(self, often: str, before: str) -> str:
        if any(int(count) > _MOST_REPEATED for count in re.findall("[0-9]+", often)):
            raise NotPortableError(f"more than {_MOST_REPEATED} repetitions")
        endless = often[0] in "*+" or ",}" in often
        self._repeats = self._repeats or (endless and before in {")", self._dot})
        return often

    def _plain(self, plain: str) -> str:
        if plain == ".":
            return self._dot
        if plain in "^$|":
            return plain
        return _cased(plain) if self._fold else _literal(plain)

    def _group(self, match: re.Match[str]) -> str:
        if match[0] == "(?:":
            return "(?:"
        self._count += 1
        if match["name"]:
            self._groups[match["name"]] = self._count
        return "("

    def _escape(self, character: str) -> str:
        if character in _SHORTHANDS:
            inner, negated = _SHORTHANDS[character]
            return f"[{'^' if negated else ''}{inner}]"
        if character in _ESCAPES:
            return _literal(_ESCAPES[character])
        if character == "A":
            return "^"
        if character == "Z":
            return "$"
        if character.isalnum():
            raise NotPortableError(f"the escape \\{character}")
        return _literal(character)

    def _set(self, source: str) -> str:
        negated = source.startswith("[^")
        inner: list[str] = []
        for match in _SET_PART.finditer(source[2 if negated else 1 : -1]):
            escape, plain = match["escape"], match["plain"]
            if escape in _SHORTHANDS:
                written, other = _SHORTHANDS[escape]
                if other:
                    raise NotPortableError("a negated shorthand inside a set")
                inner.append(written)
            elif escape is not None and escape not in _ESCAPES and escape.isalnum():
                raise NotPortableError(f"the escape \\{escape} inside a set")
            elif plain == "-":
                inner.append("-")
            else:
                inner.append(_literal(_ESCAPES.get(escape, escape) if escape else plain))
        if inner and inner[0] == "-":
            inner[0] = "\\-"
        if inner and inner[-1] == "-":
            inner[-1] = "\\-"
        return f"[{'^' if negated else ''}{self._folded(inner)}]"

    def _folded(self, inner: list[str]) -> str:
        """The inside of a set; where letter case does not matter, with both cases of its letters."""
        if not self._fold:
            return "".join(inner)
        both: list[str] = []
        place = 0
        while place < len(inner):
            if inner[place + 1 : place + 2] == ["-"]:
                first, last = inner[place], inner[place + 2]
                ascii_letters = _ASCII_LETTER.fullmatch(first) and _ASCII_LETTER.fullmatch(last)
                if not ascii_letters and not (first + last).isdigit():
                    raise NotPortableError("a range of letters without letter case")
                both.append(f"{first}-{last}")
                if ascii_letters:
                    both.append(f"{first.swapcase()}-{last.swapcase()}")
                place += 3
            else:
                each = inner[place]
                other = each.swapcase()
                both.append(each if len(each) != 1 or len(other) != 1 else class_of({each, other}))
                place += 1
        return "".join(both)


def _closing(source: str, place: int) -> int:
    """Where the group closes that is open at `place`."""
    depth = 1
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise NotPortableError(f"a construct at character {place + 1}")
        depth += bool(match["group"] or match["look"]) - bool(match["close"])
        if depth == 0:
            return place
        place = match.end()
    raise NotPortableError("a group that does not close")


def _has_alternatives(source: str) -> bool:
    """Whether a bar stands outside every group."""
    depth, place = 0, 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            raise NotPortableError(f"a construct at character {place + 1}")
        depth += bool(match["group"] or match["look"]) - bool(match["close"])
        if match["plain"] == "|" and depth == 0:
            return True
        place = match.end()
    return False
