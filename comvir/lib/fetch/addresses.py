"""Which addresses of the internet are public, and finding those of a name within a time.

The ranges are IANA's special-purpose registries (RFC 6890 and what updates it), written out: what the standard
library calls global includes loopback written as ::127.0.0.1, NAT64, 6to4 and multicast.
"""

import socket
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from comvir.lib.fetch.refusals import Unfetchable

Resolver = Callable[[str, int], list[str]]

MOST_RESOLVING = 32
MOST_ADDRESSES = 32

_NOT_PUBLIC_4 = [
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's translation, and some clouds' own services
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own service, on a public number
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_PUBLIC_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = [
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",
        "3fff::/20",
    )
]

_places = threading.BoundedSemaphore(MOST_RESOLVING)


def is_public(written: str) -> bool:
    """Whether an address (as numbers) is one anybody on the internet may have. A zone makes it none."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _NOT_PUBLIC_4)
    return address.scope_id is None and address in _PUBLIC_6 and not any(address in block for block in _NOT_PUBLIC_6)


def is_literal(host: str) -> bool:
    """Whether a host is an address rather than a name, in the one way it is canonically written."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return str(address) == host and not (isinstance(address, IPv6Address) and address.scope_id)


def system_resolver(host: str, port: int) -> list[str]:
    """What the machine's resolver says of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(entry[4][0]) for entry in found]


def resolved(resolve: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name, each once, in the resolver's order.

    Raises Unfetchable "unknown", "slow" (a resolver keeps its own time, so it is asked in a thread that may be left
    behind) or "busy" (too many were left behind).
    """
    if is_literal(host):
        return [host]
    if not _places.acquire(blocking=False):
        raise Unfetchable("busy")
    answers: list[list[str]] = []

    def ask() -> None:
        try:
            answers.append(list(dict.fromkeys(resolve(host, port))))
        except (OSError, UnicodeError):
            answers.append([])
        finally:
            _places.release()

    asking = threading.Thread(target=ask, name="resolve", daemon=True)
    try:
        asking.start()
    except RuntimeError:
        _places.release()
        raise Unfetchable("busy") from None
    asking.join(max(seconds, 0))
    if asking.is_alive():
        raise Unfetchable("slow")
    if not answers or not answers[0]:
        raise Unfetchable("unknown")
    return answers[0][:MOST_ADDRESSES]
