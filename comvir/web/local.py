"""Whether somebody sits at the machine the house runs on."""

import ipaddress

from django.http import HttpRequest

AT_HOME = {"localhost", "127.0.0.1", "[::1]"}
RELAYED = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-real-ip",
    "via",
)


def is_local(request: HttpRequest) -> bool:
    """Whether a request comes from this very machine, straight, under one of its own names.

    A proxy in front would make everybody look local: a single sign of one is enough to say no.
    """
    host = request.get_host()
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    relayed = request.META.get("comvir.relayed") or any(header in request.headers for header in RELAYED)
    if name.lower() not in AT_HOME or relayed:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
