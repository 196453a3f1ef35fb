"""The index of the search, which each database keeps in its own way; its rows are made from the messages."""

from django.db import migrations

from comvir.conversation.search import postgres, sqlite


def create(apps, editor):
    statements = postgres.CREATE if editor.connection.vendor == "postgresql" else [sqlite.CREATE]
    for statement in statements:
        editor.execute(statement)


def drop(apps, editor):
    editor.execute(postgres.DROP if editor.connection.vendor == "postgresql" else sqlite.DROP)


class Migration(migrations.Migration):
    dependencies = [("conversation", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
