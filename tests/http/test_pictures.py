"""Pictures through their doors: sent, described, discarded, shown beside the words; and hostile ones refused."""

import io
import re
from types import SimpleNamespace

import html5lib
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from comvir.conversation import acts, pictures, previews
from comvir.conversation.acts import Beside
from comvir.conversation.models import LinkPreview, Message, Picture
from comvir.lib import clock, images
from comvir.people import acts as people
from comvir.web.hung import hung_html
from comvir.web.pictures import NotAllTaken, field_of, pictures_from, plain
from tests.lib.test_images import HOSTILE, bomb, moving, picture, says_nothing, telling


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "pictures"


@pytest.fixture
def quick(monkeypatch):
    """Pictures made of nothing, for what is not about making them."""
    monkeypatch.setattr(images, "picture", lambda data, shrink=False: images.Made(1600, 1200, b"large", b"small"))


def sent(data: bytes, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/html")


def form(town, rf, files=(), **said):
    """A request as a form of Ana's sends it."""
    request = rf.post("/", {"pictures": list(files), **said})
    request.user, request.me, request.sight = town.ana.account, town.ana, None
    return request


def hung_in(message: Message) -> str:
    return hung_html([Message.objects.get(pk=message.pk)]).get(message.pk, "")


def with_pictures(town, *descriptions: str, by=None) -> Message:
    by = by or town.ana
    ids = [pictures.put_on_desk(by=by, data=b"", description=words).pk for words in descriptions]
    return acts.start(by=by, community=town.petanque, text="Look", beside=Beside(pictures=ids))


# What a form takes


def test_several_pictures_come_at_once_by_what_they_are_and_not_by_their_name(town, rf):
    kinds = ["JPEG", "PNG", "WEBP", "GIF"]
    ids = pictures_from(form(town, rf, [sent(picture(kind), f"{kind}.exe") for kind in kinds]))
    assert list(Picture.objects.order_by("pk").values_list("pk", "by", "message")) == [
        (pk, town.ana.pk, None) for pk in ids
    ]
    assert len(ids) == 4


def test_what_is_on_the_desk_comes_first_and_only_ones_own(town, rf, quick):
    mine, bos = pictures.put_on_desk(by=town.ana, data=b""), pictures.put_on_desk(by=town.bo, data=b"")
    named = [str(mine.pk), str(bos.pk), "999999", "x", "", "-1", "1" * 30, str(mine.pk)]
    ids = pictures_from(form(town, rf, [sent(b"one")], picture=named))
    assert (ids[0], len(ids), Picture.objects.get(pk=ids[1]).by) == (mine.pk, 2, town.ana)


def test_descriptions_come_with_the_form_and_how_each_begins_is_none(town, rf, quick):
    one, two = (pictures.put_on_desk(by=town.ana, data=b"") for _ in range(2))
    said = {f"description-{one.pk}": "Photo of the plane tree", f"description-{two.pk}": "Photo of "}
    pictures_from(form(town, rf, [sent(b"three")], picture=[one.pk, two.pk], pictures_description="A cat", **said))
    words = ["Photo of the plane tree", "", "A cat"]
    assert list(Picture.objects.order_by("pk").values_list("description", flat=True)) == words
    assert [plain(words) for words in ("Photo of…", " Photo of ", "Photo of ...", "", "Photo of a cat…")] == [
        "", "", "", "", "Photo of a cat…",
    ]  # fmt: skip


def test_what_cannot_be_taken_is_named_and_the_rest_is_on_the_desk(town, rf):
    request = form(
        town, rf, [sent(picture("PNG"), "tree.png"), sent(b"<svg/>", "<b>.png"), sent(bomb(9000, 9000), "b")]
    )
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(request)
    assert str(refused.value) == (
        "<b>.png: We couldn’t read that photo. Choose a JPEG, PNG, WebP or GIF. "
        "b: That photo is too large: 33 million dots at most. A smaller copy of it will do."
    )
    assert (refused.value.field, refused.value.status) == ("pictures", 400)
    kept = Picture.objects.get()
    assert field_of(request, refused.value)["desk"] == [kept]


def test_one_picture_that_cannot_be_taken_needs_no_name(town, rf):
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(form(town, rf, [sent(b"%PDF-1.7")]))
    assert str(refused.value) == "We couldn’t read that photo. Choose a JPEG, PNG, WebP or GIF."


def test_a_heavy_picture_is_offered_to_be_made_lighter(town, rf, monkeypatch):
    monkeypatch.setattr(images, "MOST_BYTES", 1000)
    heavy = picture("PNG", size=(500, 500), compress_level=0)
    request = form(town, rf, [sent(heavy)])
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(request)
    assert field_of(request, refused.value)["can_shrink"]
    assert "We can shrink it." in str(refused.value)
    assert len(pictures_from(form(town, rf, [sent(heavy)], shrink="yes"))) == 1


def test_ten_pictures_fit_in_a_message_and_the_eleventh_is_told(town, rf, quick):
    request = form(town, rf, [sent(b"x") for _ in range(12)])
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(request)
    assert (str(refused.value).count("Ten pictures at most"), Picture.objects.count()) == (1, 10)


def test_thirty_in_half_an_hour(town, rf, quick):
    for _ in range(3):
        pictures_from(form(town, rf, [sent(b"x") for _ in range(10)]))
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(form(town, rf, [sent(b"x")]))
    assert (refused.value.status, Picture.objects.count()) == (429, 30)


def test_photos_that_are_slow_to_read_leave_the_thread_to_others(town, rf, quick, monkeypatch):
    monkeypatch.setattr("comvir.web.pictures.MOST_SECONDS", -1)
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(form(town, rf, [sent(b"x"), sent(b"y")]))
    told = "IMG_1.jpg: Other photos are being prepared just now. Try again in a minute."
    assert (refused.value.status, str(refused.value), Picture.objects.count()) == (503, told, 0)


def test_a_full_disk_is_told_kindly(town, rf, monkeypatch):
    def full(**how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pictures, "put_on_desk", full)
    with pytest.raises(NotAllTaken) as refused:
        pictures_from(form(town, rf, [sent(b"x")]))
    assert (refused.value.status, str(refused.value)) == (
        507, "The house has no room for pictures just now. Your words can go without, or wait.",
    )  # fmt: skip


# Through the doors


def test_a_script_is_given_what_the_form_then_holds(town, as_seen_by):
    answer = as_seen_by(town.ana).post("/pictures/", {"pictures": [sent(picture("PNG")), sent(b"no", "no.jpg")]})
    kept = Picture.objects.get()
    page = answer.content.decode()
    assert (answer.status_code, page.count('data-picture="'), f'name="picture" value="{kept.pk}"' in page) == (
        400, 1, True,
    )  # fmt: skip
    assert "no.jpg: We couldn’t read that photo." in page
    assert f'name="description-{kept.pk}"' in page
    assert 'value="Photo of "' in page
    assert as_seen_by(None).post("/pictures/", {"pictures": sent(picture("PNG"))}).status_code == 302
    assert Picture.objects.count() == 1


def test_a_picture_is_sent_with_fixed_headers_and_never_again_for_nothing(town, as_seen_by):
    answer = as_seen_by(town.ana).post("/pictures/", {"pictures": sent(picture("JPEG", size=(900, 600)))})
    one = Picture.objects.get()
    acts.start(by=town.ana, community=town.petanque, text="Look", beside=Beside(pictures=[one.pk]))
    for address, size in ((f"/pictures/{one.name}.webp", (900, 600)), (f"/pictures/{one.name}-s.webp", (400, 267))):
        answer = as_seen_by(town.bo).get(address)
        told = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy", "Content-Disposition",
                "Cache-Control", "Cross-Origin-Resource-Policy")  # fmt: skip
        assert [answer.headers[name] for name in told] == [
            "image/webp", "nosniff", "sandbox; default-src 'none'", "inline", "private, no-cache", "same-origin",
        ]  # fmt: skip
        assert Image.open(io.BytesIO(answer.content)).size == size
        again = as_seen_by(town.bo).get(address, headers={"if-none-match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        # Who may not see it learns nothing from an earlier copy either.
        assert as_seen_by(town.eve).get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 404
    assert as_seen_by(town.bo).get(f"/pictures/{one.name}.png").status_code == 404
    assert as_seen_by(town.bo).get(f"/pictures/{'0' * 32}.webp").status_code == 404


def test_what_is_public_may_stay_in_a_cache_for_a_minute(town, as_seen_by, quick):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    one = pictures.put_on_desk(by=town.fay, data=b"")
    message = acts.start(by=town.fay, community=market, text="Stalls", beside=Beside(pictures=[one.pk]))
    address = f"/pictures/{one.name}.webp"
    assert as_seen_by(None).get(address).headers["Cache-Control"] == "public, max-age=60"
    acts.remove(by=town.fay, message=message)
    assert as_seen_by(None).get(address).status_code == 404


def test_a_picture_whose_file_is_gone_is_not_there(town, as_seen_by, quick, media):
    message = with_pictures(town, "")
    one = message.pictures.get()
    images.forget_picture(media, one.name)
    assert as_seen_by(town.ana).get(f"/pictures/{one.name}.webp").status_code == 404


def test_one_describes_a_picture_later(town, as_seen_by, quick):
    message = with_pictures(town, "")
    one, browser = message.pictures.get(), as_seen_by(town.ana)
    page = browser.get(f"/pictures/{one.pk}/describe").content.decode()
    assert re.search(r"<textarea[^>]*>\nPhoto of </textarea>", page)
    answer = browser.post(f"/pictures/{one.pk}/describe", {"description": "Photo of the plane tree"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/m/{message.pk}/")
    assert 'alt="Photo of the plane tree"' in hung_in(message)
    answer = browser.post(f"/pictures/{one.pk}/describe", {"description": "x" * 501})
    page = answer.content.decode()
    assert (answer.status_code, "500 letters at most" in page, "x" * 501 in page) == (400, True, True)
    assert as_seen_by(town.bo).post(f"/pictures/{one.pk}/describe", {"description": "Bo"}).status_code == 403
    assert Picture.objects.get().description == "Photo of the plane tree"


def test_the_page_to_change_a_message_leads_to_its_pictures_in_their_order(town, as_seen_by, quick):
    message = with_pictures(town, "A <b>tree</b>", "")
    page = as_seen_by(town.ana).get(f"/m/{message.pk}/edit").content.decode()
    order = [picture.pk for picture in message.pictures.order_by("place")]
    assert [int(pk) for pk in re.findall(r"/pictures/(\d+)/describe", page)] == order
    assert ("A &lt;b&gt;tree&lt;/b&gt;" in page, "Nothing is said of it yet" in page) == (True, True)


def test_a_picture_is_taken_from_the_desk(town, as_seen_by, quick):
    one = pictures.put_on_desk(by=town.ana, data=b"")
    assert as_seen_by(town.bo).post(f"/pictures/{one.pk}/discard").status_code == 404
    answer = as_seen_by(town.ana).post(f"/pictures/{one.pk}/discard", {"next": "//evil.example/"})
    assert (answer.status_code, answer.headers["Location"], Picture.objects.count()) == (303, "/", 0)


def test_without_scripts_pictures_go_with_the_words_and_come_back_when_these_are_refused(town, as_seen_by):
    thread = acts.start(by=town.bo, community=town.petanque, text="Show me").thread
    browser, address = as_seen_by(town.ana), f"/t/{thread.pk}/"
    page = browser.post(address, {"text": "", "pictures": sent(picture("PNG")), "pictures_description": "A cat"})
    one = Picture.objects.get()
    shown = page.content.decode()
    assert (page.status_code, f'name="picture" value="{one.pk}" checked' in shown, 'value="A cat"' in shown) == (
        400, True, True,
    )  # fmt: skip
    answer = browser.post(address, {"text": "Here", "picture": str(one.pk), f"description-{one.pk}": "Photo of a cat"})
    assert answer.status_code == 303
    message = Message.objects.latest("pk")
    assert (message.text, message.pictured, message.pictures.get().description) == ("Here", 1, "Photo of a cat")
    assert f"/pictures/{one.name}-s.webp" in as_seen_by(town.bo).get(address).content.decode()


# Beside the words


def test_pictures_stand_in_a_grid_with_their_sizes_and_names(town, quick):
    alone, two, three = (
        hung_in(with_pictures(town, "A <i>tree</i> & a \"cat\" 'x'")),
        *(hung_in(with_pictures(town, *[""] * count)) for count in (2, 3)),
    )
    one = Picture.objects.earliest("pk")
    escaped = "A &lt;i&gt;tree&lt;/i&gt; &amp; a &quot;cat&quot; &#x27;x&#x27;"
    assert alone == (
        f'<div class="hung one"><figure id="picture-{one.pk}"><a href="/pictures/{one.name}.webp">'
        f'<img src="/pictures/{one.name}-s.webp" srcset="/pictures/{one.name}-s.webp 400w, '
        f'/pictures/{one.name}.webp 1600w" sizes="(max-width: 700px) 90vw, 620px" width="1600" height="1200" '
        f'alt="{escaped}" loading="lazy" decoding="async"></a>'
        f'<figcaption aria-hidden="true" dir="auto">{escaped}</figcaption></figure></div>\n'
    )
    assert [part.count("<img ") for part in (two, three)] == [2, 3]
    assert ('class="hung two"' in two, 'class="hung many"' in three, "figcaption" in two) == (True, True, False)
    assert two.count('alt="Picture by Ana"') == 2


def test_previews_are_cards_that_show_their_whole_host(town, monkeypatch):
    said = acts.start(by=town.ana, community=town.petanque, text="https://xn--80ak6aa92e.com/a?b=1&c=2")
    LinkPreview.objects.update(
        title="<script>alert(1)</script>", summary='"><img src=x onerror=alert(1)>', site="xn--80ak6aa92e.com",
        fetched_at=clock.now(),
    )  # fmt: skip
    assert hung_in(said) == (
        '<a class="linked" href="https://xn--80ak6aa92e.com/a?b=1&amp;c=2" rel="ugc nofollow noopener noreferrer">'
        '<span class="site">xn--80ak6aa92e.com</span><b dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</b>'
        '<span class="summary" dir="auto">&quot;&gt;&lt;img src=x onerror=alert(1)&gt;</span></a>\n'
    )


def test_what_waits_or_was_given_up_shows_nothing_and_neither_does_what_is_removed(town, quick):
    said = acts.start(by=town.ana, community=town.petanque, text="https://example.org/")
    removed = with_pictures(town, "A cat")
    acts.remove(by=town.ana, message=removed)
    assert (hung_in(said), hung_in(removed)) == ("", "")
    LinkPreview.objects.update(title="Bad", url="javascript:alert(1)")
    assert hung_in(said) == ""


def test_two_questions_for_a_page_however_long_and_none_without(town, quick, django_assert_num_queries):
    plainly = [acts.start(by=town.ana, community=town.petanque, text="Words") for _ in range(3)]
    messages = [with_pictures(town, "", "") for _ in range(4)]
    messages += [acts.start(by=town.ana, community=town.petanque, text="https://example.org/") for _ in range(4)]
    messages = list(Message.objects.filter(pk__in=[one.pk for one in messages]).order_by("pk"))
    with django_assert_num_queries(0):
        assert hung_html(plainly) == {}
    with django_assert_num_queries(2):
        hung_html(messages)
    with django_assert_num_queries(2):
        hung_html(messages[3:5])


XSS = ['"><script>alert(1)</script>', "' onload=alert(1) '", "</figure><svg/onload=alert(1)>", "\x00<b>", "&quot;><i>"]


@pytest.mark.parametrize("words", XSS)
def test_nothing_said_of_a_picture_or_a_page_becomes_part_of_ours(town, quick, words, monkeypatch):
    message = with_pictures(town, words, words)
    linked = acts.start(by=town.ana, community=town.petanque, text="https://example.org/")
    told = (previews._cut(words, 200), previews._cut(words, 400))
    monkeypatch.setattr(previews, "_said_by", lambda url: told)
    previews.fetch_previews()
    html = hung_in(message) + hung_in(linked)
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    found = {(element.tag, name) for element in tree.iter() for name in element.attrib}
    assert {element.tag for element in tree.iter()} == {
        "DOCUMENT_FRAGMENT", "div", "figure", "a", "img", "figcaption", "span", "b",
    }  # fmt: skip
    assert {name for _tag, name in found} == {
        "class", "id", "href", "src", "width", "height", "alt", "loading", "decoding", "aria-hidden", "dir", "rel",
    }  # fmt: skip


def test_what_is_read_aloud_is_in_the_readers_language(town, quick):
    message = with_pictures(town, "")
    with override("fr"):
        assert "Ana" in hung_in(message)


# Hostile files


def test_no_hostile_file_breaks_the_door_or_keeps_what_it_told(town, as_seen_by, media):
    """Each file of the corpus, bombs and those that pose as another, ten to a form."""
    corpus = [(path.name, path.read_bytes()) for path in sorted(HOSTILE.iterdir())] if HOSTILE.is_dir() else []
    made = [
        ("tells.jpg", telling("JPEG")), ("tells.png", telling("PNG")), ("tells.webp", telling("WEBP")),
        ("tells.gif", telling("GIF")), ("moves.gif", moving(300)), ("bomb.png", bomb(30_000, 30_000)),
        ("cut.jpg", picture("JPEG", size=(800, 800), quality=95)[:3000]), ("drawing.jpg", b"<svg onload=alert(1)/>"),
        ("paper.jpg", b"%PDF-1.7\n"), ("tiff.jpg", picture("TIFF")), ("page.jpg", b"<!doctype html><script>"),
    ]  # fmt: skip
    files, browser, statuses = corpus + made, as_seen_by(town.ana), set()
    for start in range(0, len(files), 10):
        cache.clear()  # as if they came over several hours
        batch = [sent(data, name) for name, data in files[start : start + 10]]
        statuses.add(browser.post("/pictures/", {"pictures": batch}).status_code)
    assert statuses <= {200, 400}
    assert Picture.objects.count() >= 5
    kept = [path for path in media.rglob("*") if path.is_file()]
    assert (len(kept), [path for path in kept if not says_nothing(path.read_bytes())]) == (
        2 * Picture.objects.count(),
        [],
    )


def test_a_form_without_anybody_has_nothing_on_its_desk():
    nobody = SimpleNamespace(me=None, POST={}, method="GET")
    assert field_of(nobody)["desk"] == []
