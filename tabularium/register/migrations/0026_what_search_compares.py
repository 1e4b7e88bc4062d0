"""A row of the index of names holds what search compares, so that no search folds names anew.

On PostgreSQL a column is added, which upkeep fills (`services.organisations.index_older`). SQLite, which is
upgraded with a pause, cannot add one to an index: there it is made anew.
"""

from django.db import migrations

from tabularium.register import search_index
from tabularium.register.search_compared import Searched

AT_ONCE = 500


def keep_what_is_compared(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        search_index.add_compared(connection)
        return
    identities = sorted(search_index.identities())
    search_index.drop(connection)
    search_index.create(connection)
    organisations = apps.get_model("register", "Organisation").objects
    organisations = organisations.prefetch_related("other_names", "identifiers")
    for start in range(0, len(identities), AT_ONCE):
        some = organisations.filter(pk__in=identities[start : start + AT_ONCE])
        search_index.put(map(Searched.of, some))


class Migration(migrations.Migration):
    dependencies = [("register", "0025_erased_fields")]
    operations = [migrations.RunPython(keep_what_is_compared, migrations.RunPython.noop)]
