"""One mail, read into plain values, however it was written."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.lib.archive.charsets import decode, decode_words
from comvir.lib.archive.dates import read_date
from comvir.lib.archive.message import name_and_address, read_body, read_head
from comvir.lib.archive.mime import Attachment, unflow
from comvir.lib.archive.words import words_of
from tests.transfer.mails import NOW

UTC_NOON = datetime(2006, 10, 27, 12, 16, 56, tzinfo=UTC)


def head(*lines, envelope=b""):
    return read_head("\n".join([*lines, "", "x"]).encode(), envelope, NOW)


@pytest.mark.parametrize(
    "written",
    [
        "Fri, 27 Oct 2006 12:16:56 +0000",
        "27 Oct 2006 14:16:56 +0200",
        "Mon, 27 Oct 2006 07:16:56 -0500 (CDT)",
        "Friday, 27-Oct-06 12:16:56 GMT",
        "Fri Oct 27 12:16:56 2006",
        "Fri, 27 Oct 06 12:16:56 GMT",
        "Fri, 27 Oct 2006 12:16:56",
        "Fri, 27 Oct 2006 12:16:56 +9900",
        "2006-10-27 12:16:56Z",
        "2006-10-27T14:16:56+02:00",
    ],
)
def test_a_date_is_read_however_it_is_written(written):
    assert read_date(written) == UTC_NOON


@pytest.mark.parametrize("written", ["", "yesterday", "Fri, 35 Oct 2006 12:16:56 +0000", "27 Foo 2006", "0000-00-00"])
def test_what_is_no_date_is_none(written):
    assert read_date(written) is None


def test_a_date_in_the_future_gives_way_to_the_envelope():
    found = head("Date: Fri, 27 Oct 2099 12:00:00 +0000", envelope=b"From x Fri Oct 27 12:16:56 2006")
    assert (found.date, found.doubt) == (UTC_NOON, "future")


def test_a_date_before_there_was_mail_gives_way_to_the_last_received():
    found = head("Date: Mon, 1 Jan 1900 00:00:00 +0000", "Received: from a; Fri, 27 Oct 2006 12:16:56 +0000")
    assert (found.date, found.doubt) == (UTC_NOON, "past")


def test_without_any_date_there_is_none():
    assert (head("Subject: x").date, head("Subject: x").doubt) == (None, "undated")


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("Ana <Ana@Example.org>", "Ana", "ana@example.org"),
        ('"Ana, of the market" <ana@example.org>', "Ana, of the market", "ana@example.org"),
        ("ana at example.org (Ana B.)", "Ana B.", "ana@example.org"),
        ("ana [at] example [dot] org", "", "ana@example.org"),
        ("ana@example.org (Ana)", "Ana", "ana@example.org"),
        ("=?iso-8859-1?q?Chlo=E9?= <c@example.org>", "Chloé", "c@example.org"),
        ("ana@example.org <ana@example.org>", "", "ana@example.org"),
        ("Ana", "Ana", ""),
        ("", "", ""),
        ("Meet at noon <>", "Meet at noon", ""),
    ],
)
def test_name_and_address_are_told_apart(written, name, address):
    assert name_and_address(written) == (name, address)


def test_a_list_that_writes_in_its_own_name_does_not_hide_the_writer():
    found = head(
        "From: Ana via Petanque <list@example.org>", "To: list@example.org", "Reply-To: Ana <ana@home.example>"
    )
    assert (found.name, found.address) == ("Ana", "ana@home.example")


def test_references_come_oldest_first_once_and_without_the_mail_itself():
    found = head("Message-ID: <c@x>", "References: <a@x> <b@x>", " <a@x> <c@x>", "In-Reply-To: <b@x> of yesterday")
    assert found.references == ("a@x", "b@x")


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (b"caf\xe9 \x93ici\x94", "iso-8859-1", "café “ici”"),
        ("café".encode(), "iso-8859-1", "café"),
        (b"caf\xe9", "utf-8", "café"),
        (b"caf\xe9", "unknown-8bit", "café"),
        ("你好镕".encode("gb18030"), "gb2312", "你好镕"),
        (b"+AOk-t+AOk-", "utf-7", "été"),
        (b"abc", "rot13", "abc"),
        (b"a\x00b\x07c", "", "abc"),
        (b"\xff\xfe", "no-such-charset", "ÿþ"),
    ],
)
def test_bytes_are_read_by_what_they_show_more_than_by_their_label(data, label, text):
    assert decode(data, label) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?w4l0w6k=?=", "Été"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?B?w4k=?= =?utf-8?B?dA==?= ici", "Ét ici"),
        ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
        ("=?utf-8?B?", "=?utf-8?B?"),
        ("=?x?Z?abc?=", "=?x?Z?abc?="),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read_and_broken_ones_left(written, read):
    assert decode_words(written) == read


def parts(*bodies, kind="mixed"):
    pieces = "".join(f"--B\n{body}\n" for body in bodies)
    return f"Content-Type: multipart/{kind}; boundary=B\n\n{pieces}--B--\n".encode()


def test_the_plain_one_of_two_versions_is_taken():
    body = read_body(
        parts("Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>rich", kind="alternative")
    )
    assert body.text == "plain"


def test_html_alone_becomes_text_with_its_quotes_and_links():
    html = "<p>Hello <b>you</b></p><blockquote>said</blockquote><a href='https://a.example/'>here</a><script>x</script>"
    body = read_body(f"Content-Type: text/html\n\n{html}".encode())
    assert body.text == "Hello you\n\n> said\n\nhere <https://a.example/>"


def test_an_attachment_is_named_with_its_size_and_not_kept():
    payload = base64.b64encode(b"x" * 300).decode()
    attached = (
        f'Content-Type: application/pdf; name="menu.pdf"\nContent-Transfer-Encoding: base64\n'
        f"Content-Disposition: attachment\n\n{payload}"
    )
    body = read_body(parts("Content-Type: text/plain\n\nsee", attached))
    assert (body.text.strip(), body.attachments) == ("see", (Attachment("menu.pdf", 300),))


def test_a_last_boundary_that_is_missing_is_forgiven():
    assert read_body(b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nwords\n").text.strip() == "words"


def test_parts_within_parts_without_end_are_read_as_far_as_anybody_would():
    deep = "words"
    for number in range(300):
        deep = f"Content-Type: multipart/mixed; boundary=B{number}\n\n--B{number}\n{deep}\n--B{number}--"
    assert words_of(deep.encode()).text


def test_soft_line_breaks_are_undone_and_the_signature_mark_stays():
    assert unflow("> one \n> two\nthree \nfour\n-- \nAna") == "> one two\nthree four\n-- \nAna"


@given(st.binary(max_size=400))
def test_no_bytes_whatever_stop_the_reading(data):
    for start in (
        b"",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
        b"Content-Type: text/html\n\n",
        b"Date: ",
    ):
        found = read_head(start + data, data, NOW)
        assert found.key
        words_of(start + data).text.encode()


def test_a_file_put_into_the_text_itself_is_named_and_taken_out():
    body = read_body(b"see\n\nbegin 644 notes.txt\n#0V%T\n`\nend\nbye\n")
    assert (body.text, [file.name for file in body.attachments]) == ("see\n\n\nbye\n", ["notes.txt"])
