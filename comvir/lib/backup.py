"""The file a backup is: a gzipped tar of the house's parts, with a manifest that proves them.

    database.sqlite3 or database.dump, secret-key, media/..., manifest.json (last)

The manifest comes last because each part's sha256 is taken while it is written; a file cut
short has none and is refused. Reading checks every name and every sum, and unpacks only into
a new folder beside the house: nothing of the house is touched before all is proved.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from gettext import gettext as _
from pathlib import Path, PurePosixPath
from typing import IO, Any

from comvir.lib.folder import KEY_FILE
from comvir.lib.refusals import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"
_SINGLE = frozenset({SQLITE, POSTGRESQL, KEY_FILE, MANIFEST})
_LARGEST_MANIFEST = 64_000_000


class NotABackup(Refusal):
    """The file can't be restored; its text is a sentence for the host."""


class _Summed:
    """A file read once: what passes through it is summed on the way."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None]) -> None:
        self.file, self.sum, self.told = file, hashlib.sha256(), told

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.sum.update(piece)
        self.told(len(piece))
        return piece


def write(
    target: Path, parts: dict[str, Path], facts: dict[str, Any], told: Callable[[int], None] = lambda size: None
) -> dict[str, Any]:
    """Pack `parts` (name in the archive → file) and `facts` into `target`, and return the manifest.

    `target` appears whole or not at all: it is written beside itself, flushed to the disk, then renamed.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with _create_private(unfinished) as file:
            manifest = _pack(file, parts, facts, told)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
        flush_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _create_private(path: Path) -> IO[bytes]:
    # A backup holds everything anybody said in private: readable by its owner only.
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _pack(
    file: IO[bytes], parts: dict[str, Path], facts: dict[str, Any], told: Callable[[int], None]
) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=4, format=tarfile.PAX_FORMAT) as tar:
        for name, path in parts.items():
            try:
                source = path.open("rb")
            except FileNotFoundError:
                if name.startswith("media/"):
                    continue  # taken back by its owner since the list was made
                raise
            with source:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = os.fstat(source.fileno()).st_size, 0o600
                entry.mtime = int(os.fstat(source.fileno()).st_mtime)
                summed = _Summed(source, told)
                tar.addfile(entry, summed)
                files[name] = {"sha256": summed.sum.hexdigest(), "size": entry.size}
        manifest = {"format": FORMAT, **facts, "files": files}
        words = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode, entry.mtime = len(words), 0o600, time.time()
        tar.addfile(entry, io.BytesIO(words))
    return manifest


def read(archive: Path, into: Path | None = None) -> dict[str, Any]:
    """Prove every part of `archive`, unpack it into the folder `into` when given, return the manifest.

    Raises NotABackup for a file that is cut short, damaged, or something else, with `into` half filled.
    """
    sums: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                if not _is_ours(entry):
                    raise NotABackup(_not_ours(archive))
                content = tar.extractfile(entry)
                assert content is not None
                if entry.name == MANIFEST:
                    manifest = json.loads(content.read(_LARGEST_MANIFEST))
                    continue
                sums[entry.name] = _copy(content, into / entry.name if into else None)
            for _piece in _pieces(stream):
                pass  # tar stops at its own end; gzip's sum of the whole comes after it
    except (EOFError, zlib.error) as error:
        raise NotABackup(_cut_short(archive)) from error
    except (tarfile.TarError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the file
        raise NotABackup(_cut_short(archive) if sums else _not_ours(archive)) from error
    if manifest is None:
        raise NotABackup(_cut_short(archive) if sums else _not_ours(archive))
    _compare(archive, manifest, sums)
    return manifest


def _is_ours(entry: tarfile.TarInfo) -> bool:
    """A regular file with one of our names: no links, no devices, no way out of the folder."""
    path = PurePosixPath(entry.name)
    plain = entry.isreg() and not path.is_absolute() and str(path) == entry.name and ".." not in path.parts
    return plain and (entry.name in _SINGLE or (path.parts[0] == "media" and len(path.parts) > 1))


def _copy(content: IO[bytes], path: Path | None) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    target = None
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = _create_private(path)
    try:
        for piece in _pieces(content):
            digest.update(piece)
            size += len(piece)
            if target:
                target.write(piece)
        if target:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target:
            target.close()
    return {"sha256": digest.hexdigest(), "size": size}


def _pieces(content: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := content.read(1 << 20):
        yield piece


def _compare(archive: Path, manifest: Any, sums: dict[str, dict[str, Any]]) -> None:
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise NotABackup(_not_ours(archive))
    if manifest.get("format") != FORMAT:
        raise NotABackup(
            _("%(file)s was made by a newer comvir than this one. Update comvir, then restore it.") % {"file": archive}
        )
    wrong = sorted(
        name for name in manifest["files"].keys() | sums.keys() if manifest["files"].get(name) != sums.get(name)
    )
    if wrong:
        words = {"file": archive, "part": wrong[0]}
        raise NotABackup(_("%(file)s is damaged: %(part)s isn’t what was saved. Try an older backup.") % words)


def _cut_short(archive: Path) -> str:
    return _("%(file)s is cut short or damaged. Was the copy finished? Try another one.") % {"file": archive}


def _not_ours(archive: Path) -> str:
    return _("%(file)s is not a backup made by comvir.") % {"file": archive}


def flush_folder(folder: Path) -> None:
    """Have the disk remember what was renamed in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
