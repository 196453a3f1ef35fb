"""What pages draw and say, without a database."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from comvir.web.context import destinations
from comvir.web.drawings import GROOVES, TINTS, disc, engraving, initials
from comvir.web.times import in_full, said_at

WEB = Path(__file__).parents[2] / "comvir" / "web"
NOW = datetime(2026, 6, 4, 8, 30, tzinfo=UTC)  # a Thursday, half past ten in Paris


@dataclass
class Somebody:
    id: int = 1
    name: str = "Lucie Marchetti"
    picture: str = ""
    handle: str = "lucie"


@pytest.fixture(autouse=True)
def _paris_in_english():
    with timezone.override("Europe/Paris"), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "just now"),
        (NOW - timedelta(minutes=70), "9:20"),
        (NOW - timedelta(minutes=90), "9:00"),
        (NOW + timedelta(hours=5), "15:30"),
        (NOW - timedelta(days=1), "yesterday morning"),
        (NOW - timedelta(hours=20), "yesterday afternoon"),
        (NOW - timedelta(hours=13), "yesterday evening"),
        (NOW + timedelta(days=1), "tomorrow morning"),
        (NOW - timedelta(days=2), "Tuesday"),
        (NOW + timedelta(days=3), "Sunday"),
        (NOW - timedelta(days=4), "31 May"),
        (NOW - timedelta(days=365), "4 June 2025"),
    ],
)
def test_a_moment_is_said_relative_for_three_days_then_dated(moment, words):
    assert said_at(moment, NOW) == words


def test_the_day_is_the_readers_own():
    just_after_midnight_in_paris = datetime(2026, 6, 3, 22, 10, tzinfo=UTC)
    assert said_at(just_after_midnight_in_paris, NOW) == "0:10"
    with timezone.override("UTC"):
        assert said_at(just_after_midnight_in_paris, NOW) == "yesterday evening"


def test_days_and_months_are_said_in_the_readers_language():
    with translation.override("fr"):
        assert said_at(NOW - timedelta(days=2), NOW) == "mardi"
        assert said_at(NOW + timedelta(days=20), NOW) == "24 juin"


def test_the_whole_date_says_everything():
    assert in_full(NOW - timedelta(days=2, minutes=70)) == "Tuesday 2 June 2026, 9:20"


def test_a_moment_on_a_page_carries_its_date_for_machines_and_the_whole_date_in_its_title():
    page = Template("{% load comvir %}{% when moment now %}").render(
        Context({"moment": NOW - timedelta(days=2), "now": NOW})
    )
    assert page == '<time datetime="2026-06-02T08:30:00+00:00" title="Tuesday 2 June 2026, 10:30">Tuesday</time>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Lucie Marchetti", "LM"),
        ("Jean-Pierre de La Tour", "JT"),
        ("Lucie", "L"),
        ("  élodie  ", "É"),
        ("« Momo » Diop", "MD"),
        ("ßchen ßtar", "SS"),
        ("李 明", "李明"),
        ("!!! …", ""),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_last_words(name, letters):
    assert initials(name) == letters


def test_the_first_ninety_six_discs_are_all_different_and_neighbours_share_nothing():
    assert len({engraving(number) for number in range(96)}) == TINTS * len(GROOVES) == 96
    for number in range(95):
        (tint, groove), (next_tint, next_groove) = engraving(number), engraving(number + 1)
        assert tint != next_tint and groove != next_groove


def test_a_disc_is_the_same_for_ever_and_takes_no_markup_from_a_name():
    assert disc(Somebody(), "m") == disc(Somebody(name="Leïla Madani"), "m")
    assert '<text x="24" y="24" dy=".36em">&lt;</text>' not in disc(Somebody(name="<b> <i>"), "m")
    assert ">BI</text>" in disc(Somebody(name="<b> <i>"), "m")


def test_a_disc_gives_way_to_a_portrait_and_says_nothing_to_a_screen_reader():
    page = Template("{% load comvir %}{% disc person 's' %}")
    assert 'aria-hidden="true"' in page.render(Context({"person": Somebody()}))
    portrait = page.render(Context({"person": Somebody(picture='0"234567.webp')}))
    address = "/p/lucie/picture?v=0&quot;234567"
    assert portrait == f'<img class="disc s" src="{address}" alt="" width="48" height="48" loading="lazy">'
    assert "tint-none" in page.render(Context({"person": None}))


def test_today_and_circles_are_the_destinations_and_know_where_one_is():
    assert [(entry.address, entry.current) for entry in destinations("/", False)] == [("/", "page"), ("/c/", "")]
    assert [(entry.address, entry.current) for entry in destinations("/t/7/", False)] == [("/", ""), ("/c/", "true")]
    assert [(entry.address, entry.current) for entry in destinations("/c/", False)] == [("/", ""), ("/c/", "page")]
    assert [(entry.address, entry.current) for entry in destinations("/me/", False)] == [("/", ""), ("/c/", "")]


def templates() -> list[Path]:
    return sorted((WEB / "templates").rglob("*.html"))


def test_every_icon_a_page_asks_for_is_there():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static/web/icons.svg").read_text()))
    asked = {name for page in templates() for name in re.findall(r'{%\s*icon\s+"([^"]+)"', page.read_text())}
    assert asked - drawn == set()
    assert {entry.icon for entry in destinations("/", False)} - drawn == set()
    assert "heart" not in drawn


def test_no_page_has_a_style_or_a_script_of_its_own():
    # Facts for a script of ours are no script: browsers do not run what is marked as JSON.
    forbidden = re.compile(
        r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\ssrc=)(?! type="application/json")"""
        r"""|[="']\s*javascript:""",
        re.IGNORECASE,
    )
    found = {
        page.name: forbidden.findall(page.read_text()) for page in templates() if forbidden.search(page.read_text())
    }
    assert found == {}


