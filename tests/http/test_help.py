"""Help: every page is there, for everybody, and says what the code does."""

import pytest

from comvir.web.helping import PAGES


def test_help_leads_to_all_its_pages(db, as_seen_by):
    page = as_seen_by(None).get("/help/").content.decode()
    assert [f'href="/help/{slug}/"' in page for slug in PAGES] == [True] * len(PAGES)


@pytest.mark.parametrize("slug", PAGES)
def test_a_help_page_reads_the_same_come_in_or_not(town, as_seen_by, slug):
    for who in (None, town.ana):
        answer = as_seen_by(who).get(f"/help/{slug}/")
        assert (answer.status_code, str(PAGES[slug][2 - 1]) in answer.content.decode()) == (200, True)


def test_an_unknown_help_page_does_not_exist(db, as_seen_by):
    assert as_seen_by(None).get("/help/enter/").status_code == 404
    assert as_seen_by(None).get("/help/..%2Findex/").status_code == 404
    assert as_seen_by(None).post("/help/").status_code == 405


def test_help_gives_the_limits_the_code_has(db, as_seen_by):
    from django.conf import settings

    from comvir.lib.images import MOST_BYTES
    from comvir.people.models import Invitation

    browser = as_seen_by(None)
    entering = browser.get("/help/entering/").content.decode()
    privacy = browser.get("/help/privacy/").content.decode()
    circles = browser.get("/help/circles/").content.decode()
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 30 * 60 and "thirty minutes" in entering
    assert settings.SESSION_COOKIE_AGE == 30 * 24 * 3600 and "Thirty days" in entering
    assert MOST_BYTES == 10 * 1024 * 1024 and "10 MB" in privacy
    assert (Invitation.MOST_USES, Invitation.MOST_DAYS) == (25, 14)
    assert "25 people" in circles and "14 days" in circles


def test_help_gives_the_limits_of_photos_and_long_threads(db, as_seen_by):
    from comvir.conversation.pictures import MOST_PICTURES
    from comvir.lib.images import MOST_BYTES
    from comvir.web.answers import DAYS_FROM

    browser = as_seen_by(None)
    photos = browser.get("/help/photos/").content.decode()
    finding = browser.get("/help/finding/").content.decode()
    assert (MOST_PICTURES, MOST_BYTES) == (10, 10 * 1024 * 1024) and "Up to ten in a message, 10 MB each" in photos
    assert DAYS_FROM == 40 and "From forty answers on" in finding
