"""The commands of the house: `python -m comvir COMMAND`.

A command is a module with `add_arguments(parser)` and `run(options) -> int`. Its top imports no
models, so that `--help` and `--version` answer without waking the whole house; `run` may import
them, with that as its written reason.

Exit codes: 0 done, 1 a fault of ours (with a trace), 2 something the host can mend (one sentence).
"""

import argparse
import difflib
import gettext
import os
import signal
import sys
import traceback
from contextlib import AbstractContextManager
from gettext import gettext as _
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import django
from django.conf import settings
from django.utils import translation

from comvir import __version__
from comvir.cli.trouble import sentence_for

LOCALE = Path(__file__).resolve().parent.parent / "locale"


class Command(NamedTuple):
    """A word one may type after `python -m comvir`, and the module that does it."""

    name: str
    module: str
    summary: str
    example: str


def commands() -> tuple[Command, ...]:
    """Every command, in the order a host meets them, in the language of the terminal."""
    return (
        Command("serve", "comvir.cli.serve", _("Open the house: serve its pages until you stop it."), "--port 8000"),
        Command("demo", "comvir.cli.demo", _("Found the demonstration circle in an empty house."), ""),
        Command("import", "comvir.cli.imports", _("Bring an archive of mails in."), "mbox list.mbox --community choir"),
        Command("read", "comvir.cli.read", _("Catch up the readers of the journal, or list them."), "notifications"),
        Command("backup", "comvir.cli.backup", _("Copy the whole house into one file."), "~/comvir-monday.tar.gz"),
        Command("restore", "comvir.cli.restore", _("Put a house back from its backup."), "~/comvir-monday.tar.gz"),
        Command("doctor", "comvir.cli.doctor", _("Say what is wrong with this house and how to mend it."), ""),
        Command("enter", "comvir.cli.enter", _("Make a sign-in link for somebody, without e-mail."), "ana@example.org"),
    )


def main(argv: list[str]) -> int:
    """Run what was typed after `python -m comvir` and return the exit code."""
    speak_the_language_of_the_terminal()
    if not argv or argv[0] in ("-h", "--help"):
        print(overview())
        return 0
    if argv[0] in ("-V", "--version"):
        print(f"comvir {__version__}")
        return 0
    known = {command.name: command for command in commands()}
    if argv[0] not in known:
        print(unknown(argv[0], known), file=sys.stderr)
        return 2
    return _run(known[argv[0]], argv[1:])


def _run(command: Command, argv: list[str]) -> int:
    try:
        module = import_module(command.module)
        parser = parser_for(command)
        module.add_arguments(parser)
        options = parser.parse_args(argv)
        os.umask(0o077)  # whatever a command makes holds people's words: for its owner alone
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
        django.setup()
        if command.name != "serve":
            # Told to stop, a command puts its half-made files away; the server has its own way of closing.
            signal.signal(signal.SIGTERM, _stop)
            # One command is one connection: a pool would wait ten seconds before saying that nobody answers.
            _without_pool(settings.DATABASES["default"])
        with in_the_language_of_the_terminal():
            return int(module.run(options))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `comvir doctor | head` closed its end: nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            traceback.print_exc()
            return 1
        print(sentence, file=sys.stderr)
        return 2


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def _without_pool(database: dict[str, Any]) -> None:
    database["OPTIONS"].pop("pool", None)


def parser_for(command: Command) -> argparse.ArgumentParser:
    """The parser of one command, to which its module adds its own arguments."""
    prog = f"python -m comvir {command.name}"
    return argparse.ArgumentParser(
        prog=prog,
        description=command.summary,
        epilog=_("For example: %(line)s") % {"line": f"{prog} {command.example}".rstrip()},
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def overview() -> str:
    """What `python -m comvir` alone says: every command on a line."""
    rows = [f"  {command.name:<9}{command.summary}" for command in commands()]
    return "\n".join(
        [
            _("comvir: a house for communities whose members show up for each other."),
            "",
            _("Type: python -m comvir COMMAND"),
            "",
            *rows,
            "",
            _("python -m comvir COMMAND --help says more. --version names this version."),
            _("COMVIR_DATA names the folder of the house (./data unless told otherwise)."),
        ]
    )


def unknown(word: str, known: dict[str, Command]) -> str:
    """The answer to a word that is no command, with the nearest one when there is one."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return _("There is no command “%(word)s”. Did you mean “%(near)s”?") % {"word": word, "near": near[0]}
    words = {"word": word, "known": ", ".join(known)}
    return _("There is no command “%(word)s”. There are: %(known)s.") % words


def speak_the_language_of_the_terminal() -> None:
    """Let LANGUAGE, LC_ALL, LC_MESSAGES and LANG choose the words, before and without Django."""
    gettext.bindtextdomain("django", str(LOCALE))
    gettext.textdomain("django")
    for stream in (sys.stdout, sys.stderr):
        # A Latin-1 terminal has no “…”: a question mark there beats a trace.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def in_the_language_of_the_terminal() -> AbstractContextManager[None]:
    """Have Django's own translations (refusals, names of things) follow the terminal too."""
    wish = next(
        (os.environ[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return translation.override("fr" if wish.startswith("fr") else "en")