@pytest.mark.parametrize("number", ["500", "503", "413", "507"])
def test_pages_for_broken_days_stand_without_request_database_or_context(number):
    page = engines["django"].get_template(f"errors/{number}.html").render({})
    assert "<h1>" in page and "</html>" in page
    assert "/me" not in page


def test_the_words_of_a_broken_day():
    page = engines["django"].get_template("errors/500.html").render({})
    assert gettext("Something broke on our side.") in page
    assert gettext("Nothing you wrote is lost.") in page


def blocks(sheet: str) -> list[dict[str, str]]:
    return [
        dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))
        for body in re.findall(r"color-scheme: dark;(.*?)}", sheet, re.DOTALL)
    ]


def light(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", sheet.split("@media")[0]))


def contrast(one: str, other: str) -> float:
    def brightness(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TOKENS = (WEB / "static/web/css/tokens.css").read_text()


def test_the_evening_is_the_same_whether_the_device_or_the_reader_asks_for_it():
    from_device, from_reader = blocks(TOKENS)
    assert from_device == from_reader
    assert len(from_device) == 28


@pytest.mark.parametrize("colours", [light(TOKENS), blocks(TOKENS)[0]], ids=["day", "evening"])
def test_every_text_can_be_read_on_every_ground(colours):
    grounds = [
        "ground",
        "surface",
        "shade",
        "sand",
        "sun-soft",
        "shutter-soft",
        "olive-soft",
        "lavender-soft",
        "tile-soft",
    ]
    texts = ["ink", "ink-2", "shutter", "olive", "lavender", "tile"]
    faint = {
        (text, ground): round(contrast(colours[f"--{text}"], colours[f"--{ground}"]), 2)
        for text in texts
        for ground in grounds
        if contrast(colours[f"--{text}"], colours[f"--{ground}"]) < 4.5
    }
    assert faint == {}
    assert contrast(colours["--on-sun"], colours["--sun"]) >= 4.5
    assert contrast(colours["--on-shutter"], colours["--shutter"]) >= 4.5
    assert min(contrast(colours["--line-strong"], colours[f"--{ground}"]) for ground in grounds) >= 3


@pytest.fixture
def asked(rf):
    """A request of somebody signed out, with one good and one bad notice to show."""
    request = rf.get("/c/petanque/", headers={"cookie": "look_theme=dark; look_text=enormous"})
    request.user, request.session = AnonymousUser(), {}
    request._messages = FallbackStorage(request)
    messages.success(request, "It’s noted.")
    messages.error(request, "The day is missing.")
    return request


@pytest.mark.django_db
def test_the_shell_takes_only_looks_it_knows_and_shows_what_was_done(asked):
    page = render_to_string("base.html", request=asked)
    assert 'data-theme="dark"' in page
    assert "data-text=" not in page and "enormous" not in page
    assert re.search(r'class="notice ok "\s+role="status">.*It’s noted\.', page)
    assert re.search(r'class="notice bad "\s+role="alert">.*The day is missing\.', page)
    assert 'href="/in/"' in page and 'href="/me/"' not in page


@pytest.mark.django_db
def test_the_page_for_what_is_absent_has_the_same_bytes_at_every_address(rf):
    one, other = [
        render_to_string("errors/404.html", request=rf.get(path)) for path in ("/c/hidden/", "/c/absent/?a=1")
    ]
    assert one == other
    assert "csrf" not in one and "absent" not in other
