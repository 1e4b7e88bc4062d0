"""Tries to sign in and calls that were counted, forgotten when they count no more."""

from django.conf import settings
from django.db import connection

from tabularium import clock


def forget_tries() -> int:
    """Remove counts whose time is over, and how many there were.

    They name the addresses from which somebody came. Django's cache in the database removes such rows only
    once there are very many.
    """
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - our own table
        return int(cursor.rowcount)
