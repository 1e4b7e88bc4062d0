"""Whether an organisation has a public entry is answered by an index alone."""

from django.db import migrations, models

from tabularium.register.large_tables import AddIndexInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("register", "0027_rows_that_search_has_of_before")]
    operations = [
        AddIndexInUse(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("stage", "published"), ("stayed", False), ("suspended", False)),
                fields=["organisation", "public_until", "public_from"],
                name="entry_of_who_is_shown",
            ),
        ),
    ]
