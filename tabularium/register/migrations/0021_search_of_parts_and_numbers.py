"""Search finds parts of words, either sort of Chinese characters, and decisions by their numbers.

What is public is indexed anew: a register of a million organisations takes some minutes for it.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

from tabularium.register import decision_numbers, search_index
from tabularium.register.search_compared import Searched

AT_ONCE = 1000


def index_anew(apps, schema_editor):
    decision_numbers.create(schema_editor.connection)
    search_index.drop(schema_editor.connection)
    search_index.create(schema_editor.connection)
    entries = apps.get_model("register", "Entry").objects
    was_public = Exists(entries.filter(organisation=OuterRef("pk"), was_public=True))
    organisations = (
        apps.get_model("register", "Organisation")
        .objects.filter(Q(authority__isnull=False) | was_public)
        .prefetch_related("other_names", "identifiers")
        .order_by("pk")
    )
    last = ""
    while block := list(organisations.filter(pk__gt=last)[:AT_ONCE]):
        last = block[-1].pk
        search_index.put(map(Searched.of, block))
    last = ""
    numbers = (
        entries.filter(was_public=True)
        .exclude(stage="erased")
        .order_by("pk")
        .values_list("pk", "current_version__decision_number")
    )
    while some := list(numbers.filter(pk__gt=last)[:AT_ONCE]):
        last = some[-1][0]
        decision_numbers.put(some)


def take_back(apps, schema_editor):
    decision_numbers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("register", "0020_changes_of_what_is_public")]
    operations = [migrations.RunPython(index_anew, take_back)]
