"""Fields of the register's own."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class _IdentityField(models.CharField):  # type: ignore[type-arg] # generic to the type checker alone
    """A public identity: looked up whole, never by its beginning.

    Django gives every unique text on PostgreSQL a second index, for searches by the beginning. Spelt out,
    the same type has none, and a load writes one index less for each table and each reference.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type; lengths in characters."""
        del connection
        return f"character varying({self.max_length})"


# The type checker knows what a text field holds, and loses it in a class derived from one.
IdentityField = models.CharField if TYPE_CHECKING else _IdentityField
