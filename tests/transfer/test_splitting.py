"""An mbox file falls into its messages, whatever program wrote it."""

import pytest

from comvir.lib.archive.mbox import Archive, NotAnArchive, unescape
from tests.transfer.mails import archive, mail

ENVELOPE = b"From ana@example.org Thu Jan  2 12:00:00 2020\n"


def raws(path):
    with Archive(path) as opened:
        return [opened.raw(place) for place in opened.places()]


def test_each_message_is_found_with_its_words(tmp_path):
    assert raws(archive(tmp_path, ENVELOPE + b"Subject: a\n\nOne\n\n", ENVELOPE + b"Subject: b\n\nTwo")) == [
        b"Subject: a\n\nOne\n\n",
        b"Subject: b\n\nTwo",
    ]


def test_line_endings_of_windows_and_of_old_macs_separate_too(tmp_path):
    both = ENVELOPE + b"Subject: a\n\nOne\n\n" + ENVELOPE + b"Subject: b\n\nTwo\n"
    assert len(raws(archive(tmp_path, both.replace(b"\n", b"\r\n")))) == 2
    assert len(raws(archive(tmp_path, both.replace(b"\n", b"\r")))) == 2


def test_a_sentence_that_begins_with_from_separates_nothing(tmp_path):
    body = b"Subject: a\n\nFrom the market we went on Sunday at 10:30.\n\nFrom there home.\nFrom: a list\n"
    assert raws(archive(tmp_path, ENVELOPE + body)) == [body]


def test_a_separator_without_a_blank_line_before_it_counts_when_headers_follow(tmp_path):
    assert len(raws(archive(tmp_path, ENVELOPE + b"Subject: a\n\nOne\n" + ENVELOPE + b"Subject: b\n\nTwo\n"))) == 2


def test_a_stated_length_covers_a_line_that_looks_like_a_separator(tmp_path):
    body = b"Look:\n\n" + ENVELOPE + b"Subject: quoted\n\nend\n"
    head = b"Subject: a\nContent-Length: %d\n\n" % len(body)
    assert raws(archive(tmp_path, ENVELOPE + head + body + b"\n" + ENVELOPE + b"Subject: b\n\nTwo\n")) == [
        head + body + b"\n",
        b"Subject: b\n\nTwo\n",
    ]


def test_a_stated_length_that_lies_is_not_believed(tmp_path):
    path = archive(
        tmp_path, ENVELOPE + b"Subject: a\nContent-Length: 30\n\nOne\n\n" + ENVELOPE + b"Subject: b\n\nTwo\n"
    )
    assert len(raws(path)) == 2


def test_separators_of_public_archives_that_hide_addresses_count(tmp_path):
    hidden = b"From ana at example.org  Thu Jan  2 12:00:00 2020\nFrom: ana at example.org (Ana)\n\nOne\n"
    assert len(raws(archive(tmp_path, hidden, b"\n", hidden))) == 2


def test_escaped_lines_come_back_and_quoted_ones_stay():
    assert unescape(b"a\n>From here\n>>From there\n") == b"a\nFrom here\n>From there\n"
    assert unescape(b"> he said\n>From here on\n> it rained\n") == b"> he said\n>From here on\n> it rained\n"


def test_what_stands_before_the_first_message_is_counted(tmp_path):
    with Archive(archive(tmp_path, "noise\n\n", mail(1))) as opened:
        assert len(list(opened.places())) == 1
        assert opened.preamble == len("noise\n\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x1f\x8b\x08rest", "packed"),
        (b"PK\x03\x04rest", "packed"),
        (b"\xfd7zXZ\x00rest", "packed"),
        (b"\x7fELF\x00\x00\x00", "binary"),
        (b"Subject: one mail alone\n\nHello\n", "mail"),
    ],
)
def test_a_file_that_is_no_archive_is_refused_for_its_reason(tmp_path, content, reason):
    with pytest.raises(NotAnArchive) as refusal:
        raws(archive(tmp_path, content))
    assert refusal.value.reason == reason


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path, reason in ((tmp_path, "folder"), (tmp_path / "none", "missing")):
        with pytest.raises(NotAnArchive) as refusal:
            raws(path)
        assert refusal.value.reason == reason
