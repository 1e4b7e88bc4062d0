"""A notice that came back counts as not given.

Tables are made anew on SQLite: triggers go first and come back.
"""

import django.db.models.deletion
import tabularium.core.life_events
from django.conf import settings
from django.db import migrations, models

from tabularium.register import triggers


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0010_promises_and_notes'),
    ]

    operations = [
        migrations.RunPython(without_triggers, with_triggers),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_role_fits',
        ),
        migrations.AlterField(
            model_name='delivery',
            name='entered_by',
            field=models.ForeignKey(blank=True, help_text='Who said that a letter was posted, or that a notice came back.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='event',
            name='type',
            field=models.CharField(choices=[(tabularium.core.life_events.EventType['RECORDED'], tabularium.core.life_events.EventType['RECORDED']), (tabularium.core.life_events.EventType['APPROVED'], tabularium.core.life_events.EventType['APPROVED']), (tabularium.core.life_events.EventType['NOTIFIED'], tabularium.core.life_events.EventType['NOTIFIED']), (tabularium.core.life_events.EventType['NOTICE_RETURNED'], tabularium.core.life_events.EventType['NOTICE_RETURNED']), (tabularium.core.life_events.EventType['ANSWERED'], tabularium.core.life_events.EventType['ANSWERED']), (tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK'], tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK']), (tabularium.core.life_events.EventType['PUBLISHED'], tabularium.core.life_events.EventType['PUBLISHED']), (tabularium.core.life_events.EventType['OBJECTED'], tabularium.core.life_events.EventType['OBJECTED']), (tabularium.core.life_events.EventType['UPHELD'], tabularium.core.life_events.EventType['UPHELD']), (tabularium.core.life_events.EventType['CORRECTED'], tabularium.core.life_events.EventType['CORRECTED']), (tabularium.core.life_events.EventType['WITHDRAWN'], tabularium.core.life_events.EventType['WITHDRAWN']), (tabularium.core.life_events.EventType['LAPSED'], tabularium.core.life_events.EventType['LAPSED']), (tabularium.core.life_events.EventType['STAYED'], tabularium.core.life_events.EventType['STAYED']), (tabularium.core.life_events.EventType['STAY_LIFTED'], tabularium.core.life_events.EventType['STAY_LIFTED']), (tabularium.core.life_events.EventType['REPAIR_ASKED'], tabularium.core.life_events.EventType['REPAIR_ASKED']), (tabularium.core.life_events.EventType['REPAIR_GRANTED'], tabularium.core.life_events.EventType['REPAIR_GRANTED']), (tabularium.core.life_events.EventType['REPAIR_REFUSED'], tabularium.core.life_events.EventType['REPAIR_REFUSED']), (tabularium.core.life_events.EventType['ANNOTATED'], tabularium.core.life_events.EventType['ANNOTATED']), (tabularium.core.life_events.EventType['PROMISE_KEPT'], tabularium.core.life_events.EventType['PROMISE_KEPT']), (tabularium.core.life_events.EventType['PROMISE_NOT_KEPT'], tabularium.core.life_events.EventType['PROMISE_NOT_KEPT']), (tabularium.core.life_events.EventType['ERASED'], tabularium.core.life_events.EventType['ERASED'])], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', [tabularium.core.life_events.Role['CLERK'], tabularium.core.life_events.Role['SUBMISSION']]), ('type', tabularium.core.life_events.EventType['RECORDED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['APPROVED'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['NOTIFIED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER'], tabularium.core.life_events.Role['CLERK']]), ('type', tabularium.core.life_events.EventType['NOTICE_RETURNED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['ANSWERED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['PUBLISHED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['OBJECTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['UPHELD'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['CORRECTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['WITHDRAWN'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['LAPSED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['STAYED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['STAY_LIFTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['REPAIR_ASKED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['REPAIR_GRANTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['REPAIR_REFUSED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['ANNOTATED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['PROMISE_KEPT'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['PROMISE_NOT_KEPT'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['ERASED'])), _connector='OR'), name='event_role_fits'),
        ),
        migrations.RunPython(with_triggers, without_triggers),
    ]
