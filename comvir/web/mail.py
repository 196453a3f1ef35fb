"""Letters in a house without a mail server: kept as files, and the terminal says where."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from comvir.lib import clock


class KeptMail(BaseEmailBackend):
    """Each letter becomes an .eml file in MAIL_FOLDER, for the host's eyes only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for letter in email_messages:
            path = keep(letter, Path(settings.MAIL_FOLDER))
            words = {"address": shortened(letter.to[0] if letter.to else ""), "file": _from_here(path)}
            print(_("No mail is set up: a letter for %(address)s is in %(file)s") % words, flush=True)
        return len(email_messages)


def keep(letter: EmailMessage, folder: Path) -> Path:
    """Write a letter into the folder, closed to others; where it is now."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{clock.now():%Y-%m-%d-%H%M%S}-{secrets.token_hex(3)}.eml"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(letter.message().as_bytes())
    return path


def shortened(address: str) -> str:
    """“a…@example.org”: enough for the host to know whose letter it is, too little for a log to give away."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"


def _from_here(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
