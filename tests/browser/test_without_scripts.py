"""A browser that runs no script: every act of the house is a plain form."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

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


def test_a_flash_with_a_picture_is_posted_confirmed_disputed_and_found(plain, town, tmp_path):
    picture = tmp_path / "tree.png"
    Image.new("RGB", (80, 60), (90, 120, 60)).save(picture)
    karim = plain("karim")
    karim.goto(town.at("/c/{petanque}/write"))
    karim.fill("textarea[name=text]", "A pine fell on the fence")
    karim.check("input[name=kind][value=flash]")
    karim.set_input_files("input[type=file]", str(picture))
    karim.click("main form.composer .btns .btn >> nth=0")
    assert karim.locator(".opening .hung img").count() == 1
    assert "Not yet verified" in karim.inner_text(".opening")

    lucie = plain("lucie")
    lucie.goto(karim.url)
    lucie.click(".opening .attest summary")
    lucie.get_by_role("button", name="I confirm, I saw it").first.click()
    assert "You confirm it" in lucie.inner_text(".opening")

    josette = plain("josette")
    josette.goto(karim.url)
    josette.click(".opening .attest a:has-text('not what I saw')")
    josette.fill("textarea[name=words]", "The fence is whole")
    josette.get_by_role("button", name="Say so").click()
    assert "The fence is whole" in josette.inner_text(".opening")

    josette.goto(town.at("/search/"))
    josette.fill("input[name=q]", "pines fence")
    josette.click("form.search button >> nth=0")
    assert josette.locator(".hits h3").all_inner_texts() == ["A pine fell on the fence"]


def test_one_votes_reads_the_counts_and_takes_the_vote_back(plain, town):
    page = plain("thuy")
    page.goto(town.at("/t/{unvoted}/"))
    page.check(".poll input[name=choice] >> nth=1")
    page.get_by_role("button", name="Vote").click()
    assert page.locator(".poll .count").all_inner_texts() == ["no vote", "1 vote"]
    page.get_by_role("button", name="Take my vote back").click()
    assert page.locator(".poll .count").count() == 0
