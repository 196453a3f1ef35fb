"""Row ids taken beforehand, so that rows of an import can point at one another before any is written."""

from django.db import connection, models


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """That many ids nobody else will get, in order, within the caller's transaction."""
    if not count:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return sorted(row[0] for row in cursor.fetchall())
        # SQLite has one writer, and the transaction already is it: nothing can come between the look and the rows.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + 1 + count))
