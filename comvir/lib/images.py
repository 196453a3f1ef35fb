"""Portraits and pictures: what somebody sends becomes WebP without metadata, decoded by a process that may die of it.

A portrait is a small square. A picture is kept twice: as large as a page shows it, and small for lists and grids.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comvir.lib import reencode
from comvir.lib.refusals import Refusal, Unfit

MOST_BYTES = 10 * 1024 * 1024
# What is taken when it is asked to make it lighter.
MOST_HEAVY_BYTES = 32 * 1024 * 1024
MOST_SECONDS = 20
MOST_AT_ONCE = 2

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class TooHeavy(Unfit):
    """More bytes than we take."""

    field = "picture"

    def __init__(self, size: int) -> None:
        words = {"size": -(-size // (1024 * 1024)), "limit": MOST_BYTES // (1024 * 1024)}
        # FR: Photo trop lourde (14 Mo, limite 10).
        super().__init__(_("That photo is too heavy (%(size)d MB, limit %(limit)d).") % words)


class TooLarge(Unfit):
    """More pixels than we take."""

    field = "picture"
    sentence = gettext_lazy("That photo is too large: 33 million dots at most. A smaller copy of it will do.")


class NotAPhoto(Unfit):
    """Nothing of what is sent can be read as a picture."""

    field = "picture"
    sentence = gettext_lazy("We couldn’t read that photo. Choose a JPEG, PNG, WebP or GIF.")


class TooManyPhotos(Refusal):
    """Others are being prepared, and each takes memory."""

    status = 503
    field = "picture"
    sentence = gettext_lazy("Other photos are being prepared just now. Try again in a minute.")


class CanShrink(TooHeavy):
    """More bytes than we take without being asked to make it lighter."""

    field = "pictures"

    def __init__(self, size: int) -> None:
        super().__init__(size)
        # FR: On peut l’alléger pour vous.
        self.args = (f"{self.args[0]} {_('We can shrink it.')}",)


@dataclass(frozen=True)
class Made:
    """A picture as it is kept: its size in pixels, and both its files."""

    width: int
    height: int
    large: bytes
    small: bytes

    @property
    def size(self) -> int:
        """Bytes of both."""
        return len(self.large) + len(self.small)


def portrait(data: bytes) -> bytes:
    """A WebP of 256 × 256 pixels made of any JPEG, PNG, WebP or GIF.

    Raises TooHeavy, TooLarge, NotAPhoto, TooManyPhotos.
    """
    if len(data) > MOST_BYTES:
        raise TooHeavy(len(data))
    made = _reencoded("portrait", data)
    if not _is_webp(made):
        raise NotAPhoto
    return made


def picture(data: bytes, *, shrink: bool = False) -> Made:
    """What is kept of any JPEG, PNG, WebP or GIF; of one that moves, its first image.

    To `shrink` is to take more than MOST_BYTES of it, up to MOST_HEAVY_BYTES.
    Raises CanShrink, TooLarge, NotAPhoto, TooManyPhotos.
    """
    if len(data) > (MOST_HEAVY_BYTES if shrink else MOST_BYTES):
        raise CanShrink(len(data))
    made = _reencoded("picture", data)
    head = reencode.HEAD
    if len(made) < head.size:
        raise NotAPhoto
    width, height, large, small = head.unpack_from(made)
    body = made[head.size :]
    kept = Made(width, height, body[:large], body[large:])
    # The child may have been taken over by what it read: nothing it says is believed unseen.
    fits = 0 < width <= reencode.LARGE and 0 < height <= reencode.LARGE and len(kept.small) == small
    if not (fits and _is_webp(kept.large) and _is_webp(kept.small)):
        raise NotAPhoto
    return kept


def _reencoded(job: str, data: bytes) -> bytes:
    if not _places.acquire(timeout=MOST_SECONDS):
        raise TooManyPhotos
    try:
        done = subprocess.run(
            [sys.executable, "-I", reencode.__file__, job], input=data, capture_output=True, env={},
            timeout=MOST_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotAPhoto from None
    finally:
        _places.release()
    if done.returncode == reencode.TOO_LARGE:
        raise TooLarge
    if done.returncode != 0:
        raise NotAPhoto
    return done.stdout


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def keep(folder: Path, picture: bytes) -> str:
    """Store a portrait under a name nobody can guess (128 bits), and return that name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.webp"
    _write(folder / name, picture)
    return name


def forget(folder: Path, name: str) -> None:
    """Remove a stored portrait; nothing happens when it is not there."""
    if name:
        (folder / Path(name).name).unlink(missing_ok=True)


def keep_picture(folder: Path, made: Made) -> str:
    """Store a picture and its small one, closed to others; returns its name (128 bits, in hexadecimal).

    Raises OSError when there is no room; nothing is left of it then.
    """
    name = secrets.token_hex(16)
    large, small = files_of(folder, name)
    large.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _write(large, made.large)
        _write(small, made.small)
    except OSError:
        forget_picture(folder, name)
        raise
    return name


def forget_picture(folder: Path, name: str) -> None:
    """Remove a stored picture; nothing happens when it is not there."""
    for path in files_of(folder, name):
        path.unlink(missing_ok=True)


def files_of(folder: Path, name: str) -> tuple[Path, Path]:
    """Where a picture and its small one are: no folder of them gets long."""
    plain = Path(name).name
    return folder / plain[:2] / f"{plain}.webp", folder / plain[:2] / f"{plain}-s.webp"


def stored(folder: Path, shard: int, before: float) -> Iterator[str]:
    """Names of the pictures in one of 256 shards whose files were written before a moment (seconds since 1970)."""
    names = set()
    try:
        for path in (folder / f"{shard % 256:02x}").iterdir():
            if path.suffix == ".webp" and path.stat().st_mtime < before:
                names.add(path.stem.removesuffix("-s"))
    except FileNotFoundError:
        return
    yield from sorted(names)


def small_size(width: int, height: int) -> tuple[int, int]:
    """Pixels of the small one of a picture of this size."""
    return reencode.fitted(width, height, reencode.SMALL)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
