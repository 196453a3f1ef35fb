"""`python -m comvir restore FILE`: a house put back from its backup, whole or not at all."""

import argparse
import shutil
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from comvir.cli.backup import make, postgres_tables
from comvir.cli.house import database_file
from comvir.cli.progress import Progress
from comvir.cli.trouble import Trouble
from comvir.lib import backup, postgrescopy, sqlitecopy
from comvir.lib.folder import DATABASE_FILE, KEY_FILE, LOCK_FILE, FolderLock, data_folder, make_folder

RESTORING, BEFORE = "restoring", "before"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=_("a file made by: python -m comvir backup"))
    parser.add_argument("--replace", action="store_true", help=_("put it in place of the house that is here"))
    parser.description = "\n".join(
        [
            _("Put a house back from its backup. Stop the server first."),
            _("Every part of the file is proved before anything here is touched."),
            _("With --replace the house that was here is kept beside, in a folder named after the moment."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    archive: Path = options.file.expanduser().absolute()
    house = data_folder().resolve()
    make_folder(house)
    lock = FolderLock(house)
    lock.take()
    try:
        kept = _restore(archive, house, replace=options.replace)
    finally:
        lock.release()
    print(_("The house is back. Open it: python -m comvir serve"))
    if kept:
        print(_("The one that was here is kept in %(folder)s") % {"folder": kept})
    return 0


def _restore(archive: Path, house: Path, *, replace: bool) -> Path | None:
    if not archive.is_file():
        raise Trouble(_("There is no such file or folder: %(file)s") % {"file": archive})
    if _is_lived_in() and not replace:
        words = {"folder": house}
        raise Trouble(_("There is a house in %(folder)s already. To put the backup in its place: --replace") % words)
    moment = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    staging = house.with_name(f"{house.name}.{RESTORING}-{moment}")
    staging.mkdir(mode=0o700)
    progress = Progress()
    try:
        progress.step(_("Proving the backup…"))
        manifest = backup.read(archive, staging)
        _check_manifest(manifest, staging)
        progress.end()
        if manifest["database"] == "postgresql":
            return _settle_postgres(staging, house, manifest, moment)
        return _settle(staging, house, moment)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _is_lived_in() -> bool:
    database = database_file()
    return bool(connection.introspection.table_names()) if database is None else database.exists()


def _check_manifest(manifest: dict[str, Any], staging: Path) -> None:
    here = "postgresql" if connection.vendor == "postgresql" else "sqlite"
    if manifest["database"] != here:
        words = {"there": manifest["database"], "here": here}
        raise Trouble(_("The backup is of a %(there)s house and this one is %(here)s: see COMVIR_DATABASE.") % words)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    newer = [f"{app} {name}" for app, name in manifest["schema"].items() if (app, name) not in known]
    if newer:
        raise Trouble(
            _("The backup comes from comvir %(version)s, which is newer than this one. Update comvir first.")
            % {"version": manifest.get("comvir", "?")}
        )
    if here == "sqlite":
        database = staging / backup.SQLITE
        faults = sqlitecopy.faults(database)
        if faults or sqlitecopy.tables(database) != manifest["tables"]:
            raise Trouble(_("The database in this backup is damaged. Try an older backup."))


def _settle(staging: Path, house: Path, moment: str) -> Path | None:
    """Change the folders over: two renames, so that at every instant one whole house has its name or stands beside."""
    (staging / backup.SQLITE).rename(staging / DATABASE_FILE)
    return _change_over(staging, house, moment)


def _change_over(staging: Path, house: Path, moment: str) -> Path | None:
    kept = house.with_name(f"{house.name}.{BEFORE}-{moment}")
    try:
        house.rename(kept)
    except OSError as error:
        words = {"folder": house, "detail": error.strerror}
        raise Trouble(
            _("%(folder)s can’t be put aside (%(detail)s): is it a mounted disk? Restore into another folder.") % words
        ) from error
    staging.rename(house)
    backup.flush_folder(house.parent)
    if {path.name for path in kept.iterdir()} <= {KEY_FILE, LOCK_FILE}:
        # Nobody had lived there: only what looking at the folder had made.
        shutil.rmtree(kept)
        return None
    return kept


def _settle_postgres(staging: Path, house: Path, manifest: dict[str, Any], moment: str) -> Path | None:
    aside = None
    if _is_lived_in():
        aside = house.with_name(f"{house.name}.{BEFORE}-{moment}.tar.gz")
        make(aside, Progress())
    dump = staging / backup.POSTGRESQL
    connection.close()
    postgrescopy.load(settings.DATABASES["default"], dump)
    if postgres_tables_now() != manifest["tables"]:
        raise Trouble(_("What PostgreSQL holds now isn’t what was saved. Keep the backup, and look at its log."))
    dump.unlink()
    folder = _change_over(staging, house, moment)
    return aside or folder


def postgres_tables_now() -> dict[str, Any]:
    """The digests of the tables as they are, in a transaction of their own."""
    with transaction.atomic():
        return postgres_tables()
