"""An index by which the desk finds promises that their authority has still to answer for."""

import tabularium.core.life_state
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0012_indexes_of_the_desk'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('outcome__in', (tabularium.core.life_state.Outcome['OPEN'], tabularium.core.life_state.Outcome['NOT_KEPT']))), fields=['authority', 'unanswered_from'], name='entry_promise_at_desk'),
        ),
    ]
