"""Expected errors of a host's machine, each turned into one clear sentence."""

import errno
from gettext import gettext as _

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, OperationalError

from comvir.lib.folder import FolderRefused
from comvir.lib.refusals import Refusal
from comvir.lib.sqlite import library


class Trouble(Refusal):
    """A command can't go on, and the host can mend it; its text is the sentence to print."""


def sentence_for(error: BaseException) -> str | None:
    """One sentence a host can act on, or None when the error is a fault of ours."""
    if isinstance(error, Refusal | FolderRefused):
        return str(error)
    if isinstance(error, ImproperlyConfigured):
        return _("A setting is wrong: %(detail)s") % {"detail": error}
    if isinstance(error, DatabaseError | library().DatabaseError):
        return _of_database(error)
    if isinstance(error, OSError):
        return _of_machine(error)
    return None


def _of_database(error: BaseException) -> str | None:
    words = str(error).lower()
    if "disk is full" in words or "no space left" in words:
        return _("The disk is full. Make room; nothing that was saved is lost.")
    if "readonly database" in words or "read-only" in words:
        return _("The database can’t be written. Who owns the data folder, and is the disk read-only?")
    if "database is locked" in words:
        return _("The database is busy: something else is writing to it. Try again in a moment.")
    if "malformed" in words or "not a database" in words:
        return _("The database file is damaged. Keep it aside, then: python -m comvir restore FILE --replace")
    if "no such table" in words or ("relation" in words and "does not exist" in words):
        return _("This house isn’t set up yet. Open it once: python -m comvir serve")
    if isinstance(error, OperationalError):
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return _("The database can’t be reached (%(detail)s). Is it running, and is COMVIR_DATABASE right?") % {
            "detail": first
        }
    return None


def _of_machine(error: OSError) -> str | None:
    file = error.filename or ""
    sentences = {
        errno.ENOSPC: _("The disk is full. Make room; nothing that was saved is lost."),
        errno.EDQUOT: _("Your share of the disk is full. Make room; nothing that was saved is lost."),
        errno.EROFS: _("The disk is read-only, so nothing can be written there: %(file)s"),
        errno.EACCES: _("That isn’t allowed for the person running this command: %(file)s"),
        errno.EPERM: _("That isn’t allowed for the person running this command: %(file)s"),
        errno.ENOENT: _("There is no such file or folder: %(file)s"),
        errno.ENOTDIR: _("A folder is needed here, but this is a file: %(file)s"),
        errno.EEXIST: _("A folder is needed here, but this is a file: %(file)s"),
        errno.EISDIR: _("A file is needed here, but this is a folder: %(file)s"),
        errno.EADDRINUSE: _("That port is already taken by another program. Choose another one with --port."),
    }
    sentence = sentences.get(error.errno or 0)
    return sentence % {"file": file} if sentence else None
