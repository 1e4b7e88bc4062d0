"""What is known of a submission as a whole beyond its columns, written once when it is received.

`Submission.figures` is an object with these members, and those that intake adds, such as how the file was
read. It holds numbers and codes, and no value of a row: when an entry is erased, nothing of it is here.

- stopped_by: rows stopped, by severity and then by code of the finding that stopped them.
- warned_of: rows with a warning, by its code.

They say the same as the findings do, of which a file of millions of rows can have millions.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

STOPPED_BY = "stopped_by"
WARNED_OF = "warned_of"
_WARNING = "warning"

# Severities and codes are texts here, and enumerations where files are checked.
_Severity = TypeVar("_Severity", bound=str)
_Code = TypeVar("_Code", bound=str)
_Warning = TypeVar("_Warning", bound=str)


def by_finding(
    stopped_by: Mapping[tuple[_Severity, _Code], int], warned_of: Mapping[_Warning, int]
) -> dict[str, Any]:
    """The two members from counted rows: those stopped by severity and code, those warned of by code."""
    stopped: dict[str, dict[str, int]] = {}
    for (severity, code), rows in sorted(stopped_by.items()):
        stopped.setdefault(str(severity), {})[str(code)] = rows
    return {
        STOPPED_BY: stopped,
        WARNED_OF: {str(code): rows for code, rows in sorted(warned_of.items())},
    }


def found_in(stopped_by: object, warned_of: object) -> Counter[tuple[str, str]]:
    """Rows by severity and code, of the two members of one submission; none of one that has none."""
    found: Counter[tuple[str, str]] = Counter()
    if isinstance(stopped_by, Mapping):
        for severity, codes in stopped_by.items():
            for code, rows in codes.items():
                found[severity, code] += rows
    if isinstance(warned_of, Mapping):
        for code, rows in warned_of.items():
            found[_WARNING, code] += rows
    return found
