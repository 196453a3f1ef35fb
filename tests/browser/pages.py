"""Every page of the house, once in each state that looks different: the table the page tests go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.browser.town import Town

Reach = Callable[[Any, Town], None]


@dataclass(frozen=True)
class Page:
    """`who` opens `address` (`{…}` are places of the town); `reach` then does what leads to the page.

    `status` is what the address answers.
    """

    name: str
    who: str | None
    address: str
    status: int = 200
    reach: Reach | None = None


def _ask_for_a_code(page: Any, town: Town, address: str = "page.table@example.org") -> None:
    page.fill("input[name=email]", address)
    page.press("input[name=email]", "Enter")
    page.wait_for_url("**/in/code")


def _prove_a_new_address(page: Any, town: Town) -> None:
    _ask_for_a_code(page, town, "without.name@example.org")
    page.fill("input[name=code]", town.code_for("without.name@example.org"))
    page.press("input[name=code]", "Enter")
    page.wait_for_url("**/in/name")


def _type_no_address(page: Any, town: Town) -> None:
    page.fill("input[name=email]", "nowhere")
    page.press("input[name=email]", "Enter")
    page.wait_for_selector("[aria-invalid=true]")


def _see_how_it_looks(page: Any, town: Town) -> None:
    page.fill("textarea[name=text]", "A few **strong** words\n\n> and quoted ones")
    page.click("button[name=preview]")
    page.wait_for_selector("#preview")


def _send_nothing(page: Any, town: Town) -> None:
    page.eval_on_selector("main form", "form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_selector("[aria-invalid=true], .notice.bad")


def _make_a_link(page: Any, town: Town) -> None:
    page.click("main form[action$=invite] button")
    page.wait_for_selector("[data-copy]")


def _remove_and_read_so(page: Any, town: Town) -> None:
    page.click("#m{doomed} form[action$=removal] button".format(**town.places))
    page.wait_for_selector("main .notice.ok")


def _vote_for_the_first(page: Any, town: Town) -> None:
    page.check("main .poll input[name=choice] >> nth=0")
    page.click("main .poll button")
    page.wait_for_selector("main .poll .bar")


def _look_for_nobody(page: Any, town: Town) -> None:
    page.goto(town.at("/search/?q=boules&person=nobody-of-that-name"))
    page.wait_for_selector("[aria-invalid=true]")


CIRCLE = "/c/{petanque}/"
PAGES = [
    Page("today", "lucie", "/"),
    Page("today, of a newcomer", "samir", "/"),
    Page("today, signed out", None, "/"),
    Page("circles", "lucie", "/c/"),
    Page("circles, signed out", None, "/c/"),
    Page("new circle", "lucie", "/c/new"),
    Page("new circle, with errors", "lucie", "/c/new", reach=_send_nothing),
    Page("circle, as member", "lucie", CIRCLE),
    Page("circle, as steward", "josette", CIRCLE),
    Page("circle, as newcomer", "samir", CIRCLE),
    Page("circle, as applicant", "tom", CIRCLE),
    Page("circle, as outsider", "hugo", CIRCLE),
    Page("circle, open to all, signed out", None, "/c/{public}/"),
    Page("circle, of music", "yann", "/c/{closed}/"),
    Page("circle, of learning", "lucie", "/c/{open}/"),
    Page("circle, discreet", "bernadette", "/c/{hidden}/"),
    Page("about", "lucie", CIRCLE + "about"),
    Page("about, as steward", "josette", CIRCLE + "about"),
    Page("charter, an earlier version", "lucie", CIRCLE + "about/1/"),
    Page("members", "lucie", CIRCLE + "m/"),
    Page("members, as steward", "josette", CIRCLE + "m/"),
    Page("role", "josette", CIRCLE + "m/samir/role"),
    Page("parting", "josette", CIRCLE + "m/andre/part"),
    Page("joining, on request", "hugo", CIRCLE + "join"),
    Page("joining, by invitation", "josette", "/c/{closed}/join"),
    Page("joining, open", "josette", "/c/{open}/join"),
    Page("leaving", "lucie", CIRCLE + "leave"),
    Page("requests", "josette", CIRCLE + "requests/"),
    Page("request, as steward", "josette", CIRCLE + "requests/{request}/"),
    Page("request, as applicant", "tom", CIRCLE + "requests/{request}/"),
    Page("inviting", "marcel", CIRCLE + "invite"),
    Page("inviting, with a link made", "josette", CIRCLE + "invite", reach=_make_a_link),
    Page("circle settings", "josette", CIRCLE + "settings"),
    Page("charter, being written", "josette", CIRCLE + "settings/charter"),
    Page("huddles", "lucie", CIRCLE + "huddles/"),
    Page("huddles, with none", "samir", CIRCLE + "huddles/"),
    Page("huddle", "lucie", CIRCLE + "huddles/{huddle}/"),
    Page("writing in a huddle", "lucie", CIRCLE + "huddles/{huddle}/write"),
    Page("writing", "marcel", CIRCLE + "write"),
    Page("writing, with a draft", "lucie", CIRCLE + "write"),
    Page("writing, with a preview", "karim", CIRCLE + "write", reach=_see_how_it_looks),
    Page("writing, with an error", "karim", CIRCLE + "write", reach=_send_nothing),
    Page("thread", "lucie", "/t/{thread}/"),
    Page("thread, long", "lucie", "/t/{long}/"),
    Page("thread, its latest page", "lucie", "/m/{mine}/"),
    Page("thread, answering one", "karim", "/t/{long}/?reply={mine}"),
    Page("thread, a message just removed", "lucie", "/m/{doomed}/", reach=_remove_and_read_so),
    Page("thread, with long words", "lucie", "/t/{wordy}/"),
    Page("thread, of a huddle", "lucie", "/t/{between}/"),
    Page("thread, of a request", "josette", "/t/{letters}/"),
    Page("thread, signed out", None, "/t/{said_in_the_open}/"),
    Page("changing a message", "lucie", "/m/{mine}/edit"),
    Page("changing an opening", "lucie", "/m/{opening}/edit"),
    Page("wordings", "marcel", "/m/{mine}/history"),
    Page("wordings of what was removed", "marcel", "/m/{gone}/history"),
    Page("thread, of a flash", "samir", "/m/{flash}/"),
    Page("thread, disputed", "lucie", "/t/{bar}/"),
    Page("standing, confirmed", "lucie", "/m/{flash}/standing"),
    Page("standing, disputed", "karim", "/m/{closed_bar}/standing"),
    Page("confirming", "karim", "/m/{closed_bar}/attest?stance=told"),
    Page("confirming, with an error", "karim", "/m/{closed_bar}/attest?stance=source", reach=_send_nothing),
    Page("disputing", "karim", "/m/{closed_bar}/attest?stance=dispute"),
    Page("taking one’s word back", "lucie", "/m/{closed_bar}/attest/back"),
    Page("thread, of a flash nobody confirmed", "lucie", "/t/{flash_alone}/"),
    Page("thread, of a flash corrected", "lucie", "/t/{flash_corrected}/"),
    Page("thread, of a flash that is over", "lucie", "/t/{flash_over}/"),
    Page("thread, of a flash disputed by one", "lucie", "/t/{flash_few}/"),
    Page("thread, of a flash removed", "lucie", "/t/{flash_gone}/"),
    Page("thread, of a question answered", "lucie", "/t/{settled}/"),
    Page("thread, with a poll", "karim", "/t/{poll}/"),
    Page("thread, with one’s vote", "nadege", "/t/{poll}/", reach=_vote_for_the_first),
    Page("thread, with a poll that is over", "lucie", "/t/{poll_over}/"),
    Page("thread, with a quote", "lucie", "/t/{quoting}/"),
    Page("thread, quoting", "lucie", "/t/{settled}/?quote={settled_answer}#answer"),
    Page("thread, with pictures", "lucie", "/t/{pictured}/"),
    Page("wordings, of a correction", "lucie", "/m/{flash_corrected_message}/history"),
    Page("circle, its flashes", "lucie", CIRCLE + "?kind=flash"),
    Page("passing on", "bernadette", "/m/{resource}/pass-on"),
    Page("thread, passed on", "bernadette", "/t/{passed}/"),
    Page("describing a picture", "lucie", "/pictures/{undescribed}/describe"),
    Page("tag", "lucie", "/tag/sand/"),
    Page("search", "lucie", "/search/"),
    Page("search, with results", "lucie", "/search/?q=boules"),
    Page("search, with none", "lucie", "/search/?q=trailer"),
    Page("search, with errors", "lucie", "/search/", reach=_look_for_nobody),
    Page("hearing of a circle", "lucie", CIRCLE + "follow"),
    Page("hearing of a thread", "lucie", "/t/{thread}/follow"),
    Page("hearing of all", "lucie", "/me/following"),
    Page("news, my addresses", "lucie", "/me/news/"),
    Page("news, of a circle", "lucie", CIRCLE + "news/"),
    Page("news from outside", "josette", CIRCLE + "wires/"),
    Page("news from outside, none", "yann", "/c/{closed}/wires/"),
    Page("drafts", "lucie", "/drafts/"),
    Page("drafts, with none", "yann", "/drafts/"),
    Page("person", "lucie", "/p/marcel/"),
    Page("person, oneself", "lucie", "/p/lucie/"),
    Page("account", "lucie", "/me/"),
    Page("profile", "lucie", "/me/profile"),
    Page("blocks", "hugo", "/me/blocks"),
    Page("blocks, with none", "lucie", "/me/blocks"),
    Page("addresses", "lucie", "/in/addresses"),
    Page("devices", "lucie", "/in/devices"),
    Page("passkeys", "lucie", "/in/passkeys"),
    Page("passkey, adding", "lucie", "/in/passkeys/add"),
    Page("second step", "lucie", "/in/second/on"),
    Page("invitation, signed out", None, "/i/{link}/"),
    Page("invitation", "hugo", "/i/{link}/"),
    Page("invitation, as member", "lucie", "/i/{link}/"),
    Page("entering", None, "/in/"),
    Page("entering, with an error", None, "/in/", reach=_type_no_address),
    Page("entering, the code", None, "/in/", reach=_ask_for_a_code),
    Page("entering, the name", None, "/in/", reach=_prove_a_new_address),
    Page("key, gone", None, "/in/key/gone/", status=410),
    Page("demonstration", "lucie", "/demo/"),
    Page("help", "lucie", "/help/"),
    *(
        Page(f"help, {page}", None, f"/help/{page}/")
        for page in [
            "entering",
            "without-mail",
            "reading",
            "circles",
            "messages",
            "verify",
            "blocks",
            "privacy",
            "accessibility",
        ]
    ),
    Page("nothing here", "lucie", "/t/999999999/", status=404),
    Page("nothing here, signed out", None, "/c/no-such-circle/", status=404),
]
# Of a house nobody has founded yet; `{key}` is the one the terminal showed.
FIRST_PAGES = [
    Page("first run", None, "/first/{key}/"),
    Page("first run, without the key", None, "/"),
    Page("first run, with a wrong key", None, "/first/wrong/", status=404),
]
