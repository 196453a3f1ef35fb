"""How an address is read before anybody is asked: strictly, in one way, and never into the house."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.lib.fetch import Policy, Unfetchable, is_public, read_url
from comvir.lib.fetch.addresses import _NOT_PUBLIC_4
from tests.lib.outside import nobody_is_asked, why
from tests.lib.spellings import LOOPBACK, ODD, PLAIN, PRIVATE


def test_there_are_more_than_120_spellings():
    assert len({*LOOPBACK, *PRIVATE}) >= 160
    assert len(set(ODD)) > 70


@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE])
def test_an_inner_address_is_refused_however_it_is_spelled(host):
    """Before any name is looked up, and at every scheme."""
    for scheme in ("http", "https"):
        refused = why(f"{scheme}://{host}/", policy=Policy(resolve=nobody_is_asked))
        assert refused in ("private", "address", "credentials"), refused


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_is_refused(url):
    assert why(url, policy=Policy(resolve=nobody_is_asked)) in ("address", "scheme", "credentials", "private")


@pytest.mark.parametrize("url", PLAIN)
def test_a_plain_address_is_read_as_a_browser_reads_it(url):
    assert str(read_url(url)) == PLAIN[url]
    assert str(read_url(PLAIN[url])) == PLAIN[url]


@given(st.text(alphabet=st.sampled_from("htp:/\\@[]%.#?0x1a7é①。 \t\n-_"), max_size=30))
def test_whatever_is_typed_is_read_or_refused(text):
    for written in (text, f"http://{text}", f"http://news.example{text}"):
        try:
            read = read_url(written)
        except Unfetchable:
            continue
        assert read_url(str(read)) == read
        assert read.host.isascii() and read.target.isascii() and not set(str(read)) & set(" \t\r\n\\#é①。")


@given(st.integers(0, 2**32 - 1))
def test_an_address_inside_another_family_is_never_public(number):
    v4 = ipaddress.IPv4Address(number)
    packed = int(v4)
    inside = [
        packed,
        0xFFFF << 32 | packed,
        0x64FF9B << 96 | packed,
        0x2002 << 112 | packed << 80,
        0x20010000 << 96 | packed,
    ]
    assert not any(is_public(str(ipaddress.IPv6Address(address))) for address in inside)
    assert is_public(str(v4)) == (not any(v4 in block for block in _NOT_PUBLIC_4))


@pytest.mark.parametrize(
    ("block", "before", "first", "last", "after"),
    [
        ("10/8", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
        ("100.64/10", "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
        ("172.16/12", "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
        ("198.18/15", "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
        ("2001::/23", "2000:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::"),
        ("2002::/16", "2001:ffff::", "2002::", "2002:ffff::", "2003::"),
    ],
)
def test_a_reserved_block_ends_where_it_ends(block, before, first, last, after):
    assert [is_public(address) for address in (before, first, last, after)] == [True, False, False, True]
