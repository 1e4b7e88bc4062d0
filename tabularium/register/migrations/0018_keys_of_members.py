"""Keys by which programs act as members."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tabularium.register import row_security


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0017_nobody_leads_to_what_was_erased'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accountevent',
            name='what',
            field=models.CharField(choices=[('opened', 'Opened'), ('role-given', 'Role Given'), ('role-taken', 'Role Taken'), ('link-made', 'Link Made'), ('password-set', 'Password Set'), ('second-factor-reset', 'Second Factor Reset'), ('closed', 'Closed'), ('reopened', 'Reopened'), ('sign-on-linked', 'Sign On Linked'), ('key-made', 'Key Made'), ('key-used', 'Key Used'), ('key-revoked', 'Key Revoked'), ('sign-on-unlinked', 'Sign On Unlinked')], max_length=20),
        ),
        migrations.CreateModel(
            name='MemberKey',
            fields=[
                ('id', models.CharField(help_text='Stands in the key itself.', max_length=12, primary_key=True, serialize=False)),
                ('label', models.CharField(help_text='What its holder calls it.', max_length=80)),
                ('sha256', models.CharField(help_text='Of the whole key, in hexadecimal.', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_on', models.DateField(blank=True, help_text='In UTC; no nearer than the day.', null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='member_key_ends_after_it_begins')],
            },
        ),
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ]
