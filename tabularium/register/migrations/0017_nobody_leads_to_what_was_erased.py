"""At erasure, the accounts that acted for an organisation go from its events.

What refuses every change of an event is made anew, and so, on SQLite, is the table.
"""

from django.db import migrations, models

from tabularium.register import triggers


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


def sever(apps, schema_editor):
    """As erasure does it from now on, for what was erased before."""
    events = apps.get_model("register", "Event").objects.using(schema_editor.connection.alias)
    events.filter(role="organisation", entry__stage="erased").update(actor=None)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0016_registrars_answer_for_their_authority'),
    ]

    operations = [
        migrations.RunPython(without_triggers, with_triggers),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_has_an_actor_unless_the_system_acts',
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actor__isnull', True), ('role', 'system')), ('role', 'organisation'), models.Q(models.Q(('role', 'system'), _negated=True), ('actor__isnull', False)), _connector='OR'), name='event_has_an_actor_unless_the_system_acts'),
        ),
        migrations.RunPython(sever, migrations.RunPython.noop),
        migrations.RunPython(with_triggers, without_triggers),
    ]
