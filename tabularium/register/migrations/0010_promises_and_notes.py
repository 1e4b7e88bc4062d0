"""Promises with a day and an answer, and notes beside entries.

Tables are made anew on SQLite, and the list of who may do what has grown: triggers go first and come back.
"""

import tabularium.core.kinds
import tabularium.core.life_events
import tabularium.core.life_state
from django.db import migrations, models

from tabularium.register import triggers


def refuse_promises_without_a_day(apps, schema_editor):
    """A promise that names no day cannot be answered, and nobody here can say which day was meant."""
    versions = apps.get_model("register", "Version").objects.using(schema_editor.connection.alias)
    if versions.filter(kind="promise", erased_at=None).exists():
        message = (
            "The register holds promises of an earlier form, without the day by which they are promised."
            " Make a new register and submit its files again."
        )
        raise ValueError(message)


def without_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def with_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0009_events_of_accounts'),
    ]

    operations = [
        migrations.RunPython(refuse_promises_without_a_day, migrations.RunPython.noop),
        migrations.RunPython(without_triggers, with_triggers),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_role_fits',
        ),
        migrations.RemoveConstraint(
            model_name='version',
            name='version_is_empty_when_erased',
        ),
        migrations.AddField(
            model_name='entry',
            name='due_at',
            field=models.DateTimeField(blank=True, help_text='Of a promise: the day promised last is over.', null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='outcome',
            field=models.CharField(blank=True, choices=[(tabularium.core.life_state.Outcome['OPEN'], tabularium.core.life_state.Outcome['OPEN']), (tabularium.core.life_state.Outcome['KEPT'], tabularium.core.life_state.Outcome['KEPT']), (tabularium.core.life_state.Outcome['NOT_KEPT'], tabularium.core.life_state.Outcome['NOT_KEPT'])], default='', help_text='Of a promise: what its authority said last. That it said nothing, the date tells.', max_length=10),
        ),
        migrations.AddField(
            model_name='entry',
            name='unanswered_from',
            field=models.DateTimeField(blank=True, help_text='Of a promise: its authority has not said what became of it.', null=True),
        ),
        migrations.AddField(
            model_name='version',
            name='due_on',
            field=models.DateField(blank=True, help_text='Last day in time, included.', null=True),
        ),
        migrations.AddField(
            model_name='version',
            name='promised_to',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AlterField(
            model_name='event',
            name='type',
            field=models.CharField(choices=[(tabularium.core.life_events.EventType['RECORDED'], tabularium.core.life_events.EventType['RECORDED']), (tabularium.core.life_events.EventType['APPROVED'], tabularium.core.life_events.EventType['APPROVED']), (tabularium.core.life_events.EventType['NOTIFIED'], tabularium.core.life_events.EventType['NOTIFIED']), (tabularium.core.life_events.EventType['ANSWERED'], tabularium.core.life_events.EventType['ANSWERED']), (tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK'], tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK']), (tabularium.core.life_events.EventType['PUBLISHED'], tabularium.core.life_events.EventType['PUBLISHED']), (tabularium.core.life_events.EventType['OBJECTED'], tabularium.core.life_events.EventType['OBJECTED']), (tabularium.core.life_events.EventType['UPHELD'], tabularium.core.life_events.EventType['UPHELD']), (tabularium.core.life_events.EventType['CORRECTED'], tabularium.core.life_events.EventType['CORRECTED']), (tabularium.core.life_events.EventType['WITHDRAWN'], tabularium.core.life_events.EventType['WITHDRAWN']), (tabularium.core.life_events.EventType['LAPSED'], tabularium.core.life_events.EventType['LAPSED']), (tabularium.core.life_events.EventType['STAYED'], tabularium.core.life_events.EventType['STAYED']), (tabularium.core.life_events.EventType['STAY_LIFTED'], tabularium.core.life_events.EventType['STAY_LIFTED']), (tabularium.core.life_events.EventType['REPAIR_ASKED'], tabularium.core.life_events.EventType['REPAIR_ASKED']), (tabularium.core.life_events.EventType['REPAIR_GRANTED'], tabularium.core.life_events.EventType['REPAIR_GRANTED']), (tabularium.core.life_events.EventType['REPAIR_REFUSED'], tabularium.core.life_events.EventType['REPAIR_REFUSED']), (tabularium.core.life_events.EventType['ANNOTATED'], tabularium.core.life_events.EventType['ANNOTATED']), (tabularium.core.life_events.EventType['PROMISE_KEPT'], tabularium.core.life_events.EventType['PROMISE_KEPT']), (tabularium.core.life_events.EventType['PROMISE_NOT_KEPT'], tabularium.core.life_events.EventType['PROMISE_NOT_KEPT']), (tabularium.core.life_events.EventType['ERASED'], tabularium.core.life_events.EventType['ERASED'])], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', tabularium.core.kinds.Kind['PROMISE']), models.Q(('stage', tabularium.core.life_state.Stage['ERASED']), _negated=True), ('due_at__isnull', False), ('outcome__in', [tabularium.core.life_state.Outcome['OPEN'], tabularium.core.life_state.Outcome['KEPT'], tabularium.core.life_state.Outcome['NOT_KEPT']]), ('unanswered_from__gte', models.F('due_at')), ('unanswered_from__isnull', False)), models.Q(models.Q(models.Q(('kind', tabularium.core.kinds.Kind['PROMISE']), _negated=True), ('stage', tabularium.core.life_state.Stage['ERASED']), _connector='OR'), ('due_at', None), ('outcome', ''), ('unanswered_from', None)), _connector='OR'), name='entry_promise_is_due'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', [tabularium.core.life_events.Role['CLERK'], tabularium.core.life_events.Role['SUBMISSION']]), ('type', tabularium.core.life_events.EventType['RECORDED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['APPROVED'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['NOTIFIED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['ANSWERED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['ANSWER_TAKEN_BACK'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['PUBLISHED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['OBJECTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['UPHELD'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['CORRECTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['WITHDRAWN'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['LAPSED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['STAYED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['STAY_LIFTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['ORGANISATION']]), ('type', tabularium.core.life_events.EventType['REPAIR_ASKED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['REPAIR_GRANTED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['REPAIR_REFUSED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['ANNOTATED'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['PROMISE_KEPT'])), models.Q(('role__in', [tabularium.core.life_events.Role['APPROVER']]), ('type', tabularium.core.life_events.EventType['PROMISE_NOT_KEPT'])), models.Q(('role__in', [tabularium.core.life_events.Role['SYSTEM']]), ('type', tabularium.core.life_events.EventType['ERASED'])), _connector='OR'), name='event_role_fits'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at__isnull', False), models.Q(('kind', tabularium.core.kinds.Kind['PROMISE']), models.Q(('promised_to', ''), _negated=True), ('due_on__isnull', False)), models.Q(models.Q(('kind', tabularium.core.kinds.Kind['PROMISE']), _negated=True), ('due_on__isnull', True), ('promised_to', '')), _connector='OR'), name='version_promise_says_to_whom_and_by_when'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__isnull', True), models.Q(('decided_on__isnull', False), ('due_on__gte', models.F('decided_on'))), _connector='OR'), name='version_promise_is_due_after_it_is_made'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('amount', ''), ('currency', ''), ('decided_on__isnull', True), ('decision_number', ''), ('details', {}), ('due_on__isnull', True), ('language', ''), ('legal_basis', ''), ('legal_basis_url', ''), ('measure', ''), ('notice_channel', ''), ('objection_route', ''), ('objection_url', ''), ('promised_to', ''), ('subject_name', ''), ('summary', ''), ('term_begins__isnull', True), ('term_ends__isnull', True)), _connector='OR'), name='version_is_empty_when_erased'),
        ),
        migrations.RunPython(with_triggers, without_triggers),
    ]
