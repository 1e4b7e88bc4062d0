"""On PostgreSQL an authority's registrar is seen in the name of the organisation that the authority is."""

from django.db import migrations

from tabularium.register import row_security


class Migration(migrations.Migration):

    dependencies = [
        ('register', '0015_identities_of_versions'),
    ]

    operations = [
        migrations.RunPython(row_security.make, migrations.RunPython.noop),
    ]
