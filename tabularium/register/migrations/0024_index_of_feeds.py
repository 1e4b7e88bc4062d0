"""The feed of an authority is read by an index of what it published."""

from django.db import migrations, models

from tabularium.core.life_state import Stage


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0023_index_of_objections'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', Stage.PUBLISHED)), fields=['authority', 'public_from', 'id'], name='entry_in_feed'),
        ),
    ]
