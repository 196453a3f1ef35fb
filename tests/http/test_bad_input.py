"""What no page of ours sends: every door says no in a page, keeps what was typed, and never breaks."""

import errno
import html
import json
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from comvir.conversation import acts as speaking
from comvir.conversation.models import Message
from comvir.people.models import Person

STRINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile" / "strings" / "blns.json"
OURS = [
    "", " ", "\u00a0", "\u200b", "\ufeff", "\u202eabc", "\u2028", "a\0b", "\x01\x1f\x7f", "﷽" * 50,
    "Z\u0311\u032b\u036b\u0313" * 20, "👩‍👩‍👧‍👦" * 40, "🇫🇷🏴", "é" * 10_000, "x" * 200_000, "\n" * 5000, "> " * 3000,
    "*" * 5000, "[" * 5000, "](" * 3000, "`" * 5000,
    "1e309", "-1", "99999999999999999999", "٣", "NaN", "None", "null", "undefined", "true", "{{ 7|add:7 }}",
    "{% load x %}", "%s %(x)s %", "{0} {x}", "$(id) `id` ; id", "' OR 1=1 --", "'; DROP TABLE people_person; --",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</textarea>", "&#0; &lt;",
    "../../etc/passwd", "file:///etc/passwd", "C:\\nul", "CON", "@ana @nobody @" + "a" * 300, "mailto:a@b",
    "http://" + "a" * 3000 + ".example", "http://[::1", "http://xn--/", "a\r\nSet-Cookie: x=1", "=1+1", "\\", "\\0",
]  # fmt: skip


