"""The house a command works on: there, or made now."""

from gettext import gettext as _
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from comvir.cli.trouble import Trouble
from comvir.lib.folder import KEY_FILE, data_folder, make_folder, secret_key


def database_file() -> Path | None:
    """The database of a house on SQLite, None on PostgreSQL."""
    return Path(str(settings.DATABASES["default"]["NAME"])) if connection.vendor == "sqlite" else None


def need_house() -> None:
    """Raises Trouble where there is no house, instead of making an empty one by looking."""
    folder, database = data_folder(), database_file()
    if folder.exists() and not folder.is_dir():
        raise Trouble(_("A folder is needed here, but this is a file: %(file)s") % {"file": folder})
    missing = not (folder / KEY_FILE).exists() if database is None else not database.exists()
    if missing:
        words = {"folder": folder}
        raise Trouble(
            _("There is no house in %(folder)s. COMVIR_DATA names another; python -m comvir serve makes one.") % words
        )


def make_house() -> None:
    """Make the folder, the key and the tables where they are missing. Raises FolderRefused, DatabaseError."""
    make_folder(data_folder())
    settings.SECRET_KEY = secret_key(data_folder())
    call_command("migrate", verbosity=0, interactive=False)
