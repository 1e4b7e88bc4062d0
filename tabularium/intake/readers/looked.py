"""What a look at a file told, and how each part of it is known: shown to people, who can say otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tabularium.intake.readers.shape import NO_QUOTE, FileFormat, FileShape


class How(StrEnum):
    """How a part of a file's shape is known.

    DECLARED by the item or the command, by a MARK at the beginning of the file, told by its CONTENT
    beyond doubt, or a GUESS, which somebody who knows the file should look at.
    """

    DECLARED = "declared"
    MARK = "mark"
    CONTENT = "content"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Looked:
    """A file's complete shape; and for each part how it is known, None where the format has no such part."""

    shape: FileShape
    format: How
    encoding: How | None = None
    delimiter: How | None = None
    quote: How | None = None
    header_row: How | None = None
    records: How | None = None

    @property
    def guesses(self) -> tuple[str, ...]:
        """The names of the parts that are guessed, as the keys of [file] have them."""
        parts = ("format", "encoding", "delimiter", "quote", "header_row", "records")
        return tuple(part for part in parts if getattr(self, part) is How.GUESS)

    @property
    def text_en(self) -> str:
        """One line in English for the person who sends the file; a guess says how to override it."""
        return ", ".join(self._said(_ENGLISH)) + "."

    @property
    def text_zh(self) -> str:
        """The same line in simplified Chinese."""
        return "，".join(self._said(_CHINESE)) + "。"

    def _said(self, words: Mapping[str, str]) -> Iterator[str]:
        shape = self.shape
        yield words["format"].format(FORMAT_NAMES[shape.format]) + self._how("format", words)
        if self.encoding is not None:
            yield words["encoding"].format(shape.encoding) + self._how("encoding", words)
        if self.delimiter is not None:
            sign = words.get(shape.delimiter, f"“{shape.delimiter}”")
            yield words["delimiter"].format(sign) + self._how("delimiter", words)
        if self.quote is not None:
            sign = (
                words[NO_QUOTE] if shape.quote == NO_QUOTE else words["quote"].format(shape.quote)
            )
            yield sign + self._how("quote", words)
        if self.header_row is not None:
            place = words["header_row"].format(shape.header_row) if shape.header_row else words["0"]
            yield place + self._how("header_row", words)
        if self.records is not None and shape.records:
            yield words["records"].format(shape.records) + self._how("records", words)

    def _how(self, part: str, words: Mapping[str, str]) -> str:
        known: How = getattr(self, part)
        return words[known].format(part.replace("_", "-"))


FORMAT_NAMES: Mapping[FileFormat, str] = {
    FileFormat.CSV: "CSV",
    FileFormat.XLSX: "XLSX",
    FileFormat.ODS: "ODS",
    FileFormat.JSON: "JSON",
    FileFormat.JSON_LINES: "JSON Lines",
    FileFormat.PARQUET: "Parquet",
}
_ENGLISH: Mapping[str, str] = {
    "format": "{}",
    "encoding": "encoding {}",
    "delimiter": "cells apart by {}",
    "quote": "quoted with {}",
    NO_QUOTE: "no quotation marks",
    "header_row": "header in row {}",
    "0": "no header",
    "records": "records at {}",
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "vertical bars",
    " ": "blanks",
    How.DECLARED: " (declared)",
    How.MARK: " (by its mark)",
    How.CONTENT: "",
    How.GUESS: " (a guess; override with --{})",
}
_CHINESE: Mapping[str, str] = {
    "format": "{}",
    "encoding": "编码 {}",
    "delimiter": "以{}分隔",
    "quote": "以 {} 作引号",
    NO_QUOTE: "无引号",
    "header_row": "标题行在第 {} 行",
    "0": "无标题行",
    "records": "记录位于 {}",
    ",": "逗号",
    ";": "分号",
    "\t": "制表符",
    "|": "竖线",
    " ": "空格",
    How.DECLARED: "（已声明）",
    How.MARK: "（据文件标记）",
    How.CONTENT: "",
    How.GUESS: "（推测；可用 --{} 指定）",
}
