"""Making a house ready before it opens: its tables, its first inhabitants or its first key, its static files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comvir import __version__
from comvir.lib import folder

FIRST_KEY_MINUTES = 24 * 60

Say = Callable[[str], None]


def open_folder() -> folder.FolderLock:
    """Make the data folder and its key, and take its lock for this process. Raises FolderRefused."""
    os.umask(0o077)
    here = folder.data_folder()
    folder.make_folder(here)
    lock = folder.FolderLock(here)
    lock.take()
    # The settings were read before the folder was there, with a key that would not have outlived this process.
    settings.SECRET_KEY = folder.secret_key(here)
    return lock


def reach_database() -> None:
    """Knock once at the database server, if any: its pool would knock for long, and aloud. Raises DatabaseError."""
    server: Any = connection
    if server.vendor == "postgresql":
        with server.wrap_database_errors:
            server.Database.connect(**server.get_connection_params()).close()


def migrate(say: Say) -> None:
    """Bring the tables up to date; says so only when there is something to do."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    count = len(plan)
    say(ngettext("Preparing the tables (%d step) …", "Preparing the tables (%d steps) …", count) % count)
    call_command("migrate", verbosity=0, interactive=False)


def settle(*, empty: bool, say: Say) -> str | None:
    """In a house nobody lives in, found the demonstration, or with `empty` make the first key, and return it."""
    from comvir.people.keys import FIRST_STEWARD, make_key  # noqa: PLC0415 - models need the registry
    from comvir.people.models import Person  # noqa: PLC0415 - the same

    if Person.objects.exists():
        return None
    if empty:
        return make_key(FIRST_STEWARD, minutes=FIRST_KEY_MINUTES)
    from comvir.config import demo  # noqa: PLC0415 - needed once in the life of a house

    say(_("Founding the demonstration circles …"))
    demo.found()
    return None


def collect_static(say: Say) -> None:
    """Gather the static files, named after what they hold, if they differ from those gathered last."""
    target = Path(settings.STATIC_ROOT)
    mark, now = target / ".gathered", _fingerprint()
    if mark.is_file() and mark.read_text() == now:
        return
    say(_("Gathering styles and scripts …"))
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(now)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{__version__} {settings.STORAGES['staticfiles']['BACKEND']}".encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
