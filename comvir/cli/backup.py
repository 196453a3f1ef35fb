"""`python -m comvir backup FILE`: the whole house in one file, while it goes on serving."""

import argparse
import os
import stat
import sys
import tempfile
from gettext import gettext as _
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from comvir import __version__
from comvir.cli.house import database_file, need_house
from comvir.cli.progress import Progress
from comvir.cli.trouble import Trouble
from comvir.lib import backup, postgrescopy, sqlitecopy
from comvir.lib.folder import KEY_FILE, data_folder

# Touched after each backup: the doctor tells its age.
LAST_BACKUP = "last-backup"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=_("where to write the backup, such as house.tar.gz"))
    parser.add_argument("--replace", action="store_true", help=_("write over FILE if it is there"))
    parser.description = "\n".join(
        [
            _("Copy the whole house into one file: database, pictures, secret key."),
            _("The server may go on running. The file is proved before this command says it is done."),
            _("It holds every private word: keep it where only you can read it, and not on the same disk."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    target: Path = options.file.expanduser().absolute()
    need_house()
    _check_target(target, replace=options.replace)
    make(target, Progress())
    size = target.stat().st_size
    print(_("The house is saved and proved: %(file)s (%(size)s).") % {"file": target, "size": spoken_size(size)})
    return 0


def _check_target(target: Path, *, replace: bool) -> None:
    if target.is_dir():
        raise Trouble(_("A file is needed here, but this is a folder: %(file)s") % {"file": target})
    if target.exists() and not replace:
        raise Trouble(_("%(file)s is already there. Choose another name, or add --replace.") % {"file": target})
    if not target.parent.is_dir():
        raise Trouble(_("There is no such file or folder: %(file)s") % {"file": target.parent})
    mode = target.parent.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        words = {"folder": target.parent}
        print(_("Beware: anybody on this machine can take files out of %(folder)s.") % words, file=sys.stderr)
    if target.is_relative_to(data_folder()):
        print(_("Beware: this backup lies inside the house. Take a copy elsewhere."), file=sys.stderr)


def make(target: Path, progress: Progress) -> dict[str, Any]:
    """Write the backup of this house to `target` and return its manifest. Raises Refusal, OSError, DatabaseError."""
    with tempfile.TemporaryDirectory(prefix=".comvir-backup-", dir=target.parent) as workroom:
        copy, facts = _copy_database(Path(workroom), progress)
        parts = {copy.name: copy, KEY_FILE: data_folder() / KEY_FILE, **_media()}
        facts = {"comvir": __version__, "made_at": timezone.now().isoformat(timespec="seconds"), **facts}
        sizes = sum(path.stat().st_size for path in parts.values() if path.exists())
        progress.step(_("Packing…"), sizes)
        manifest = backup.write(target, parts, facts, progress.more)
        progress.step(_("Reading it back…"))
        if backup.read(target) != manifest:
            raise Trouble(_("The backup isn’t what was written: the disk may be failing. Try another one."))
        progress.end()
    (data_folder() / LAST_BACKUP).touch()
    return manifest


def _copy_database(workroom: Path, progress: Progress) -> tuple[Path, dict[str, Any]]:
    progress.step(_("Copying the database…"))
    database = database_file()
    if database is None:
        return _dump_postgres(workroom / backup.POSTGRESQL)
    copy = workroom / backup.SQLITE
    os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
    sqlitecopy.copy_in_use(database, copy, progress.at)
    progress.step(_("Checking the copy…"))
    faults = sqlitecopy.faults(copy)
    if faults:
        raise Trouble(_("The database is damaged (%(fault)s). Try: python -m comvir doctor") % {"fault": faults[0]})
    facts = {"database": "sqlite", "schema": sqlitecopy.migrations(copy), "tables": sqlitecopy.tables(copy)}
    return copy, facts


def _dump_postgres(target: Path) -> tuple[Path, dict[str, Any]]:
    connection.ensure_connection()
    postgrescopy.tool("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        # pg_dump and the digests look at the same moment through this exported snapshot.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        postgrescopy.dump(settings.DATABASES["default"], target, cursor.fetchone()[0])
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
        facts = {"database": "postgresql", "schema": dict(cursor.fetchall()), "tables": postgres_tables()}
    return target, facts


def postgres_tables() -> dict[str, dict[str, Any]]:
    """For every table its number of rows and their digest, as this transaction sees them."""
    return {name: _digest_postgres(name) for name in sorted(connection.introspection.table_names())}


def _digest_postgres(table: str) -> dict[str, Any]:
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        keys = connection.introspection.get_primary_key_columns(cursor, table) or columns
    order = ", ".join(map(quoted, keys))
    # A cursor with a name stays on the server: a table of millions never comes in at once.
    with connection.connection.cursor(name="digest") as rows:
        rows.execute(f"SELECT * FROM {quoted(table)} ORDER BY {order}")
        return sqlitecopy.digest_rows(columns, rows)


def _media() -> dict[str, Path]:
    root = Path(settings.MEDIA_ROOT)
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"media/{path.relative_to(root).as_posix()}": path for path in files}


def spoken_size(size: int) -> str:
    """A number of bytes as people say it: 1.4 MB."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
