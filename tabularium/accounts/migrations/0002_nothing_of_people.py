"""What allauth has tables for and this register does not keep: the database refuses it.

No e-mail addresses, no tokens of sign-in providers, and nothing of what a provider tells about a person.
"""

from django.db import migrations

from tabularium.accounts import kept_out


def make(apps, schema_editor):
    kept_out.install(schema_editor.connection)


def take_back(apps, schema_editor):
    kept_out.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_shared_memory"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(make, take_back)]
