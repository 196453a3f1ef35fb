"""Reading an address of the web strictly: one spelling for each thing, no guess at what was meant.

A browser forgives much (`http:/host`, backslashes, 0x7f.1, ①②⑦.⓪.⓪.①), and each thing it forgives has let somebody
into a house. What isn't plain is refused.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urljoin

from comvir.lib.fetch.addresses import is_literal
from comvir.lib.fetch.refusals import Unfetchable

LONGEST = 2000
PORTS = {"http": 80, "https": 443}

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?")
_HOST_PORT = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# The last label of an address in numbers: a browser reads 0x7f000001, 127.1 and 017700000001 as addresses.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Anything that isn't to be seen in an address, and the backslash, which some read as a slash.
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff]")
# The standard library knows the older IDNA, which takes these for others: another house would be visited.
_DEVIANT = re.compile("[ßẞς\u200c\u200d]")
_INNER_NAMES = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "onion",
    "home.arpa",
)
_KEPT = "!$%&'()*+,-./:;=?@_~[]|"


@dataclass(frozen=True)
class Url:
    """An address in its parts: `host` in ASCII, lower case and without brackets, `target` from the path on."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, when unusual, port, as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_url(written: str) -> Url:
    """The address in its parts, the fragment left out. Raises Unfetchable: address, scheme, credentials."""
    if len(written) > LONGEST or _ODD.search(written):
        raise Unfetchable("address")
    found = _URL.fullmatch(written)
    if found is None:
        raise Unfetchable("address")
    scheme, authority, path, query = found[1].lower(), found[2], found[3], found[4] or ""
    if scheme not in PORTS:
        raise Unfetchable("scheme")
    if "@" in authority:
        raise Unfetchable("credentials")
    parts = _HOST_PORT.fullmatch(authority)
    if parts is None:
        raise Unfetchable("address")
    port = int(parts[2]) if parts[2] else PORTS[scheme]
    if not 0 < port < 65536 or (parts[2] or "").startswith("0"):
        raise Unfetchable("address")
    read = Url(scheme, _host(parts[1]), port, quote((path or "/") + query, safe=_KEPT))
    if len(str(read)) > LONGEST:
        raise Unfetchable("address")
    return read


def led_to(here: Url, location: str) -> Url:
    """Where a Location header leads, read as strictly. Raises Unfetchable."""
    if "\\" in location:
        raise Unfetchable("address")
    # Headers are bytes, shown as Latin-1: an address in UTF-8 is put back to its bytes.
    try:
        target = quote(location.strip(" \t").encode("latin-1"), safe=_KEPT + "#")
    except UnicodeEncodeError:
        raise Unfetchable("address") from None
    try:
        return read_url(urljoin(str(here), target))
    except ValueError:
        raise Unfetchable("address") from None


def _host(written: str) -> str:
    if written.startswith("["):
        host = written[1:-1].lower()
        try:
            IPv6Address(host)
        except ValueError:
            raise Unfetchable("address") from None
        if not is_literal(host):
            raise Unfetchable("address")
        return host
    host = _ascii(written)
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Unfetchable("address")
    if _NUMBER.fullmatch(labels[-1]):
        # In numbers only as it is always written, and typed so: no enclosed or full-width digits.
        if host != written or not is_literal(host):
            raise Unfetchable("address")
        return host
    if any(host == name or host.endswith(f".{name}") for name in _INNER_NAMES):
        raise Unfetchable("private")
    if len(labels) < 2:
        raise Unfetchable("address")
    return host


def _ascii(written: str) -> str:
    """The host as it travels: IDNA, once."""
    if written.isascii():
        return written.lower()
    if len(written) > 253 or _DEVIANT.search(written):
        raise Unfetchable("address")
    try:
        return written.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise Unfetchable("address") from None
