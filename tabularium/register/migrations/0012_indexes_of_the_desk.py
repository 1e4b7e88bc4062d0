"""Indexes by which the desk of an authority finds its work."""

import tabularium.core.life_state
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0011_notices_that_came_back'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', tabularium.core.life_state.Stage['DRAFT'])), fields=['authority', 'kind', 'last_event_at'], name='entry_draft_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', tabularium.core.life_state.Stage['DRAFT']), _negated=True), fields=['authority', 'last_event_at'], name='entry_beyond_draft_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('objection_open', True)), fields=['authority', 'decide_by'], name='entry_objection_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('repair_open', True)), fields=['authority', 'last_event_at'], name='entry_repair_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stayed', True)), fields=['authority', 'last_event_at'], name='entry_stayed_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', tabularium.core.life_state.Stage['APPROVED'])), fields=['authority', 'last_event_at'], name='entry_to_tell_at_desk'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('stage', tabularium.core.life_state.Stage['NOTIFIED'])), fields=['authority', 'window_closes_at'], name='entry_window_at_desk'),
        ),
    ]
