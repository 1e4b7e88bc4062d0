"""What a finding says to people, in English and simplified Chinese, and what they can do about it.

Kept beside the codes and not in the web's catalogues of translations: the command line, the API and the
pages say the same words, and none of them holds a value of the row.
"""

from tabularium.intake.findings import Finding
from tabularium.intake.message_sentences import WORDINGS, Wording
from tabularium.intake.message_words import WORDS

__all__ = ["WORDINGS", "WORDS", "Wording", "describe"]


def describe(finding: Finding) -> Wording:
    """What to say about a finding."""
    wording = WORDINGS[finding.code]
    return Wording(
        en=_filled(wording.en, finding, 0),
        zh=_filled(wording.zh, finding, 1),
        action_en=wording.action_en,
        action_zh=wording.action_zh,
    )


def _filled(sentence: str, finding: Finding, language: int) -> str:
    said = dict(finding.parameters)
    for name in _CODED & said.keys():
        said[name] = WORDS[said[name]][language].format_map(finding.parameters)
    for name in _LISTS & said.keys():
        codes = said[name].split(_BETWEEN_CODES)
        words = (WORDS[code][language] if code in WORDS else code for code in codes)
        said[name] = _BETWEEN_WORDS[language].join(words)
    where = finding.column or _THE_ROW[language]
    return sentence.format_map({"column": where, **said})


_CODED = frozenset({"trouble", "reason", "kind", "type"})
"""Parameters that are codes of closed lists and are said in words."""
_LISTS = frozenset({"changed"})
"""Parameters that are several such codes; a name that is in no list, of a detail, is said as it is."""
_BETWEEN_CODES = ", "
_BETWEEN_WORDS = (", ", "、")
_THE_ROW = ("The row", "本行")
