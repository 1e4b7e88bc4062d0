"""Names as search sees them: Chinese in overlapping pairs, the rest in words; for the index and the query.

Pairs, because neither database can find two Chinese characters by trigrams.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
# Characters of a word that count; PostgreSQL refuses a word of more than 2,046 bytes.
_LONGEST_WORD = 200
_IS_CHINESE = re.compile(rf"[{_CHINESE}]")

# Signs that stand for themselves, taken apart or not: most names have no others.
_NEVER_COMBINES = re.compile("[\0-\u02ff\u3400-\u9fff]*")


def fold(text: str) -> str:
    """Text without what should not get in the way: width, case, accents."""
    if text.isascii():
        return text.casefold()
    # Twice, because taking a sign apart can bring capitals to light: "№" becomes "No".
    apart = unicodedata.normalize("NFKD", text.casefold())
    folded = apart.casefold()
    decomposed = apart if folded == apart else unicodedata.normalize("NFKD", folded)
    if _NEVER_COMBINES.fullmatch(decomposed):
        return decomposed
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", bare)


def _runs(text: str) -> list[str]:
    return _RUNS.findall(fold(text))


def index_tokens(text: str) -> list[str]:
    """The tokens under which `text` is found, in order."""
    tokens: list[str] = []
    for run in _runs(text):
        if _IS_CHINESE.match(run):
            # The last character stands alone too, so that one character at the end is found.
            tokens += [run[place : place + 2] for place in range(len(run))]
        else:
            tokens.append(run[:_LONGEST_WORD])
    return tokens


def holds(texts: Iterable[str], phrases: Sequence[tuple[Sequence[str], bool]]) -> bool:
    """Whether `texts` together hold every phrase, as the index of either database would say."""
    token_lists = [index_tokens(text) for text in texts]
    return all(
        any(_has(tokens, phrase, open_ended=open_ended) for tokens in token_lists)
        for phrase, open_ended in phrases
    )


def _has(tokens: Sequence[str], phrase: Sequence[str], *, open_ended: bool) -> bool:
    *first, last = phrase
    for start in range(len(tokens) - len(phrase) + 1):
        end = start + len(first)
        if tokens[start:end] == first and (
            tokens[end].startswith(last) if open_ended else tokens[end] == last
        ):
            return True
    return False


def query_phrases(text: str) -> list[tuple[list[str], bool]]:
    """The phrases that a hit must hold all of.

    Returns:
        For each run of the query its tokens in order, and whether the last may be the beginning of a
        longer token. Empty if there is nothing to search by.
    """
    phrases: list[tuple[list[str], bool]] = []
    for run in _runs(text):
        if not _IS_CHINESE.match(run) or len(run) == 1:
            phrases.append(([run[:_LONGEST_WORD]], True))
        else:
            phrases.append(([run[place : place + 2] for place in range(len(run) - 1)], False))
    return phrases
