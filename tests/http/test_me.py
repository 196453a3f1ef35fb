"""One's own pages: profile, portrait, look, blocks."""

import io
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from comvir.lib import images
from comvir.people import acts
from comvir.people.models import Account, Block, Person
from tests.http.counting import queries_of

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile" / "images"
SAID = {"name": "Ana", "handle": "ana", "about": "", "time_zone": "", "languages": ["fr"]}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "portraits"


def photo(colour="red", kind="JPEG", size=(300, 200)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return SimpleUploadedFile("me.jpg", out.getvalue(), "text/html")


def test_what_one_says_of_oneself_is_what_others_see(town, as_seen_by):
    said = {
        "name": "Ana Lopez", "handle": "ana-l", "about": "I *like* plane trees. <script>x</script>",
        "time_zone": "Europe/Lisbon", "languages": ["fr", "oc"],
    }  # fmt: skip
    answer = as_seen_by(town.ana).post("/me/profile", said)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/ana-l/")
    page = as_seen_by(town.bo).get("/p/ana-l/").content.decode()
    assert "Ana Lopez" in page
    assert "I <em>like</em> plane trees." in page
    assert "<script>x" not in page
    assert "Français, Occitan" in page
    assert Person.objects.get(pk=town.ana.pk).time_zone == "Europe/Lisbon"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Your name is missing."),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"handle": "Ana Lopez"}, "Only small letters, digits and hyphens"),
        ({"handle": "bo"}, "Somebody already goes by this name in addresses."),
        ({"about": "x" * 2001}, "at most 2000 characters"),
        ({"time_zone": "Moon/Base"}, "Moon/Base"),
        ({"languages": ["tlh"]}, "tlh"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(town, as_seen_by, changed, sentence):
    answer = as_seen_by(town.ana).post("/me/profile", {**SAID, "about": "Kept as typed", **changed})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert Person.objects.get(pk=town.ana.pk).handle == "ana"
    if "about" not in changed:
        assert "Kept as typed" in page


def test_a_portrait_is_served_to_who_may_see_the_person(town, as_seen_by, media):
    as_seen_by(town.ana).post("/me/profile", {**SAID, "picture": photo()})
    answer = as_seen_by(town.bo).get("/p/ana/picture")
    headers = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    assert [answer.headers[name] for name in headers] == [
        "image/webp", "nosniff", "sandbox; default-src 'none'", "private, no-cache",
    ]  # fmt: skip
    assert Image.open(io.BytesIO(answer.content)).size == (256, 256)
    again = as_seen_by(town.bo).get("/p/ana/picture", headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert as_seen_by(town.eve).get("/p/ana/picture").status_code == 404
    assert as_seen_by(None).get("/p/ana/picture").status_code == 404
    assert "/p/ana/picture?v=" in as_seen_by(town.bo).get("/p/ana/").content.decode()
    assert len(list(media.iterdir())) == 1


def test_a_new_portrait_replaces_the_old_one_and_none_leaves_nothing(town, as_seen_by, media):
    browser = as_seen_by(town.ana)
    browser.post("/me/profile", {**SAID, "picture": photo("red")})
    first = {path.name for path in media.iterdir()}
    browser.post("/me/profile", {**SAID, "picture": photo("blue")})
    second = {path.name for path in media.iterdir()}
    assert (len(second), first & second) == (1, set())
    browser.post("/me/profile", SAID)
    assert {path.name for path in media.iterdir()} == second
    browser.post("/me/profile", {**SAID, "no_picture": "on"})
    assert list(media.iterdir()) == []
    assert as_seen_by(town.bo).get("/p/ana/picture").status_code == 404


def test_photos_cannot_be_sent_without_end(town, as_seen_by, monkeypatch):
    monkeypatch.setattr(images, "portrait", lambda data: b"webp")
    browser = as_seen_by(town.ana)
    answers = [browser.post("/me/profile", {**SAID, "picture": photo()}).status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]
    assert browser.post("/me/profile", SAID).status_code == 303


def test_a_refused_change_keeps_no_portrait(town, as_seen_by, media):
    answer = as_seen_by(town.ana).post("/me/profile", {**SAID, "handle": "bo", "picture": photo()})
    assert answer.status_code == 400
    assert list(media.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"\xff\xd8" + b"\0" * (13 * 1024 * 1024), "That photo is too heavy (14 MB, limit 10)."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "We couldn’t read that photo."),
        (b"", "We couldn’t read that photo."),
    ],
    ids=["too heavy", "a drawing", "nothing"],
)
def test_what_is_no_portrait_is_refused_in_a_sentence(town, as_seen_by, sent, sentence):
    answer = as_seen_by(town.ana).post("/me/profile", {**SAID, "picture": SimpleUploadedFile("a.png", sent)})
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="../shared/data/hostile/images is not there")
def test_hostile_files_never_break_the_page(town, as_seen_by):
    browser, answers = as_seen_by(town.ana), {}
    for path in sorted(HOSTILE.iterdir()):
        cache.clear()  # as if they came over several hours
        sent = SimpleUploadedFile(path.name, path.read_bytes())
        answers[path.name] = browser.post("/me/profile", {**SAID, "picture": sent}).status_code
    assert set(answers.values()) <= {303, 400}


