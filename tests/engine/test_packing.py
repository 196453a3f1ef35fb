"""Gzip in pieces is one stream that anybody unpacks."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.config.packing import gzipped, packed_pieces, takes_gzip


@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=6), st.binary(min_size=1, max_size=64))
def test_pieces_with_a_token_between_unpack_to_the_whole(pieces, token):
    whole = token.join(pieces)
    stream = gzipped(packed_pieces(pieces), token, whole)
    assert gzip.decompress(stream) == whole
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert unpacker.decompress(stream) == whole
    assert (unpacker.eof, unpacker.unused_data) == (True, b"")


def test_it_is_worth_it():
    page = b"<li><a href='/t/1/'>a line of a list</a></li>" * 300
    assert len(gzipped(packed_pieces([page, page]), b"token", page + b"token" + page)) < len(page) / 20


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (b"gzip, deflate, br", True), (b"br;q=1.0, gzip;q=0.8", True), (b"*", True), (b"GZIP", True),
        (b"", False), (b"identity", False), (b"gzip;q=0", False), (b"gzip; q=0.0", False), (b"xgzip", False),
    ],
)  # fmt: skip
def test_who_takes_it(accepted, takes):
    assert takes_gzip(accepted) is takes
