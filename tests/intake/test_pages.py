"""The stewards' page of outside news: looking, taking in, seeing how it goes, removing; without any script."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from comvir.conversation.models import Message
from comvir.intake import acts, reading
from comvir.intake.models import Wire
from comvir.lib import clock
from comvir.web import intake
from tests.http.counting import queries_of
from tests.http.test_bad_input import OURS
from tests.intake.papers import numbered, rss
from tests.lib.outside import moved, page

WIRES = "/c/petanque-du-dimanche/wires/"


@pytest.fixture(autouse=True)
def _no_attempts():
    cache.clear()
    yield
    cache.clear()


def text_of(response) -> str:
    return response.content.decode()


def test_from_the_stewards_table_to_news_taken_in(town, web, as_seen_by):
    gil = as_seen_by(town.gil)
    for address in ("/c/petanque-du-dimanche/requests/", "/c/petanque-du-dimanche/settings"):
        assert f'href="{WIRES}"' in text_of(gil.get(address))
    assert "Nothing yet. What is said here comes from the members alone." in text_of(gil.get(WIRES))

    web.ways["/rss"] = page(rss(*numbered(1, 4), title="Mairie <b>d’ici</b>"))
    seen = gil.post(WIRES, {"url": web.url("/rss")})
    told = text_of(seen)
    assert (seen.status_code, Wire.objects.count()) == (200, 0)
    assert [name in told for name in ("News 4", "News 3", "News 2", "News 1")] == [True, True, True, False]
    assert 'value="Mairie d’ici"' in told and f'value="{web.url("/rss")}"' in told and 'name="take"' in told

    done = gil.post(WIRES, {"url": web.url("/rss"), "title": "Town hall", "kind": "flash", "take": "1"})
    assert (done.status_code, done["Location"]) == (303, WIRES)
    told = text_of(gil.get(WIRES))
    assert "Town hall is taken in. Its news will come soon." in told
    assert "Not read yet" in told and web.url("/rss") in told and "zap" in told
    assert len(web.asked) == 1


def test_removing_asks_first(town, wire, as_seen_by):
    gil, address = as_seen_by(town.gil), f"{WIRES}{wire.pk}/leave"
    assert f'href="{address}"' in text_of(gil.get(WIRES))
    assert "What it brought stays, with what was said about it." in text_of(gil.get(address))
    assert Wire.objects.get(pk=wire.pk).left_out_at is None
    done = gil.post(address)
    assert (done.status_code, done["Location"]) == (303, WIRES)
    told = text_of(gil.get(WIRES))
    assert "Town hall is read no more. What it brought stays." in told and wire.url not in told
    assert gil.get(address).status_code == 404


@pytest.mark.parametrize(
    ("url", "status", "sentence"),
    [
        ("", 400, "The address is missing."),
        ("town.example", 400, "We can’t read that address. It looks like https://example.org/news."),
        ("ftp://town.example/", 400, "That address has to begin with https:// or http://."),
        ("http://127.0.0.1/", 400, "That address isn’t on the public web, so we don’t read it."),
        ("http://0x7f.1/", 400, "We can’t read that address. It looks like https://example.org/news."),
        ("http://" + "a" * 2000, 400, "This is too long: 2000 letters at most."),
        ("/no", 400, "That address answers with an error (404)."),
        ("/inner", 400, "That address isn’t on the public web, so we don’t read it."),
        ("/page", 400, "There is no news by RSS at that address. Look for a link called RSS or Atom on its page."),
        ("/slow", 400, "That address took too long to answer."),
    ],
)
def test_an_address_that_cannot_be_looked_at_comes_back(town, web, as_seen_by, url, status, sentence):
    web.ways.update({"/inner": moved("http://10.0.0.1/"), "/page": page(b"<html>hello"), "/slow": web.silence})
    given = web.url(url) if url.startswith("/") else url
    answer = as_seen_by(town.gil).post(WIRES, {"url": given})
    told = text_of(answer)
    assert (answer.status_code, sentence in told, 'id="id_url_error"' in told) == (status, True, True)
    assert not given or f'value="{given}"' in told


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": " "}, "The name is missing."),
        ({"title": "\u200b"}, "The name is missing."),
        ({"title": "a" * 81}, "This is too long: 80 letters at most."),
        ({"kind": "fact"}, "Choose one of the two."),
        ({"url": "http://a:b@town.example/"}, "Leave the name and password out of that address."),
        ({"url": "http://news.example/again"}, "This circle reads that address already."),
    ],
)
def test_what_cannot_be_taken_in_comes_back(town, as_seen_by, given, sentence):
    acts.take_in(by=town.gil, community=town.petanque, url="http://news.example/again", title="It", kind="flash")
    typed = {"url": "https://town.example/rss", "title": "Town hall", "kind": "flash", "take": "1", **given}
    answer = as_seen_by(town.gil).post(WIRES, typed)
    assert (answer.status_code in (400, 409), sentence in text_of(answer), Wire.objects.count()) == (True, True, 1)
    assert f'value="{typed["url"]}"' in text_of(answer)


@pytest.mark.parametrize("field", ["url", "title", "kind"])
def test_whatever_is_typed_breaks_nothing(town, web, as_seen_by, field):
    gil = as_seen_by(town.gil)
    for number, typed in enumerate(OURS):
        given = {"url": f"https://{number}.example/", "title": "News", "kind": "flash", field: typed}
        for step in ({"take": "1"}, {}) if field == "url" else ({"take": "1"},):
            assert gil.post(WIRES, given | step).status_code in (200, 303, 400, 409), typed
    assert web.asked == []
    assert gil.get(WIRES).status_code == 200


def test_its_state_in_plain_words(town, wire, as_seen_by):
    now = clock.now()

    def told(**fields) -> str:
        Wire.objects.filter(pk=wire.pk).update(**fields)
        return " ".join(text_of(as_seen_by(town.gil).get(WIRES)).split())

    assert "Not read yet" in told() and "Next" not in told()
    well = told(last_read_at=now - timedelta(hours=3), next_at=now + timedelta(hours=3), lease_until=now + timedelta(1))
    assert "Read <time" in well and "Next <time" in well and "Tells us at once" in well
    wrong = told(last_error="status", last_status=503, failing_since=now - timedelta(days=2), failures=3)
    assert "That address answers with an error (503). So it has been since <time" in wrong
    assert "We go on asking, less and less often, for a month." in wrong
    over = told(gave_up_at=now)
    assert (
        "No longer read" in over
        and "Remove it, and take it in again once its address is right" in over
        and "Next <time" not in over
    )
    assert "That address says that its news has ended. We stopped asking." in told(last_error="gone")
    assert "broken <" not in told(last_error="unknown code")


def test_only_so_many_look_at_once_and_so_often(town, web, as_seen_by, monkeypatch):
    gil = as_seen_by(town.gil)
    web.ways["/rss"] = page(rss())
    busy = "Too many addresses are being read just now. Try again in a minute."
    held = [intake._looking.acquire(blocking=False) for _ in range(2)]
    assert held == [True, True]
    try:
        assert busy in text_of(gil.post(WIRES, {"url": web.url("/rss")}))
    finally:
        intake._looking.release(2)
    for _ in range(intake.LOOKS.most):
        assert gil.post(WIRES, {"url": "http://10.0.0.1/"}).status_code == 400
    assert busy in text_of(gil.post(WIRES, {"url": web.url("/rss")}))
    assert web.asked == []


def test_nobody_else_learns_of_it(town, wire, as_seen_by):
    for somebody in (town.ana, town.nina, town.fay, town.eve):
        browser = as_seen_by(somebody)
        for address in (WIRES, f"{WIRES}{wire.pk}/leave"):
            assert browser.get(address).status_code == 404
            assert browser.post(address, {"url": "https://x.example/", "take": "1"}).status_code == 404
    other = as_seen_by(town.fay).get(f"/c/{town.music.slug}/wires/{wire.pk}/leave")
    assert (other.status_code, Wire.objects.get().left_out_at) == (404, None)


def test_the_list_takes_as_many_queries_for_ten_as_for_one(town, wire, as_seen_by):
    gil = as_seen_by(town.gil)
    one = queries_of(gil, WIRES)
    for number in range(9):
        acts.take_in(
            by=town.gil,
            community=town.petanque,
            url=f"https://{number}.example/",
            title=f"News {number}",
            kind="resource",
        )
    assert queries_of(gil, WIRES) == one == 11


def test_its_voice_is_no_name_of_the_archive(town, web, wire, as_seen_by):
    """One finds its page, which says what it is; it stands neither among the members nor among who may be claimed."""
    ana = as_seen_by(town.ana)
    told = text_of(ana.get(f"/p/{wire.person.handle}/"))
    assert "News from outside, in Pétanque du dimanche" in told and "archive" not in told
    web.ways["/rss"] = page(rss(*numbered(1, 1)))
    reading.read_wire(wire)
    told = text_of(ana.get(f"/t/{Message.objects.get(author=wire.person).thread_id}/"))
    assert "Town hall" in told and "town.example" in told and "from an archive" not in told
    members = text_of(ana.get("/c/petanque-du-dimanche/m/"))
    assert "Chloe" in members and "Town hall" not in members
    assert as_seen_by(town.eve).get(f"/p/{wire.person.handle}/").status_code == 404
