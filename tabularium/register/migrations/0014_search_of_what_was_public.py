"""Search holds authorities and organisations of which an entry was public; who stands in drafts alone goes."""

from django.db import migrations

from tabularium.register import search_index


def only_what_was_public(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {search_index.TABLE} WHERE organisation_id NOT IN"
            " (SELECT organisation_id FROM register_authority UNION SELECT organisation_id FROM register_entry"
            " WHERE was_public AND organisation_id IS NOT NULL)"
        )
        if schema_editor.connection.vendor == "sqlite":
            # Or FTS5 keeps the words of what was removed until it happens to merge its segments.
            cursor.execute(f"INSERT INTO {search_index.TABLE} ({search_index.TABLE}) VALUES ('optimize')")


class Migration(migrations.Migration):
    dependencies = [("register", "0013_index_of_promises")]
    operations = [migrations.RunPython(only_what_was_public, migrations.RunPython.noop)]
