"""The table in which tries to sign in are counted, for all processes together."""

from django.core.management import call_command
from django.db import migrations

TABLE = "accounts_shared_memory"


def make(apps, schema_editor):
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def take_back(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("register", "0002_triggers_and_search")]
    operations = [migrations.RunPython(make, take_back)]
