"""JSON written by the database: given to programs as it stands, without a Python object for each value.

PostgreSQL and SQLite write texts as Python's `json` does where it leaves other scripts as they are (RFC 8259,
section 7): `"`, the backslash and control characters escaped, the five that have a short form by it.
"""

from typing import Any

from django.db.models import Aggregate, Func, TextField

Member = tuple[str, Any]


class _AsText(Func):
    output_field = TextField()
    arity: int | None


class Quoted(_AsText):
    """A text or a number that there is, or a day that there is."""

    arity = 1
    template = "to_json(%(expressions)s)::text"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there."""
        return self.as_sql(compiler, connection, template="json_quote(%(expressions)s)", **more)


class QuotedOrNull(Quoted):
    """A number or a day; `null` for none."""

    template = "coalesce(to_json(%(expressions)s)::text, 'null')"


class Instant(_AsText):
    """An instant in UTC, by ISO 8601 without a zone, as finely as it is kept; `null` for none."""

    arity = 1
    template = "coalesce(to_json(%(expressions)s AT TIME ZONE 'UTC')::text, 'null')"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there, with a blank between day and time."""
        return self.as_sql(compiler, connection, template="json_quote(%(expressions)s)", **more)


class Joined(_AsText):
    """Texts one after the other."""

    function = "concat"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there."""
        template = "(%(expressions)s)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" || ", **more)


class UnlessEmpty(_AsText):
    """The second of two texts; `null` where the first is empty."""

    arity = 2
    template = "CASE WHEN %(expressions)s END"
    arg_joiner = " = '' THEN 'null' ELSE "


class List(_AsText):
    """A list."""

    template = "json_build_array(%(expressions)s)::text"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there."""
        return self.as_sql(compiler, connection, template="json_array(%(expressions)s)", **more)


class EachIn(Aggregate):
    """A text that is a list, of a list of some columns for each row; empty or none where there is no row."""

    output_field = TextField()
    template = "json_agg(json_build_array(%(expressions)s))::text"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The same there."""
        # What is joined to nothing is a text, and not at times JSON that stands as it is in other JSON.
        template = "(json_group_array(json_array(%(expressions)s)) || '')"
        return self.as_sql(compiler, connection, template=template, **more)


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
