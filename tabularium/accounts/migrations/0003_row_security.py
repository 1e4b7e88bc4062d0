"""What PostgreSQL itself lets be read and written in somebody's name."""

from django.db import migrations

from tabularium.register import row_security


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_nothing_of_people"),
        ("register", "0009_events_of_accounts"),
    ]
    operations = [migrations.RunPython(row_security.make, migrations.RunPython.noop)]
