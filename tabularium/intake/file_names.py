"""Names of files as others send them, made fit to be names here."""

import unicodedata


def bare_name(given: str) -> str:
    """A file's name without any path, control character, or blank and dot at its ends; it may be empty."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable()).strip(" .")


def shortened(text: str, most: int) -> str:
    """As many characters of a text as have at most `most` bytes in UTF-8."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")
