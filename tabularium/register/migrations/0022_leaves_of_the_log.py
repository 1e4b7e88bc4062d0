"""Leaves of the transparency log, and the checkpoints that were signed.

Entries that are public already get their leaves when the log begins (`services.log_places.enter_past`).
"""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from tabularium.register import row_security, triggers


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


def name_organisations(apps, schema_editor):
    """Versions that have salts already say whom they are about, as later ones do."""
    alias = schema_editor.connection.alias
    identifiers = apps.get_model("register", "RegisteredIdentifier").objects.using(alias)
    first = (
        identifiers.filter(organisation__entries__versions=OuterRef("version_id"))
        .order_by("pk")
        .annotate(whole=Concat("scheme", Value(" "), "value", output_field=models.TextField()))
        .values("whole")[:1]
    )
    apps.get_model("register", "VersionSalts").objects.using(alias).update(
        identifier=Coalesce(Subquery(first), Value(""))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0021_search_of_parts_and_numbers'),
    ]

    operations = [
        migrations.RunPython(without_triggers, with_triggers),
        migrations.AddField(
            model_name='versionsalts',
            name='identifier',
            field=models.TextField(blank=True, default='', help_text='What the version says of it too: scheme and number of the organisation, then.'),
        ),
        migrations.RunPython(name_organisations, migrations.RunPython.noop),
        migrations.CreateModel(
            name='SignedCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(help_text='Which log: its address without scheme.', max_length=255)),
                ('size', models.PositiveBigIntegerField(help_text='How many leaves it has.')),
                ('root', models.BinaryField(help_text='32 bytes.')),
                ('note', models.TextField(help_text='The signed note, whole.')),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['origin', 'size'], name='checkpoint_in_order')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('root'), 32), name='checkpoint_has_a_root')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='leaf', serialize=False, to='register.event')),
                ('change', models.CharField(choices=[('published', 'published'), ('suspended', 'suspended'), ('restored', 'restored'), ('corrected', 'corrected'), ('withdrawn', 'withdrawn'), ('ended-early', 'ended-early'), ('erased', 'erased')], max_length=12)),
                ('index', models.PositiveBigIntegerField(blank=True, help_text='Its place in the log, from 0, once it has one.', null=True, unique=True)),
                ('commitment', models.BinaryField(help_text='What stands in the log: 32 bytes.')),
                ('salt', models.BinaryField(help_text='32 random bytes of this leaf; empty once it is erased.')),
                ('fact_salts', models.BinaryField(help_text='32 random bytes for each fact that is no content of a version, in the order of names; empty once it is erased.')),
                ('told', models.JSONField(blank=True, default=dict, help_text='Of an erasure: facts that nothing else says.')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='register.entry')),
            ],
            options={
                'verbose_name_plural': 'leaves',
                'indexes': [models.Index(condition=models.Q(('index__isnull', True)), fields=['event'], name='leaf_waits_for_its_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('change__in', ['published', 'suspended', 'restored', 'corrected', 'withdrawn', 'ended-early', 'erased'])), name='leaf_change_is_known'), models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('commitment'), 32), name='leaf_is_a_commitment'), models.CheckConstraint(condition=models.Q(('change', 'erased'), ('told', {}), _connector='OR'), name='leaf_tells_of_erasures_alone'), models.CheckConstraint(condition=models.Q(models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('salt'), 32), django.db.models.expressions.NegatedExpression(django.db.models.lookups.Exact(django.db.models.functions.text.Length('fact_salts'), 0))), models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('salt'), 0), django.db.models.lookups.Exact(django.db.models.functions.text.Length('fact_salts'), 0)), _connector='OR'), name='leaf_has_both_salts_or_none')],
            },
        ),
        migrations.RunPython(with_triggers, without_triggers),
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ]
