"""News by RSS: what is in it, for whom, and that every reader can read it."""

import json
import warnings
from xml.etree import ElementTree

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.conversation.models import Picture
from comvir.conversation.pictures import describe_picture
from comvir.feeds import issues
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.memory.readers import standing
from comvir.people import acts as people
from tests.feeds.conftest import key_of, read
from tests.people import belong, person

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
THR = "{http://purl.org/syndication/thread/1.0}"
OURS = "{urn:comvir:news:1}"
GEO = "{http://www.georss.org/georss}"


def parsed(body: bytes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = feedparser.parse(body)
    assert not found.bozo, found.bozo_exception
    return found


def titles(path: str) -> list[str]:
    response = read(path)
    assert response.status_code == 200, path
    return [entry.title for entry in parsed(response.content).entries]


def entry_in(path: str):
    return ElementTree.fromstring(read(path).content).find(f"{ATOM}entry")


FLASH = Beside(
    context=Context(
        kind="flash", place="Port des Goudes", latitude=43.2153, longitude=5.3456,
        content_reference_time=clock.now().replace(microsecond=0), source_kind="eyes",
    )
)  # fmt: skip


def test_a_public_circle_is_read_by_anybody_in_three_forms(town, market):
    first = acts.start(by=town.fay, community=market, text="The *fish* is here #sea", title="Fish")
    acts.answer(by=town.ana, thread=first.thread, text="Coming")
    atom = parsed(read("/c/le-marche/news.atom").content)
    rss = parsed(read("/c/le-marche/news.rss").content)
    feed = json.loads(read("/c/le-marche/news.json").content)
    assert (atom.version, rss.version, feed["version"]) == ("atom10", "rss20", "https://jsonfeed.org/version/1.1")
    assert [one.title for one in atom.entries] == [one.title for one in rss.entries] == ["Fish"]
    assert [item["title"] for item in feed["items"]] == ["Fish"]
    number = f"tag:testserver,2026:message/{first.pk}"
    assert (atom.entries[0].id, rss.entries[0].id, feed["items"][0]["id"]) == (number, number, number)
    assert atom.entries[0].author == rss.entries[0].author == feed["items"][0]["authors"][0]["name"] == "Fay"
    link = f"http://testserver/t/{first.thread_id}/"
    assert (atom.entries[0].link, rss.entries[0].link, feed["items"][0]["url"]) == (link, link, link)
    assert (rss.entries[0].slash_comments, rss.entries[0].comments) == ("1", f"{link}#answer")
    assert feed["items"][0]["_comvir"]["comments"] == 1
    assert feed["items"][0]["tags"] == ["sea"]
    assert "<em>fish</em>" in feed["items"][0]["content_html"]
    assert '<a href="http://testserver/tag/sea/"' in feed["items"][0]["content_html"]
    assert feed["hubs"] == [{"type": "WebSub", "url": "http://testserver/hub"}]
    for found, form in ((atom, "atom"), (rss, "rss")):
        relations = {one["rel"]: one["href"] for one in found.feed.links}
        assert relations["hub"] == "http://testserver/hub"
        assert relations["self"] == f"http://testserver/c/le-marche/news.{form}"


def test_headers_say_where_the_hub_is_and_that_it_may_be_kept_if_asked_again(town, market):
    response = read("/c/le-marche/news.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["Link"] == (
        '<http://testserver/hub>; rel="hub", <http://testserver/c/le-marche/news.atom>; rel="self"'
    )
    assert response["Cache-Control"] == "public, no-cache"


def test_atom_has_all_that_rfc_4287_demands(town, market):
    for n in range(3):
        acts.start(by=town.fay, community=market, text=f"Stall {n}")
    root = ElementTree.fromstring(read("/c/le-marche/news.atom").content)
    assert root.tag == f"{ATOM}feed"
    assert [root.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated")] == [True] * 3
    entries = root.findall(f"{ATOM}entry")
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == 3
    for entry in entries:
        for name in ("id", "title", "updated", "published", "author", "content"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        assert entry.find(f"{ATOM}author/{ATOM}name").text == "Fay"
        assert entry.find(f"{ATOM}author/{ATOM}email") is None
        assert len([one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "alternate"]) == 1


def test_an_item_carries_kind_standing_place_time_comments_and_where_to_answer(town, market):
    said = acts.start(by=town.fay, community=market, text="Smoke over the harbour", beside=FLASH)
    acts.attest(by=town.ana, message=said, stance="saw")
    acts.answer(by=town.ana, thread=said.thread, text="From my window")
    catch_up(standing)
    entry = entry_in("/c/le-marche/news.atom")
    categories = {one.get("scheme"): one.get("term") for one in entry.findall(f"{ATOM}category")}
    assert categories == {"urn:comvir:news:1:kind": "flash", "urn:comvir:news:1:standing": "seen"}
    assert (entry.find(f"{OURS}kind").text, entry.find(f"{OURS}standing").text) == ("flash", "seen")
    assert entry.find(f"{OURS}place").text == "Port des Goudes"
    assert entry.find(f"{OURS}seen-at").text == FLASH.context.content_reference_time.isoformat()
    related = next(one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "related")
    assert related.get("href") == f"http://testserver/t/{said.thread_id}/#answer"
    replies = next(one for one in entry.findall(f"{ATOM}link") if one.get("rel") == "replies")
    assert (replies.get(f"{THR}count"), replies.get(f"{THR}updated") is not None) == ("1", True)
    assert replies.get("href") == f"http://testserver/t/{said.thread_id}/news.atom"
    assert entry.find(f"{THR}total").text == "1"
    content = entry.find(f"{ATOM}content").text
    assert content.index("Port des Goudes") < content.index("Smoke over the harbour")


def test_only_what_states_something_is_said_to_be_unverified(town, market):
    acts.start(by=town.fay, community=market, text="Smoke", beside=FLASH)
    acts.start(by=town.fay, community=market, text="Who lends one?", beside=Beside(context=Context(kind="question")))
    acts.start(by=town.fay, community=market, text="Hello")
    entries = ElementTree.fromstring(read("/c/le-marche/news.atom").content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{OURS}standing") for entry in entries] == [None, None, "unverified"]


def test_the_exact_place_is_for_members_and_its_cell_for_everybody(town, market):
    acts.start(by=town.fay, community=market, text="Smoke", beside=FLASH)
    public, member = entry_in("/c/le-marche/news.atom"), entry_in(key_of(town.ana, "/c/le-marche/"))
    stranger = entry_in(key_of(town.eve, "/c/le-marche/"))
    assert (public.find(f"{GEO}point"), stranger.find(f"{GEO}point")) == (None, None)
    assert public.find(f"{GEO}box").text == stranger.find(f"{GEO}box").text == "43.21 5.34 43.22 5.35"
    assert member.find(f"{GEO}point").text == "43.2153 5.3456"


def test_a_correction_is_an_update_that_says_so(town, market):
    said = acts.start(by=town.fay, community=market, text="At ten")
    before = entry_in("/c/le-marche/news.atom")
    with clock.clock_at(clock.now().replace(year=clock.now().year + 1)):
        acts.edit(by=town.fay, message=said, text="At eleven", correction=True)
    after = entry_in("/c/le-marche/news.atom")
    assert before.find(f"{ATOM}id").text == after.find(f"{ATOM}id").text
    assert before.find(f"{ATOM}updated").text < after.find(f"{ATOM}updated").text
    assert "Corrig" in after.find(f"{ATOM}content").text or "Corrected" in after.find(f"{ATOM}content").text
    assert after.find(f"{OURS}corrected-at") is not None


def test_a_standing_that_turns_is_an_update_without_any_new_message(town, market):
    said = acts.start(by=town.fay, community=market, text="Smoke", beside=FLASH)
    before = read("/c/le-marche/news.atom")
    acts.attest(by=town.ana, message=said, stance="dispute", words="It is steam")
    between = read("/c/le-marche/news.atom")
    catch_up(standing)
    after = read("/c/le-marche/news.atom")
    assert between.content == before.content != after.content
    assert ElementTree.fromstring(after.content).find(f"{ATOM}entry/{OURS}standing").text == "disputed"


def test_by_kind(town, market):
    acts.start(by=town.fay, community=market, text="Smoke", beside=FLASH)
    acts.start(
        by=town.fay, community=market, text="Who lends a ladder?", beside=Beside(context=Context(kind="question"))
    )
    assert titles("/c/le-marche/news.atom?kind=question") == ["Who lends a ladder?"]
    assert read("/c/le-marche/news.atom?kind=rumour").status_code == 404


def test_a_thread_with_who_answered_whom(town, market):
    said = acts.start(by=town.fay, community=market, text="Open on Saturday")
    first = acts.answer(by=town.ana, thread=said.thread, text="From when?")
    acts.answer(by=town.fay, thread=said.thread, text="From eight", in_reply_to=first)
    root = ElementTree.fromstring(read(f"/t/{said.thread_id}/news.atom").content)
    entries = root.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}author/{ATOM}name").text for entry in entries] == ["Fay", "Ana", "Fay"]
    assert entries[0].find(f"{THR}in-reply-to").get("ref") == f"tag:testserver,2026:message/{first.pk}"
    assert entries[1].find(f"{THR}total").text == "1"


def test_tags_and_searches_cross_the_circles_one_may_read(town, market):
    acts.start(by=town.fay, community=market, text="Oysters #sea")
    acts.start(by=town.bo, community=town.petanque, text="Sardines #sea")
    acts.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us #sea")
    assert titles("/tag/sea/news.atom") == ["Oysters #sea"]
    assert titles(key_of(town.chloe, "/tag/sea/")) == ["Sardines #sea", "Oysters #sea"]
    assert titles(key_of(town.ana, "/tag/sea/")) == ["Between us #sea", "Sardines #sea", "Oysters #sea"]
    assert titles("/search/news.atom?q=sardines") == []
    assert titles(key_of(town.chloe, "/search/?q=sardines")) == ["Sardines #sea"]
    assert read("/tag/nobody-wrote-this/news.atom").status_code == 404
    assert read("/search/news.atom?q=").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/tag/%00/news.atom", "/tag/a%00b/news.atom", "/tag/a b/news.rss", "/tag/SEA/news.json", "/tag/../news.atom",
        "/tag/" + "a" * 51 + "/news.atom", "/search/news.atom?q=%00", "/search/news.atom?q=" + "%F0%9F%90%9F" * 200,
        "/search/news.atom", "/c/le-marche/news.atom?kind=%00", "/c/le-marche/news.xml", "/news/short.atom",
        "/news/%00AAAAAAAAAAAAAAAAAAAAA.atom", "/t/999999999999999999/news.atom", "/p/nobody/news.atom",
    ],
)  # fmt: skip
def test_addresses_of_nothing_are_not_found(market, path):
    assert read(path).status_code == 404


def test_long_words_and_tags_in_any_script_have_their_address(town, market):
    acts.start(by=town.fay, community=market, text="#" + "魚" * 50)
    for page in ("/tag/" + "魚" * 50 + "/", "/search/?q=" + "魚" * 60):
        assert read(key_of(town.ana, page)).status_code == 200


def test_today_gathers_my_circles(town, market):
    acts.start(by=town.fay, community=market, text="At the market")
    acts.start(by=town.bo, community=town.petanque, text="On the square")
    acts.start(by=town.fay, community=town.music, text="Rehearsal")
    assert titles(key_of(town.ana, "/")) == ["On the square", "At the market"]


def test_a_person_is_followed_only_when_they_allow_it_and_only_in_public(town, market):
    acts.start(by=town.ana, community=market, text="Said aloud")
    acts.start(by=town.ana, community=town.petanque, text="Said inside")
    assert read("/p/ana/news.atom").status_code == 404
    described = {"name": "Ana", "handle": "ana", "about": "", "languages": "", "time_zone": ""}
    people.describe(by=town.ana, **described, followed_by_rss=True)
    assert titles("/p/ana/news.atom") == ["Said aloud"]
    people.describe(by=town.ana, **described)
    assert titles("/p/ana/news.atom") == ["Said aloud"]
    people.describe(by=town.ana, **described, followed_by_rss=False)
    assert read("/p/ana/news.atom").status_code == 404


def test_one_allows_it_on_ones_page(town, as_seen_by):
    browser = as_seen_by(town.ana)
    page = {"name": "Ana", "handle": "ana", "about": "", "time_zone": ""}
    browser.post("/me/profile", {**page, "followed_by_rss": "on"})
    assert read("/p/ana/news.atom").status_code == 200
    assert "http://testserver/p/ana/news.atom" in browser.get("/me/news/").content.decode()
    browser.post("/me/profile", page)
    assert read("/p/ana/news.atom").status_code == 404


def test_private_news_has_no_public_address_even_for_members(town, as_seen_by):
    said = acts.start(by=town.bo, community=town.petanque, text="Inside")
    for path in ("/c/petanque-du-dimanche/news.atom", f"/t/{said.thread_id}/news.rss"):
        assert as_seen_by(town.ana).get(path).status_code == 404
    assert titles(key_of(town.ana, "/c/petanque-du-dimanche/")) == ["Inside"]


def test_a_key_dies_with_what_it_stood_on(town):
    acts.start(by=town.bo, community=town.petanque, text="Inside")
    said = acts.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us")
    circle, thread = key_of(town.ana, "/c/petanque-du-dimanche/"), key_of(town.ana, f"/t/{said.thread_id}/")
    huddle = key_of(town.ana, f"/c/petanque-du-dimanche/huddles/{town.huddle.pk}/")
    assert (titles(circle), titles(thread), titles(huddle)) == (["Inside"], ["Between us"], ["Between us"])
    people.leave_huddle(by=town.ana, huddle=town.huddle)
    assert [read(path).status_code for path in (circle, thread, huddle)] == [200, 404, 404]
    people.leave(by=town.ana, community=town.petanque)
    gone, never = read(circle), read("/news/AAAAAAAAAAAAAAAAAAAAAA.atom")
    assert (gone.status_code, gone.content == never.content) == (404, True)


def test_who_is_shut_out_is_absent(town):
    said = acts.start(by=town.dan, community=town.petanque, text="Dan’s own")
    other = acts.start(by=town.bo, community=town.petanque, text="Bo’s own")
    acts.answer(by=town.dan, thread=other.thread, text="Dan answers")
    address, thread = key_of(town.ana, "/c/petanque-du-dimanche/"), key_of(town.ana, f"/t/{other.thread_id}/")
    assert titles(address) == ["Bo’s own", "Dan’s own"]
    people.block(by=town.ana, other=town.dan)
    assert titles(address) == ["Bo’s own"]
    assert entry_in(address).find(f"{THR}total").text == "0"
    acts.answer(by=town.bo, thread=other.thread, text="Bo answers")
    acts.answer(by=town.dan, thread=other.thread, text="Dan answers again")
    replies = entry_in(address).find(f"{ATOM}link[@rel='replies']")
    assert (entry_in(address).find(f"{THR}total").text, replies is None or replies.get(f"{THR}updated") is None) == (
        "1",
        True,
    )
    assert len(titles(thread)) == 2
    with pytest.raises(Exception, match="no news"):
        key_of(town.ana, f"/t/{said.thread_id}/")


def test_discreet_circles_have_none(town, as_seen_by):
    support = people.open_community(by=town.fay, name="Soutien", theme="support", visibility="public",
                                    join_mode="open")  # fmt: skip
    said = acts.start(by=town.fay, community=support, text="Said in confidence #sea")
    for path in ("/c/soutien/news.atom", f"/t/{said.thread_id}/news.atom", "/tag/sea/news.atom"):
        assert read(path).status_code == 404
    assert titles(key_of(town.fay, "/")) == []
    for path in ("/c/soutien/news/", f"/t/{said.thread_id}/news/"):
        page = as_seen_by(town.fay).get(path)
        assert (page.status_code, "So there is no news by RSS of it." in page.content.decode()) == (200, True)


def test_what_is_removed_is_gone(town, market):
    said = acts.start(by=town.fay, community=market, text="Too quick")
    acts.start(by=town.fay, community=market, text="Well said")
    assert len(titles("/c/le-marche/news.atom")) == 2
    acts.remove(by=town.fay, message=said)
    assert titles("/c/le-marche/news.atom") == ["Well said"]
    assert read(f"/t/{said.thread_id}/news.atom").status_code == 404


NASTY = (
    "<script>alert(1)</script> ]]> \x00\x08\x1b \ufffe \u202egnihton\u202c &amp; <b onclick=x> "
    "[a](javascript:alert(1)) \U0001f600 `</content></entry>`"
)


def test_hostile_words_stay_words_in_every_form(town, market):
    belong_name = people.describe(
        by=town.fay, name="Fay <script> & \u202eco", handle="fay", about="", languages="", time_zone=""
    )
    acts.start(by=belong_name, community=market, text=NASTY, title="]]><title> & \x0b\u202e")
    for form in ("atom", "rss", "json"):
        body = read(f"/c/le-marche/news.{form}").content.decode()
        assert not any(ord(char) < 32 and char not in "\n\t" for char in body)
        assert not any(char in body for char in "\u202e\u202c\ufffe")
    for form in ("atom", "rss"):
        entry = parsed(read(f"/c/le-marche/news.{form}").content).entries[0]
        words = (entry.get("content") or [{"value": entry.summary}])[0]["value"]
        assert "<script" not in words and "onclick=" not in words.replace("&lt;b onclick=x&gt;", "")
        assert 'href="javascript' not in words
    raw = ElementTree.fromstring(read("/c/le-marche/news.atom").content).find(f"{ATOM}entry")
    assert raw.find(f"{ATOM}title").text == "]]><title> &"
    assert raw.find(f"{ATOM}author/{ATOM}name").text == "Fay <script> & co"
    assert "<script" not in raw.find(f"{ATOM}content").text


def test_the_number_of_queries_does_not_grow_with_items(town, market):
    def queries() -> int:
        issues.forget_all()
        with CaptureQueriesContext(connection) as caught:
            assert read("/c/le-marche/news.atom").status_code == 200
        return len(caught)

    for n in range(2):
        said = acts.start(by=town.fay, community=market, text=f"Stall {n} #sea", beside=FLASH)
        acts.attest(by=town.ana, message=said, stance="saw")
    catch_up(standing)
    few = queries()
    for n in range(8):
        said = acts.start(by=town.fay, community=market, text=f"Shop {n} #sea", beside=FLASH)
        acts.attest(by=town.ana, message=said, stance="saw")
        acts.answer(by=town.ana, thread=said.thread, text="Seen")
    catch_up(standing)
    assert (few, queries()) == (8, 8)


def test_at_most_thirty(town, market):
    for n in range(32):
        acts.start(by=town.fay, community=market, text=f"Stall {n}")
    assert len(titles("/c/le-marche/news.atom")) == 30


def test_the_pages_speak_of_the_address_to_take(town, market, as_seen_by):
    newcomer = belong(person("Zoe"), town.petanque)
    browser = as_seen_by(newcomer)
    page = browser.get("/c/petanque-du-dimanche/news/").content.decode()
    assert "Make my address" in page and "The address for everyone" not in page
    answer = browser.post("/c/petanque-du-dimanche/news/")
    assert (answer.status_code, answer["Location"]) == (303, "/c/petanque-du-dimanche/news/")
    address = key_of(newcomer, "/c/petanque-du-dimanche/")
    assert f"http://testserver{address}" in browser.get("/c/petanque-du-dimanche/news/").content.decode()
    assert f"http://testserver{address}" in browser.get("/me/news/").content.decode()
    key = newcomer.feed_keys.get()
    assert browser.post(f"/me/news/{key.pk}/close")["Location"] == "/me/news/"
    assert read(address).status_code == 404
    assert "You have no address yet." in browser.get("/me/news/").content.decode()
    browser.post("/c/petanque-du-dimanche/news/")
    assert key_of(newcomer, "/c/petanque-du-dimanche/") != address
    outside = as_seen_by(None).get("/c/le-marche/news/").content.decode()
    assert "http://testserver/c/le-marche/news.atom" in outside and "Make my address" not in outside


def test_one_closes_only_ones_own(town, as_seen_by):
    address = key_of(town.ana, "/c/petanque-du-dimanche/")
    key = town.ana.feed_keys.get()
    assert as_seen_by(town.bo).post(f"/me/news/{key.pk}/close").status_code == 404
    assert read(address).status_code == 200


def test_my_addresses_take_the_same_queries_however_many(town, market, as_seen_by):
    browser = as_seen_by(town.ana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            browser.get("/me/news/")
        return len(caught)

    said = acts.start(by=town.ana, community=market, text="Aloud")
    for page in ("/c/le-marche/", f"/t/{said.thread_id}/", f"/c/petanque-du-dimanche/huddles/{town.huddle.pk}/"):
        key_of(town.ana, page)
    few = queries()
    other = acts.start(by=town.ana, community=market, text="Again #sea")
    for page in ("/c/petanque-du-dimanche/", f"/t/{other.thread_id}/", "/tag/sea/", "/"):
        key_of(town.ana, page)
    assert queries() == few


def test_the_day_of_use_is_noted_off_the_page(town):
    from comvir.feeds.desk import keep_uses

    address = key_of(town.ana, "/c/petanque-du-dimanche/")
    read(address)
    assert town.ana.feed_keys.get().last_used_on is None
    keep_uses()
    assert town.ana.feed_keys.get().last_used_on == clock.now().date()


def test_a_picture_described_later_is_told_of(town, market):
    people.found(by=town.gil, name="House", language="en")
    picture = Picture.objects.create(by=town.fay, name="x" * 32, width=9, height=9, size=9, kept_at=clock.now())
    acts.start(by=town.fay, community=market, text="Look", beside=Beside(pictures=[picture.pk]))
    assert b"A blue door" not in read(f"/c/{market.slug}/news.json").content
    describe_picture(by=town.fay, picture=Picture.objects.get(), description="A blue door")
    assert b"A blue door" in read(f"/c/{market.slug}/news.json").content
