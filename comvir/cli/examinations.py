"""What the doctor looks at. Each examination yields findings and changes nothing."""

import os
import shutil
import socket
import stat
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from gettext import gettext as _
from gettext import ngettext
from importlib import metadata
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from comvir.cli.backup import LAST_BACKUP, spoken_size
from comvir.cli.house import database_file
from comvir.cli.restore import BEFORE, RESTORING
from comvir.lib import sqlitecopy
from comvir.lib.folder import KEY_FILE, LOCK_FILE, data_folder
from comvir.lib.sqlite import has_wal_reset_fault, library_version


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


class Finding(NamedTuple):
    """One line of the doctor: how bad, about what, a sentence, and what to do about it."""

    level: Level
    about: str
    sentence: str
    mend: str = ""


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11, 10):
        sentence = _("Python %(version)s lacks some security repairs.") % {"version": version}
        yield Finding(Level.LOOK, "python", sentence, _("Update it when you can: 3.11.10 or newer."))
    else:
        yield Finding(Level.OK, "python", _("Python %(version)s.") % {"version": version})


def packages() -> Iterator[Finding]:
    """The two that take apart what strangers send: pictures and HTML."""
    for name, least in (("pillow", (13,)), ("nh3", (0, 3, 8)), ("django", (5, 2, 19))):
        version = metadata.version(name)
        numbers = tuple(int(part) for part in version.split(".") if part.isdigit())
        words = {"name": name, "version": version}
        if numbers < least:
            sentence = _("%(name)s %(version)s is older than this comvir asks for.") % words
            yield Finding(Level.WRONG, name, sentence, _("Run bin/setup."))
        else:
            yield Finding(Level.OK, name, f"{name} {version}.")


def sqlite_library() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    version = ".".join(map(str, library_version()))
    words = {"version": version, "mode": mode}
    if not has_wal_reset_fault(library_version()):
        yield Finding(Level.OK, "sqlite", _("SQLite %(version)s, journal mode %(mode)s.") % words)
    elif mode == "wal":
        sentence = _("SQLite %(version)s can damage the database in its fast mode, which is in use.") % words
        yield Finding(Level.WRONG, "sqlite", sentence, _("Stop the server and run bin/setup."))
    else:
        sentence = _("SQLite %(version)s is an old one: comvir uses its slower, safe mode.") % words
        yield Finding(Level.LOOK, "sqlite", sentence, _("bin/setup brings a newer one."))


def database() -> Iterator[Finding]:
    connection.ensure_connection()
    file = database_file()
    if file is None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            words = {"version": cursor.fetchone()[0]}
        yield Finding(Level.OK, "database", _("PostgreSQL %(version)s answers.") % words)
        return
    faults = sqlitecopy.faults(file)
    if faults:
        sentence = _("The database is damaged: %(fault)s.") % {"fault": faults[0]}
        mend = _("Stop the server, keep the data folder aside, then: python -m comvir restore FILE --replace")
        yield Finding(Level.WRONG, "database", sentence, mend)
    else:
        yield Finding(Level.OK, "database", _("The database is whole."))


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if plan:
        sentence = ngettext("%d change of the tables is waiting.", "%d changes of the tables are waiting.", len(plan))
        mend = _("They are made when the house is opened: python -m comvir serve")
        yield Finding(Level.LOOK, "migrations", sentence % len(plan), mend)
    elif unknown:
        sentence = _("The database comes from a newer comvir than this one.")
        yield Finding(Level.WRONG, "migrations", sentence, _("Update comvir."))
    else:
        yield Finding(Level.OK, "migrations", _("The tables are those of this comvir."))


def readers() -> Iterator[Finding]:
    from comvir.config.readers import READERS  # noqa: PLC0415 - models need the registry; --help must not wait for it
    from comvir.journal.reading import behind  # noqa: PLC0415 - the same

    for reader in READERS:
        left = behind(reader)
        if left > 500:
            sentence = _("The reader %(name)s is %(left)d deeds behind.") % {"name": reader.name, "left": left}
            yield Finding(Level.LOOK, "readers", sentence, f"python -m comvir read {reader.name}")
        else:
            yield Finding(Level.OK, "readers", _("The reader %(name)s is up to date.") % {"name": reader.name})


def clock() -> Iterator[Finding]:
    from comvir.journal.models import Deed  # noqa: PLC0415 - models need the registry; --help must not wait for it

    now = datetime.now(UTC)
    newest = Deed.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    if not 2026 <= now.year < 2100 or (newest and newest > now + timedelta(minutes=2)):
        sentence = _("The clock says %(now)s, which can’t be.") % {"now": now.strftime("%Y-%m-%d %H:%M")}
        yield Finding(Level.WRONG, "clock", sentence, _("Set it, and have it kept: timedatectl set-ntp true"))
    else:
        yield Finding(Level.OK, "clock", _("The clock is right, as far as one can tell."))
    try:
        zoneinfo.ZoneInfo("Europe/Paris")
    except zoneinfo.ZoneInfoNotFoundError:
        yield Finding(Level.WRONG, "clock", _("The table of time zones is missing."), _("Run bin/setup."))


def disk() -> Iterator[Finding]:
    room = shutil.disk_usage(data_folder())
    sentence = _("%(room)s of room left on the disk.") % {"room": spoken_size(room.free)}
    if room.free < 50_000_000:
        yield Finding(Level.WRONG, "disk", sentence, _("Make room before the house can’t save anything."))
    elif room.free < 500_000_000 or room.free < room.total * 0.05:
        yield Finding(Level.LOOK, "disk", sentence, _("Make room soon."))
    else:
        yield Finding(Level.OK, "disk", sentence)


