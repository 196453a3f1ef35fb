"""The data folder: where a house keeps all it knows. The settings are read from it, so it asks none of them."""

from __future__ import annotations

import fcntl
import os
import secrets
from gettext import gettext as _
from pathlib import Path

from comvir.lib.refusals import Refusal

KEY_FILE = "secret-key"
DATABASE_FILE = "house.sqlite3"
LOCK_FILE = "serve.lock"


class FolderRefused(Refusal):
    """The data folder cannot be used. The text says why, in one sentence for the host."""


def data_folder() -> Path:
    """The folder named by COMVIR_DATA, or ./data."""
    return Path(os.environ.get("COMVIR_DATA") or "data").absolute()


def make_folder(folder: Path) -> None:
    """Make `folder`, closed to others, and prove that it can be written to. Raises FolderRefused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        with probe.open("wb") as file:
            file.write(b"\0" * 65536)
            file.flush()
            os.fsync(file.fileno())
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        raise FolderRefused(
            _("%(folder)s is a file, not a folder: name another one with COMVIR_DATA.") % {"folder": folder}
        ) from None
    except OSError as error:
        words = {"folder": folder, "reason": error.strerror or str(error)}
        raise FolderRefused(
            _(
                "The data folder %(folder)s can’t be written to (%(reason)s):"
                " see who owns it, and whether the disk has room."
            )
            % words
        ) from None


def read_secret_key(folder: Path) -> str:
    """The house's own key, "" when it has none yet."""
    try:
        return (folder / KEY_FILE).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def secret_key(folder: Path) -> str:
    """The house's own key, made on the first call. Two processes asking at once get the same one."""
    path = folder / KEY_FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    fresh = path.with_name(f"{KEY_FILE}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link refuses to replace what is there, so whoever comes second takes the first one's key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()


class FolderLock:
    """Held by the one server of a data folder, for as long as its process lives."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._descriptor: int | None = None

    def take(self) -> None:
        """Raises FolderRefused when another server holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            words = {"process": holder, "folder": self._path.parent}
            raise FolderRefused(
                _(
                    "Another comvir server (process %(process)s) already uses %(folder)s:"
                    " stop it, or name another folder with COMVIR_DATA."
                )
                % words
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
