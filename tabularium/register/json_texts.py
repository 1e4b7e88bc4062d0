"""JSON written by the database: given to programs as it stands, without a Python object for each value.

PostgreSQL and SQLite write texts as Python's `json` does where it leaves other scripts as they are (RFC 8259,
section 7): `"`, the backslash and control characters escaped, the five that have a short form by it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Aggregate, Func, TextField

Member = tuple[str, Any]


class _Written:
    """An expression that PostgreSQL and SQLite write each in its way."""

    output_field = TextField()

    on_sqlite: ClassVar[Mapping[str, str]] = {}
    """What is another there, of what `Func` is made with."""

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there."""
        written: Any = self
        return written.as_sql(compiler, connection, **self.on_sqlite, **more)


class Quoted(_Written, Func):
    """A text or a number that there is, or a day that there is."""

    arity = 1
    template = "to_json(%(expressions)s)::text"
    on_sqlite: ClassVar = {"template": "json_quote(%(expressions)s)"}


class QuotedOrNull(Quoted):
    """A number or a day; `null` for none."""

    template = "coalesce(to_json(%(expressions)s)::text, 'null')"


class Instant(Quoted):
    """An instant in UTC, by ISO 8601 without a zone, as finely as it is kept; `null` for none.

    On SQLite with a blank between day and time.
    """

    template = "coalesce(to_json(%(expressions)s AT TIME ZONE 'UTC')::text, 'null')"


class Joined(_Written, Func):
    """Texts one after the other."""

    function = "concat"
    on_sqlite: ClassVar = {"template": "(%(expressions)s)", "arg_joiner": " || "}


class UnlessEmpty(_Written, Func):
    """The second of two texts; `null` where the first is empty."""

    arity = 2
    template = "CASE WHEN %(expressions)s END"
    arg_joiner = " = '' THEN 'null' ELSE "


class List(_Written, Func):
    """A list."""

    template = "json_build_array(%(expressions)s)::text"
    on_sqlite: ClassVar = {"template": "json_array(%(expressions)s)"}


class EachIn(_Written, Aggregate):
    """A text that is a list, of a list of some columns for each row; empty or none where there is no row."""

    template = "json_agg(json_build_array(%(expressions)s))::text"
    # What is joined to nothing is a text, and not at times JSON that stands as it is in other JSON.
    on_sqlite: ClassVar = {"template": "(json_group_array(json_array(%(expressions)s)) || '')"}


def literal(text: str) -> Func:
    """A text of ours, which stands in the statement itself.

    Args:
        text: without an apostrophe or a percent sign.
    """
    assert not {"'", "%"} & set(text)
    return Func(template=f"'{text}'", output_field=TextField())


def members(*named: Member) -> Joined:
    """Members of an object, each a name and an expression that writes its value, with commas between."""
    parts: list[Any] = []
    for name, value in named:
        parts += [literal(f'{"," if parts else ""}"{name}":'), value]
    return Joined(*parts)
