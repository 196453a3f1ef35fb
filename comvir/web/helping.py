"""How things work here, in plain words."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comvir.web.gate import HereRequest, anyone

# The pages in their order: address, icon, title, one line.
PAGES = {
    "circles": ("ring", _("Circles and huddles"), _("Opening one, joining one, leaving it.")),
    "messages": ("message-circle", _("Messages"), _("Writing, changing, taking away.")),
    "kinds": ("zap", _("What kind of message"), _("Flash, account, fact, question, opinion, resource.")),
    "verify": ("v-ok", _("How we know"), _("Confirming, disputing, and how it is counted.")),
    "photos": ("upload", _("Photos"), _("Adding some, describing them, removing them.")),
    "following": ("rss", _("What you hear of"), _("Today, mails, news by RSS.")),
    "finding": ("search", _("Finding again"), _("Searching, tags, going to a day.")),
    "entering": ("door-open", _("Coming in without a password"), _("The code, the passkey, the second step.")),
    "without-mail": ("mail", _("I have no e-mail address"), _("There is another way in.")),
    "privacy": ("eye", _("What others see of you"), _("Word for word what this house does.")),
    "blocks": ("eye-off", _("Not meeting somebody any more"), _("What a block does, and what it doesn’t.")),
    "reading": ("text-initial", _("Text size, light and dark"), _("Making the pages easier to read.")),
    "accessibility": ("ear", _("Accessibility and keyboard"), _("With a keyboard, a screen reader, a small screen.")),
}


@anyone
@require_safe
def helping(request: HereRequest) -> HttpResponse:
    """All the help pages."""
    return render(request, "help/index.html", {"pages": _list()})


@anyone
@require_safe
def page(request: HereRequest, page: str) -> HttpResponse:
    """One of them."""
    if page not in PAGES:
        raise Http404
    others = [other for other in _list() if other["slug"] != page]
    return render(request, f"help/{page}.html", {"title": PAGES[page][1], "others": others})


def _list() -> list[dict[str, object]]:
    return [{"slug": slug, "icon": icon, "title": title, "line": line} for slug, (icon, title, line) in PAGES.items()]
