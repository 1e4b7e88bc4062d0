"""Indexes of decisions and identifiers begin with what differs, so that thousands are looked up by them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0018_keys_of_members'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_decision_once',
        ),
        migrations.RemoveConstraint(
            model_name='registeredidentifier',
            name='identifier_is_of_one',
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('decision_key__isnull', False)), fields=('decision_key', 'item'), name='entry_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='registeredidentifier',
            constraint=models.UniqueConstraint(fields=('value', 'scheme'), name='identifier_is_of_one'),
        ),
    ]
