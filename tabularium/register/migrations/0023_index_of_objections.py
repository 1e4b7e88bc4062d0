"""Objections are found among all other events, for the figures on how an authority decides them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0022_leaves_of_the_log")]
    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("type", "objected")),
                fields=["type", "at"],
                name="event_objects",
            ),
        ),
    ]
