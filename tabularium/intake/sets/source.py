"""A file with delimiters as one long text in UTF-8, of which blocks are cut and lines are read."""

import codecs
from io import BufferedReader

from tabularium.intake.readers.encoding import NOT_TEXT_HANDLER

_READ = 1 << 20
"""Bytes that are read at least at once."""


class Source:
    """The text of a file from its present place on; bytes that are no text stay as they are."""

    def __init__(self, file: BufferedReader, codec: str) -> None:
        self._file = file
        self._is_utf_8 = codec in {"utf-8", "utf-8-sig"}
        self._decoder = codecs.getincrementaldecoder(codec)(errors=NOT_TEXT_HANDLER)
        self._at_end = False
        # One stretch of memory for all blocks: fresh memory is dear. The text is what lies in between.
        self._buffer = bytearray()
        self._place = self._end = 0
        if self._is_utf_8:
            mark = file.read(len(codecs.BOM_UTF8))
            self._append(b"" if mark == codecs.BOM_UTF8 else mark)

    def block(self, least: int) -> memoryview:
        """At least so many bytes from the present place on, or all there are; nothing is consumed.

        It is good until the text is asked for more.
        """
        while self._end - self._place < least and not self._at_end:
            self._fill(least - (self._end - self._place))
        return memoryview(self._buffer)[self._place : self._end]

    def consume(self, size: int) -> None:
        """Go on behind so many bytes."""
        self._place += size

    def readline(self, size: int, /) -> str:
        """The next line with its end; bytes that are no text become the reader's sign for them."""
        while True:
            end = self._line_end()
            if end >= 0:
                break
            if self._at_end or self._end - self._place > 4 * size:
                end = self._end
                break
            self._fill(_READ)
        line = self._buffer[self._place : end]
        self._place = end
        return line.decode("utf-8", NOT_TEXT_HANDLER if self._is_utf_8 else "surrogatepass")

    def _line_end(self) -> int:
        """Behind the end of the line, as text files have them: LF, CR LF or CR; -1 if not in sight."""
        line_feed = self._buffer.find(b"\n", self._place, self._end)
        stop = line_feed if line_feed >= 0 else self._end
        carriage = self._buffer.find(b"\r", self._place, stop)
        if 0 <= carriage < stop - 1:
            return carriage + 1
        if carriage >= 0 and line_feed < 0:
            # Its line feed may come with the next bytes.
            return carriage + 1 if self._at_end else -1
        return line_feed + 1 if line_feed >= 0 else -1

    def _fill(self, size: int) -> None:
        size = max(size, _READ)
        if self._is_utf_8:
            self._make_room(size)
            into = memoryview(self._buffer)[self._end : self._end + size]
            count = self._file.readinto(into)
            self._at_end = not count
            self._end += count
            return
        data = self._file.read(size)
        self._at_end = not data
        text = self._decoder.decode(data, final=self._at_end)
        self._append(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"))

    def _append(self, data: bytes) -> None:
        self._make_room(len(data))
        memoryview(self._buffer)[self._end : self._end + len(data)] = data
        self._end += len(data)

    def _make_room(self, size: int) -> None:
        """Make room for so many bytes behind the text, which may move to the beginning or elsewhere."""
        if self._end + size <= len(self._buffer):
            return
        left = self._buffer[self._place : self._end]
        if len(left) + size > len(self._buffer):
            self._buffer = bytearray(len(left) + size)
        memoryview(self._buffer)[: len(left)] = left
        self._place, self._end = 0, len(left)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return not self.block(1)