def folder() -> Iterator[Finding]:
    here, key = data_folder(), data_folder() / KEY_FILE
    for path, mode in ((here, 0o700), (key, 0o600)):
        if not path.exists():
            yield Finding(Level.WRONG, "folder", _("%(file)s is missing.") % {"file": path})
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            sentence = _("Others on this machine can look into %(file)s.") % {"file": path}
            yield Finding(Level.WRONG, "folder", sentence, f"chmod {mode:o} {path}")
        elif not os.access(path, os.W_OK):
            sentence = _("%(file)s can’t be written by the person running this command.") % {"file": path}
            yield Finding(Level.WRONG, "folder", sentence, _("Run comvir as its owner."))
        else:
            yield Finding(Level.OK, "folder", _("%(file)s is closed to others.") % {"file": path})


def leftovers() -> Iterator[Finding]:
    """What a restore that was cut off leaves beside the house."""
    here = data_folder()
    for path in sorted(here.parent.glob(f"{here.name}.*")):
        if path.name.startswith(f"{here.name}.{RESTORING}-"):
            sentence = _("A restore was cut off and left %(folder)s.") % {"folder": path}
            yield Finding(Level.LOOK, "leftovers", sentence, _("Restore again, then delete that folder."))
        elif path.name.startswith(f"{here.name}.{BEFORE}-"):
            sentence = _("The house from before a restore is kept in %(folder)s.") % {"folder": path}
            yield Finding(Level.LOOK, "leftovers", sentence, _("Delete it once all is well."))


def backups() -> Iterator[Finding]:
    file = data_folder() / LAST_BACKUP
    if not file.exists():
        mend = _("Make one: python -m comvir backup FILE")
        yield Finding(Level.LOOK, "backup", _("This house has no backup yet."), mend)
        return
    days = (datetime.now(UTC) - datetime.fromtimestamp(file.stat().st_mtime, UTC)).days
    sentence = ngettext("The last backup is %d day old.", "The last backup is %d days old.", days) % days
    if days > 7:
        yield Finding(Level.LOOK, "backup", sentence, _("Make one: python -m comvir backup FILE"))
    else:
        yield Finding(Level.OK, "backup", sentence)


def mail() -> Iterator[Finding]:
    if not os.environ.get("COMVIR_MAIL"):
        sentence = _("E-mail isn’t sent but kept in %(folder)s.") % {"folder": settings.MAIL_FOLDER}
        mend = _("Set COMVIR_MAIL, or hand out links with: python -m comvir enter EMAIL")
        yield Finding(Level.LOOK, "mail", sentence, mend)
        return
    try:
        get_connection(timeout=5).open()
    except OSError as error:
        sentence = _("The mail server doesn’t answer (%(detail)s).") % {"detail": error}
        yield Finding(Level.WRONG, "mail", sentence, _("Look at COMVIR_MAIL."))
    else:
        yield Finding(Level.OK, "mail", _("The mail server answers."))


def address() -> Iterator[Finding]:
    public = settings.PUBLIC_ADDRESS
    name = urlsplit(public if "//" in public else f"//{public}").hostname
    if settings.DEBUG and name not in (None, "localhost", "127.0.0.1"):
        sentence = _("The house is open to the world in its workshop mode, which shows its insides.")
        yield Finding(Level.WRONG, "address", sentence, _("Set DEBUG = False in its settings."))
    if not name:
        mend = _("To open it to others, set COMVIR_ADDRESS to its name, such as circle.example.org.")
        yield Finding(Level.LOOK, "address", _("The house answers on this machine only."), mend)
    elif "*" in settings.ALLOWED_HOSTS or name not in settings.ALLOWED_HOSTS:
        sentence = _("The house doesn’t answer to its own name, %(name)s, or answers to any.") % {"name": name}
        yield Finding(Level.WRONG, "address", sentence, _("Look at COMVIR_ADDRESS."))
    elif not settings.SECURE and name not in ("localhost", "127.0.0.1"):
        sentence = _("%(name)s is reached without encryption: anybody on the way can read along.") % {"name": name}
        yield Finding(Level.WRONG, "address", sentence, _("Give COMVIR_ADDRESS its https address."))
    else:
        yield Finding(Level.OK, "address", _("The house answers to %(name)s.") % {"name": name})


def translations() -> Iterator[Finding]:
    for source in sorted((Path(__file__).resolve().parent.parent / "locale").glob("*/LC_MESSAGES/django.po")):
        compiled, language = source.with_suffix(".mo"), source.parts[-3]
        if not compiled.exists():
            sentence = _("The translation into “%(language)s” isn’t compiled.") % {"language": language}
            yield Finding(Level.WRONG, "words", sentence, _("Run bin/setup."))
        else:
            sentence = _("The translation into “%(language)s” is there.") % {"language": language}
            yield Finding(Level.OK, "words", sentence)


def port() -> Iterator[Finding]:
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", 8000)) == 0
    lock = data_folder() / LOCK_FILE
    if taken and not lock.exists():
        sentence = _("Another program answers on port 8000.")
        yield Finding(Level.LOOK, "port", sentence, _("Use another one: python -m comvir serve --port 8001"))
    elif not taken:
        yield Finding(Level.OK, "port", _("Port 8000 is free."))
    else:
        yield Finding(Level.OK, "port", _("A server answers on port 8000."))


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    sqlite_library,
    database,
    migrations,
    readers,
    clock,
    disk,
    folder,
    leftovers,
    backups,
    mail,
    address,
    translations,
    port,
)
