"""A house without a mail server keeps its letters, and tells the terminal where."""

import re
from email import message_from_bytes, policy

import pytest
from django.core.cache import cache

from comvir.web.mail import shortened


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    cache.clear()
    settings.EMAIL_BACKEND = "comvir.web.mail.KeptMail"
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.MAIL_FOLDER


def test_a_letter_is_kept_for_the_host_s_eyes_only(town, as_seen_by, folder, capsys):
    browser = as_seen_by(None)
    browser.post("/in/", {"email": "ana@example.org"})
    (letter,) = folder.iterdir()
    assert (letter.stat().st_mode & 0o777, folder.stat().st_mode & 0o777, letter.suffix) == (0o600, 0o700, ".eml")
    read = message_from_bytes(letter.read_bytes(), policy=policy.default)
    code = re.fullmatch(r"Your code: (\d{3}) (\d{3})", read["Subject"])
    assert (read["To"], read.get_content_type(), code is not None) == ("ana@example.org", "text/plain", True)
    said = capsys.readouterr().out
    assert said == f"No mail is set up: a letter for a…@example.org is in {letter}\n"
    assert "This house doesn’t send mail yet" in browser.get("/in/code").content.decode()
    browser.post("/in/code", {"code": code[1] + code[2]})
    assert browser.get("/me/").status_code == 200


def test_the_letter_speaks_the_language_of_who_asked(town, as_seen_by, folder):
    browser = as_seen_by(None)
    browser.cookies["language"] = "fr"
    browser.post("/in/", {"email": "ana@example.org"})
    (letter,) = folder.iterdir()
    read = message_from_bytes(letter.read_bytes(), policy=policy.default)
    from django.utils import translation

    with translation.override("fr"):
        expected = translation.gettext("Your code: %(code)s %(rest)s") % {"code": "", "rest": ""}
    assert read["Subject"].startswith(expected.strip())


@pytest.mark.parametrize(
    ("address", "shown"), [("josette@example.org", "j…@example.org"), ("a@b.c", "a…@b.c"), ("", "…@")]
)
def test_addresses_are_shortened(address, shown):
    assert shortened(address) == shown


class Down:
    """A mail server that is not there."""

    def __init__(self, *args, **how):
        pass

    def send_messages(self, letters):
        raise ConnectionRefusedError("no server at 192.0.2.1 for ana@example.org")


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org"])
def test_a_mail_server_that_is_down_is_said_in_a_sentence(town, as_seen_by, settings, caplog, email):
    settings.EMAIL_BACKEND = "tests.http.test_mail.Down"
    answer = as_seen_by(None).post("/in/", {"email": email})
    assert answer.status_code == 503
    assert "The letter could not leave just now." in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("comvir.")]
    assert ours == ["a letter could not be sent: ConnectionRefusedError"]
