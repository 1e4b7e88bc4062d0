"""One field of a version can be erased, and the rest stays provable."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tabularium.register import row_security, triggers


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0024_index_of_feeds'),
    ]

    operations = [
        migrations.RunPython(without_triggers, with_triggers),
        migrations.AddField(
            model_name='version',
            name='erased_fields',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.CreateModel(
            name='ErasedField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('summary', 'summary'), ('details', 'details')], max_length=10)),
                ('rule', models.CharField(choices=[('personal-data', 'personal-data'), ('court-order', 'court-order')], max_length=20)),
                ('at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(blank=True, help_text='When what the database itself keeps of former rows was cleared too.', null=True)),
                ('erased_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures_of_fields', to='register.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'field'), name='erased_field_once'), models.CheckConstraint(condition=models.Q(('field__in', ['summary', 'details'])), name='erased_field_is_erasable'), models.CheckConstraint(condition=models.Q(('rule__in', ['personal-data', 'court-order'])), name='erased_field_rule_is_known')],
            },
        ),
        migrations.RunPython(with_triggers, without_triggers),
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ]
