"""What Django cannot say: triggers that refuse, and the search index."""

from django.db import migrations

from tabularium.register import references, search_index, triggers


def make(apps, schema_editor):
    triggers.install(schema_editor.connection)
    references.install(schema_editor.connection)
    search_index.create(schema_editor.connection)


def take_back(apps, schema_editor):
    search_index.drop(schema_editor.connection)
    references.remove(schema_editor.connection)
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(make, take_back)]
