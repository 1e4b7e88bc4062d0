"""Upkeep finds the rows of the index of names that it has to fill, however many there are."""

from django.db import migrations

from tabularium.register import search_index
from tabularium.register.large_tables import without_time_out


def find_them_fast(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with without_time_out(schema_editor):
            search_index.find_older_fast(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("register", "0026_what_search_compares")]
    operations = [migrations.RunPython(find_them_fast, migrations.RunPython.noop)]
