"""Fields of the register's own."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import Exact


class _IdentityField(models.CharField):  # type: ignore[type-arg] # generic to the type checker alone
    """A public identity, or another text that is looked up whole and never by its beginning.

    Django gives every unique text on PostgreSQL a second index, for searches by the beginning. Spelt out,
    the same type has none, and a load writes one index less for each table and each reference. It is
    compared by its bytes, not by the rules of a language: that is what SQLite does anyway, and for most of
    the time that an index takes it compares.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type; lengths in characters."""
        by_bytes = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
        return f"character varying({self.max_length}){by_bytes}"


# The type checker knows what a text field holds, and loses it in a class derived from one.
IdentityField = models.CharField if TYPE_CHECKING else _IdentityField


def version_is_of(entry: str, version: str) -> Exact:
    """The condition that a column names a version of the entry that another one names.

    A version's identity is its entry's, a point and its number.
    """
    number_taken_off = Func(
        F(version), Value("0123456789"), function="RTRIM", output_field=TextField()
    )
    with_point = Func(F(entry), template="(%(expressions)s || '.')", output_field=TextField())
    return Exact(number_taken_off, with_point)
