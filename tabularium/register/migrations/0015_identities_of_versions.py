"""What a version's identity says is held by constraints in the place of triggers, which cost a load more.

Tables are made anew on SQLite, and rules of rows are now asked when the row is there: triggers go first and
come back.
"""

import django.db.models.lookups
from django.db import migrations, models

from tabularium.register import references, triggers


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)
    references.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)
    references.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0014_search_of_what_was_public'),
    ]

    operations = [
        migrations.RunPython(without_triggers, with_triggers),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('current_version'), models.Value('0123456789'), function='RTRIM', output_field=models.TextField()), models.Func(models.F('id'), output_field=models.TextField(), template="(%(expressions)s || '.')")), name='entry_keeps_to_its_versions'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('version'), models.Value('0123456789'), function='RTRIM', output_field=models.TextField()), models.Func(models.F('entry'), output_field=models.TextField(), template="(%(expressions)s || '.')")), name='event_of_its_entry'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('id'), models.Value('0123456789'), function='RTRIM', output_field=models.TextField()), models.Func(models.F('entry'), output_field=models.TextField(), template="(%(expressions)s || '.')")), name='version_is_called_by_its_entry'),
        ),
        migrations.RunPython(with_triggers, without_triggers),
    ]