def test_the_look_is_kept_in_the_account_and_in_the_browser(town, as_seen_by):
    browser = as_seen_by(town.ana)
    answer = browser.post("/me/look", {"theme": "dark", "text_size": "larger", "language": "fr", "next": "/help/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/help/")
    ana = Account.objects.get(pk=town.ana.account.pk)
    assert (ana.scheme, ana.text_size, ana.language) == ("dark", "larger", "fr")
    assert {name: morsel.value for name, morsel in answer.cookies.items() if name.startswith(("look", "lang"))} == {
        "look_theme": "dark", "look_text": "larger", "language": "fr",
    }  # fmt: skip
    page = browser.get("/me/").content.decode()
    assert '<html lang="fr" data-theme="dark" data-text="larger">' in page


def test_the_look_works_for_who_has_not_come_in(town, as_seen_by):
    browser = as_seen_by(None)
    for choice in ({"theme": "dark"}, {"text_size": "large"}, {"language": "fr"}):
        browser.post("/me/look", choice)
    assert '<html lang="fr" data-theme="dark" data-text="large">' in browser.get("/help/").content.decode()
    browser.post("/me/look", {"theme": "system", "text_size": "normal", "language": "en"})
    assert '<html lang="en">' in browser.get("/help/").content.decode()


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_the_look_leads_nowhere_else(town, as_seen_by, asked):
    assert as_seen_by(None).post("/me/look", {"theme": "dark", "next": asked}).headers["Location"] == "/"


def test_an_unknown_look_changes_nothing(town, as_seen_by):
    answer = as_seen_by(town.ana).post("/me/look", {"theme": "neon", "text_size": "9em", "language": "tlh"})
    assert (answer.status_code, "look_theme" in answer.cookies) == (303, False)
    assert Account.objects.get(pk=town.ana.account.pk).scheme == "system"


def test_a_look_chosen_before_coming_in_is_kept(town, as_seen_by):
    browser = as_seen_by(None)
    browser.post("/me/look", {"theme": "dark", "text_size": "large", "language": "fr"})
    new = Account.objects.create_user("lucie@example.org")
    browser.force_login(new)
    browser.post("/in/name", {"name": "Lucie"})
    new.refresh_from_db()
    assert (new.scheme, new.text_size, new.language) == ("dark", "large", "fr")


def test_blocks_are_listed_and_taken_back(town, as_seen_by):
    acts.block(by=town.ana, other=town.bo)
    acts.block(by=town.chloe, other=town.ana)
    browser = as_seen_by(town.ana)
    page = browser.get("/me/blocks").content.decode()
    assert ("Bo" in page, "Chloe" in page) == (True, False)
    assert browser.post("/me/blocks", {"handle": "chloe"}).status_code == 404
    assert browser.post("/me/blocks", {"handle": "bo"}).headers["Location"] == "/me/blocks"
    assert list(Block.objects.values_list("blocker__name", "blocked__name")) == [("Chloe", "Ana")]


def test_all_that_is_mine_is_one_step_away(town, as_seen_by):
    page = as_seen_by(town.ana).get("/me/").content.decode()
    mine = ["/me/profile", "/me/blocks", "/drafts/", "/in/addresses", "/in/passkeys", "/in/devices", "/in/second/on"]
    for address in [*mine, "/in/out"]:
        assert f'"{address}"' in page
    assert 'action="/c/petanque-du-dimanche/leave"' in page


def test_the_list_of_blocks_takes_as_many_queries_however_long(town, as_seen_by):
    browser = as_seen_by(town.ana)
    acts.block(by=town.ana, other=town.bo)
    few = queries_of(browser, "/me/blocks")
    for other in (town.chloe, town.dan, town.gil, town.nina):
        acts.block(by=town.ana, other=other)
    assert queries_of(browser, "/me/blocks") == few


def test_my_page_takes_as_many_queries_however_many_circles(town, as_seen_by):
    browser = as_seen_by(town.gil)
    few = queries_of(browser, "/me/")
    for n in range(4):
        acts.open_community(by=town.gil, name=f"Circle {n}", theme="music")
    assert queries_of(browser, "/me/") == few
