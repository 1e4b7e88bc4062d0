"""Changes of what is public in an order that copies can follow; what was public before comes first."""

import django.db.models.deletion
from django.db import migrations, models

import tabularium.core.life_state
import tabularium.register.ids
import tabularium.register.models.fields
from tabularium.register import row_security

NOTE_ALL = (
    "INSERT INTO register_publicchange (entry_id, position, appeared)"
    " SELECT id, NULL, NULL FROM register_entry WHERE was_public"
)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0019_what_differs_comes_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeFeed',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', tabularium.register.models.fields._IdentityField(default=tabularium.register.ids.new_id, editable=False, max_length=12)),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='PublicChange',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='public_change', serialize=False, to='register.entry')),
                ('position', models.PositiveBigIntegerField(blank=True, help_text='From 1; empty until it is given.', null=True, unique=True)),
                ('appeared', models.PositiveBigIntegerField(blank=True, help_text='Its place when the entry last became public.', null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', tabularium.core.life_state.Stage['PUBLISHED']), ('public_until__isnull', False)), fields=['public_until', 'id'], name='entry_ends'),
        ),
        migrations.AddConstraint(
            model_name='changefeed',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='change_feed_is_one'),
        ),
        migrations.AddIndex(
            model_name='publicchange',
            index=models.Index(condition=models.Q(('position__isnull', True)), fields=['entry'], name='public_change_to_place'),
        ),
        migrations.AddConstraint(
            model_name='publicchange',
            constraint=models.CheckConstraint(condition=models.Q(('position__isnull', True), models.Q(('appeared__isnull', False), ('appeared__lte', models.F('position'))), _connector='OR'), name='public_change_appears_before_it_changes'),
        ),
        migrations.RunSQL(NOTE_ALL, migrations.RunSQL.noop),
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ]
