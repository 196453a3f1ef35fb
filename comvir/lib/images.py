"""Portraits: what somebody sends becomes a small square WebP, decoded by a process that may die of it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comvir.lib import reencode
from comvir.lib.refusals import Refusal, Unfit

MOST_BYTES = 10 * 1024 * 1024
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


def portrait(data: bytes) -> bytes:
    """A WebP of 256 × 256 pixels made of any JPEG, PNG, WebP or GIF.

    Raises TooHeavy, TooLarge, NotAPhoto, TooManyPhotos.
    """
    if len(data) > MOST_BYTES:
        raise TooHeavy(len(data))
    if not _places.acquire(timeout=MOST_SECONDS):
        raise TooManyPhotos
    try:
        done = subprocess.run(
            [sys.executable, "-I", reencode.__file__], input=data, capture_output=True, env={}, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NotAPhoto from None
    finally:
        _places.release()
    if done.returncode == reencode.TOO_LARGE:
        raise TooLarge
    if done.returncode != 0 or done.stdout[:4] != b"RIFF" or done.stdout[8:12] != b"WEBP":
        raise NotAPhoto
    return done.stdout


def keep(folder: Path, picture: bytes) -> str:
    """Store a portrait under a name nobody can guess (128 bits), and return that name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{secrets.token_hex(16)}.webp"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)
    return name


def forget(folder: Path, name: str) -> None:
    """Remove a stored portrait; nothing happens when it is not there."""
    if name:
        (folder / Path(name).name).unlink(missing_ok=True)