def naughty() -> list[str]:
    """Sixty of the worst: ours, and where they are at hand the odd ones of the public list."""
    listed = json.loads(STRINGS.read_text()) if STRINGS.is_file() else []
    strange = [text for text in listed if not text.isascii() and text not in OURS]
    return OURS + strange[:: max(1, len(strange) // 12)]


@pytest.fixture
def thread(town):
    return speaking.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes?").thread


@pytest.fixture
def ana(town) -> Client:
    return at_home(town.ana)


def at_home(person: Person) -> Client:
    """A browser in which somebody has come in, and which shows the page of a fault instead of raising it."""
    browser = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    browser.force_login(person.account)
    return browser


def forms(town, thread) -> dict[str, tuple[Person, str, str, dict[str, str]]]:
    """The five main forms: who fills it in, its address, the field the words go into, the other fields."""
    profile = {"name": "Ana", "handle": "ana", "time_zone": "", "languages": "fr"}
    circle = {"theme": "music", "name": "Choir", "door": "link", "rhythm": ""}
    petanque = f"/c/{town.petanque.slug}"
    return {
        "write": (town.ana, f"{petanque}/write", "text", {"title": "Sunday"}),
        "answer": (town.ana, f"/t/{thread.pk}/", "text", {}),
        "profile": (town.ana, "/me/profile", "about", profile),
        "circle": (town.ana, "/c/new", "place", circle),
        "charter": (town.gil, f"{petanque}/settings/charter", "text", {}),
    }


@pytest.mark.parametrize("name", ["write", "answer", "profile", "circle", "charter"])
def test_naughty_words_are_taken_or_refused_with_what_was_typed(town, thread, name):
    who, address, field, others = forms(town, thread)[name]
    browser, wrong = at_home(who), []
    for words in naughty():
        answer = browser.post(address, {**others, field: words})
        page = html.unescape(answer.content.decode())
        kept = answer.status_code == 303 or words.replace("\r\n", "\n").strip()[:500] in page.replace("\r\n", "\n")
        if answer.status_code not in (303, 400, 409) or not kept:
            wrong.append((words[:40], answer.status_code, kept))
    assert wrong == []


@pytest.mark.parametrize("name", ["write", "answer", "profile", "circle", "charter"])
def test_forms_with_fields_twice_missing_by_hundreds_or_as_files_never_break(town, thread, name):
    who, address, field, others = forms(town, thread)[name]
    browser = at_home(who)
    bodies = {
        "nothing": {},
        "twice": {**others, field: ["one", "two"], "csrfmiddlewaretoken": ["a", "b"]},
        "a file": {**others, field: SimpleUploadedFile("words.txt", b"words")},
        "all files": {key: SimpleUploadedFile("x", b"x") for key in [*others, field]},
        "300 fields": {**others, field: "words", **{f"more{number}": "x" for number in range(300)}},
        "150 files": {f"file{number}": SimpleUploadedFile("x", b"x") for number in range(150)},
        "odd names": {**others, field: "words", "é\0": "x", "[]": "x", "__proto__": "x", "": "x"},
    }
    answers = {kind: browser.post(address, body).status_code for kind, body in bodies.items()}
    assert answers["300 fields"] == answers["150 files"] == 400
    assert {kind for kind, status in answers.items() if status not in (200, 303, 400, 409)} == set()


RAW = {
    "not a form": ("text/plain", b"words", (200, 303, 400)),
    "JSON": ("application/json", b'{"text": "words"}', (200, 303, 400)),
    "no kind": ("", b"text=words", (200, 303, 400)),
    "a wrong kind": ("\xff/\xff; charset=\xff", b"text=words", (200, 303, 400)),
    "invalid UTF-8": ("application/x-www-form-urlencoded", b"text=%ff%fe%c3", (303, 400)),
    "raw bytes": ("application/x-www-form-urlencoded", b"text=\xff\xfe\x00", (303, 400)),
    "broken escapes": ("application/x-www-form-urlencoded", b"text=%&%zz=%u1234&%00=1&=&&", (303, 400)),
    "a lone surrogate": ("application/x-www-form-urlencoded", b"text=%ed%a0%80", (303, 400)),
    "another charset": ("application/x-www-form-urlencoded; charset=utf-16", b"text=words", (303, 400)),
    "no such charset": ("application/x-www-form-urlencoded; charset=klingon", b"text=words", (303, 400)),
    "no boundary": ("multipart/form-data", b"text=words", (400,)),
    "a bad boundary": ("multipart/form-data; boundary=\xe9", b"--\xe9\r\n", (400,)),
    "cut off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="te', (400,)),
    "no name": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nw\r\n--x--", (400,)),
    "bad base64": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="text"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--',
        (200, 303, 400),
    ),
    "a long head": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 5000 + b'"\r\n\r\nw\r\n--x--',
        (200, 400),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", RAW)
def test_bodies_that_are_no_form_are_a_page_and_no_fault(ana, thread, kind):
    content_type, body, expected = RAW[kind]
    answer = ana.generic("POST", f"/t/{thread.pk}/", body, content_type)
    assert answer.status_code in expected
    # The same with the check of the form's token, which reads the body before any view does.
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.generic("POST", f"/t/{thread.pk}/", body, content_type)
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("path", [
    "/%00", "/c/%ff%fe/", "/c/a%00b/", "/c/%2e%2e%2f%2e%2e/", "/t/99999999999999999999999/", "/t/-1/", "/t/1e3/",
    "/p/%F0%9F/", "/i/%ed%a0%80/", "/in/key/%00/", "/first/%ff/", "/c/%", "/c/%zz/", "/c/%C3%A9/", "/c/" + "a" * 6000,
    "/m/٣/", "/help/..%2f..%2fsettings/", "/static/..%2f..%2fsecret-key", "/static/%00", "//example.org/%2f..",
])  # fmt: skip
def test_broken_addresses_are_no_pages(ana, path):
    assert ana.get(path).status_code in (301, 302, 400, 404, 410)


@pytest.mark.parametrize("query", [
    "%00", "page=%ff", "page=99999999999999999999", "page=-1", "page=a%00b", "q=%ed%a0%80", "x=" * 2000, "=&&=%",
    "before=NaN&after=%f0", "next=//evil.example/%0d%0a", "since=1e999", "on=today%00", "p=٣", "a[b][]=1",
])  # fmt: skip
def test_broken_questions_break_no_page(town, ana, thread, query):
    petanque, said = f"/c/{town.petanque.slug}/", f"/t/{thread.pk}/"
    places = ["/", "/c/", petanque, f"{petanque}m/", said, f"{said}row", "/me/", "/in/", "/p/bo/", "/demo/", "/drafts/"]
    answers = {place: ana.get(f"{place}?{query}").status_code for place in places}
    assert {place for place, status in answers.items() if status not in (200, 301, 302, 303, 400, 404)} == set()


@pytest.mark.parametrize("host", ["evil.example", "a b", "", "localhost:x", "[::1", "\xe9", "localhost\0"])
def test_a_house_asked_for_by_another_name_says_what_to_set(ana, host):
    answer = ana.get("/", headers={"host": host})
    assert (answer.status_code, "COMVIR_ADDRESS" in answer.content.decode()) == (400, True)
    answer = ana.post("/me/look", {"theme": "dark"}, headers={"host": host, "accept-language": "fr"})
    assert (answer.status_code, "Cette maison" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("headers", [
    {"cookie": "here=\xff; language=klingon; form=\0"},
    {"accept-language": "x" * 5000}, {"accept-language": "\xff;q=é"}, {"accept-language": "fr;q=1e999,*"},
    {"if-modified-since": "yesterday"}, {"range": "bytes=9-1"}, {"referer": "http://[::1"}, {"x-csrftoken": "\xff"},
    {"hx-request": "true", "hx-current-url": "http://[::1", "hx-target": "\xff"}, {"origin": "null"},
])  # fmt: skip
def test_odd_headers_break_no_page(town, headers):
    browser = at_home(town.ana)
    assert browser.get("/", headers=headers).status_code in (200, 302, 400)
    assert browser.get("/me/", headers=headers).status_code in (200, 302, 400)


def test_words_too_many_for_a_form_are_413_in_the_readers_language(ana, thread):
    huge = {"text": "x" * (3 << 20)}
    assert ana.post(f"/t/{thread.pk}/", huge).status_code == 413
    page = ana.post(f"/t/{thread.pk}/", huge, headers={"accept-language": "fr"})
    assert (page.status_code, "trop lourd" in page.content.decode()) == (413, True)


def away() -> OperationalError:
    error = OperationalError("connection refused")
    error.__cause__ = psycopg.OperationalError("connection refused")
    return error


@pytest.mark.parametrize(("error", "status"), [
    (OperationalError("database or disk is full"), 507), (OperationalError("disk I/O error"), 507),
    (OperationalError("attempt to write a readonly database"), 507),
    (OSError(errno.ENOSPC, "No space left on device"), 507), (OSError(errno.EROFS, "Read-only file system"), 507),
    (OperationalError("database is locked"), 503), (away(), 503), (OperationalError("no such column: x"), 500),
])  # fmt: skip
def test_what_was_typed_is_given_back_when_it_cannot_be_kept(ana, thread, monkeypatch, error, status):
    def fail(**told):
        raise error

    monkeypatch.setattr("comvir.web.threads.acts.answer", fail)
    for language, words in (("en", "What you wrote"), ("fr", "Ce que vous avez écrit")):
        typed = {"text": "Salad & <b>bread</b>", "csrfmiddlewaretoken": "secret"}
        answer = ana.post(f"/t/{thread.pk}/", typed, headers={"accept-language": language})
        page = answer.content.decode()
        assert answer.status_code == status
        assert ("Salad &amp; &lt;b&gt;bread&lt;/b&gt;" in page, words in page, "secret" in page) == (True, True, False)
    assert not Message.objects.filter(text__contains="Salad").exists()
