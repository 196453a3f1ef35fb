"""`python -m comvir serve`: open the house, and keep it open until told to close."""

import argparse
import errno
import socket
from gettext import gettext as _

from django.conf import settings
from django.db import connection

from comvir.cli.trouble import Trouble
from comvir.config import prepare
from comvir.lib import sqlite

BACKLOG = 2048
USER_TIMEOUT_MS = 30_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen on (%(default)s)"))
    parser.add_argument("--port", type=_port, default=8000, help=_("the port to listen on (%(default)s); 0 finds one"))
    parser.add_argument("--empty", action="store_true", help=_("without the demonstration: its first key is shown"))
    parser.add_argument("--no-readers", action="store_true", help=_("leave the journal to `python -m comvir read`"))
    parser.description = "\n".join(
        [
            _("Open the house: make what is missing, then serve its pages until you stop it (Ctrl+C)."),
            _("The first time, in an empty folder, it founds a demonstration you can walk through."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    from comvir.config.logs import speak_in_one_line  # noqa: PLC0415 - what follows wakes the models

    listening = listen(options.host, options.port)
    lock = prepare.open_folder()
    speak_in_one_line()
    if connection.vendor == "sqlite" and (warning := sqlite.warning()) is not None:
        _say(warning)
    prepare.reach_database()
    prepare.migrate(_say)
    key = prepare.settle(empty=options.empty, say=_say)
    prepare.collect_static(_say)
    greeting = _greeting(listening, options.host, key)
    connection.close()
    _serve(listening, greeting, with_readers=not options.no_readers)
    lock.release()
    return 0


def _serve(listening: socket.socket, greeting: list[str], *, with_readers: bool) -> None:
    from comvir.config.asgi import build  # noqa: PLC0415 - reads the static files that were gathered just before
    from comvir.config.server import Server  # noqa: PLC0415 - the same

    Server(build(with_readers=with_readers), listening, on_open=lambda: _say(*greeting)).serve_until_told()
    _say(_("The house is closed. All that was said is saved."))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that whoever knocks while the house is made ready only waits. Raises Trouble."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Trouble(_("“%(host)s” isn’t an address of this machine. Try --host 127.0.0.1") % {"host": host}) from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Who takes nothing for half a minute is gone: accepted connections inherit this.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise Trouble(_refused(error, host, port)) from None
    listening.setblocking(False)
    return listening


def _refused(error: OSError, host: str, port: int) -> str:
    words = {"host": host, "port": port, "other": port + 1 if 1023 < port < 65535 else 8001}
    if error.errno == errno.EADDRINUSE:
        return _("Port %(port)d is already taken by another program. Choose another one: --port %(other)d") % words
    if error.errno in (errno.EACCES, errno.EPERM):
        return _("Port %(port)d is reserved for the machine’s owner. Choose another one: --port %(other)d") % words
    return _("“%(host)s” isn’t an address of this machine. Try --host 127.0.0.1") % words


def _greeting(listening: socket.socket, host: str, key: str | None) -> list[str]:
    port = listening.getsockname()[1]
    shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost", "::": "localhost"}.get(host, host)
    local = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    address = settings.PUBLIC_ADDRESS or local
    lines = [_("The house is open: %(address)s") % {"address": f"{address}/"}]
    if key is not None:
        lines += [_("To found it, open this within a day: %(address)s") % {"address": f"{address}/first/{key}/"}]
    elif _is_demo():
        words = {"address": f"{address}/demo/"}
        lines += [_("It is a demonstration. To enter as one of its members: %(address)s") % words]
    return [*lines, _("Ctrl+C closes it.")]


def _is_demo() -> bool:
    from comvir.people.models import House  # noqa: PLC0415 - models need the registry; --help must not wait for it

    return House.objects.filter(is_demo=True).exists()


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number
