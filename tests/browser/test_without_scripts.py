"""A browser that runs no script: every act of the house is a plain form."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def plain(come_in) -> Any:
    """`plain("lucie")` is a page of hers that runs no script."""
    return lambda handle=None: come_in(handle, java_script_enabled=False, fresh=True)


def test_lucie_writes_answers_changes_removes_and_takes_it_back(plain, town):
    page = plain("lucie")
    page.goto(town.at("/c/"))
    page.click("main a[href='/c/{petanque}/']".format(**town.places))
    page.fill("#write", "Who has a level?")
    page.click("form.composer .btn:has-text('Publish')")
    assert page.inner_text("h1#title") == "Who has a level?"

    page.fill("#answer-text", "Mine is bent")
    page.click("#answer .btn:has-text('Publish')")
    row = page.locator("#list > li")
    assert row.locator(".prose").all_inner_texts() == ["Mine is bent"]

    row.locator("a[href$=edit]").click()
    page.fill("textarea[name=text]", "Mine is bent, a little")
    page.click("main form.composer button.btn")
    assert row.locator(".prose").all_inner_texts() == ["Mine is bent, a little"]

    row.locator("form[action$=removal] button").click()
    assert row.locator(".prose").count() == 0
    page.click("main .notice button[name=undo]")
    assert row.locator(".prose").all_inner_texts() == ["Mine is bent, a little"]


def test_words_are_kept_for_later_found_again_and_thrown_away(plain, town):
    page = plain("andre")
    page.goto(town.at("/c/{petanque}/write"))
    page.fill("textarea[name=text]", "Not ready yet")
    page.click("button[data-keep]")
    page.goto(town.at("/drafts/"))
    assert page.locator("section.drafts li").count() == 1
    page.click("section.drafts a")
    assert page.input_value("textarea[name=text]") == "Not ready yet"
    page.goto(town.at("/drafts/"))
    page.click("section.drafts form button")
    assert page.locator("section.drafts li").count() == 0


def test_a_link_is_made_followed_and_whoever_came_by_it_is_welcomed(plain, town):
    marcel, paulo = plain("marcel"), plain("paulo")
    marcel.goto(town.at("/c/{petanque}/invite"))
    marcel.fill("main textarea[name=words], main input[name=words]", "Come on Sunday")
    marcel.click("main form[action$=invite] .btn")
    link = marcel.input_value("#address")

    paulo.goto(link.replace("localhost", "127.0.0.1"))
    assert "Come on Sunday" in paulo.inner_text("main")
    paulo.click("main form .btn.give")
    paulo.goto(town.at("/c/{petanque}/m/"))
    assert "Paulo Reis" in paulo.inner_text("main")

    marcel.goto(town.at("/c/{petanque}/m/"))
    marcel.click("form[action$='/m/paulo/welcome'] button")
    marcel.goto(town.at("/c/{petanque}/m/"))
    assert marcel.locator("form[action$='/m/paulo/welcome']").count() == 0
    assert "Paulo Reis" in marcel.inner_text("main")


def test_light_and_dark_and_the_size_of_the_text_are_chosen_signed_in_or_not(plain, town):
    for handle in ("thuy", None):
        page = plain(handle)
        page.goto(town.at("/c/"))
        page.click("footer summary >> nth=1")
        page.click("footer button[value=dark]")
        page.click("footer summary >> nth=0")
        page.click("footer button[value=larger]")
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.get_attribute("html", "data-text") == "larger"
        assert page.url == town.at("/c/")
