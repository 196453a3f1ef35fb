"""Pages gzipped once and sent many times, though their forms' tokens differ each time.

A page is cut at its tokens. Each piece is compressed for itself and ends on a byte, looking back at nothing before it
(a full flush); the tokens stand between them as they are (stored blocks). Put one after the other this is one valid
stream: RFC 1951, 3.2.3 and 3.2.4; RFC 1952.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
END = b"\x01\x00\x00\xff\xff"
LEVEL = 4


def packed_pieces(pieces: Sequence[bytes]) -> list[bytes]:
    """Each piece compressed, ready to stand after any other."""
    packed = []
    for piece in pieces:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed.append(packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH))
    return packed


def gzipped(packed: Sequence[bytes], token: bytes, whole: bytes) -> bytes:
    """The stream of pieces with the token between each two; `whole` is what it unpacks to. Tokens have < 64 kB."""
    between = b"\x00" + struct.pack("<HH", len(token), len(token) ^ 0xFFFF) + token
    trailer = struct.pack("<II", zlib.crc32(whole), len(whole) & 0xFFFFFFFF)
    return b"".join([HEADER, between.join(packed), END, trailer])


def takes_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding header lets an answer be gzipped."""
    for one in accepted.lower().split(b","):
        name, _, rest = one.partition(b";")
        if name.strip() in (b"gzip", b"*"):
            weight = rest.replace(b" ", b"").removeprefix(b"q=")
            return not (weight and set(weight) <= set(b"0."))
    return False
