"""News by RSS: the lists, for readers elsewhere, and the pages where one finds and closes their addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation.kinds import Kind
from comvir.feeds.desk import key_with, keys_of, make_key, note_use, revoke_key, token_of, topic_of
from comvir.feeds.errands import hub_of
from comvir.feeds.issues import Asked, Issue, issue_of
from comvir.feeds.models import FeedKey
from comvir.feeds.papers import FORMS
from comvir.feeds.topics import Place, Topic, fit, is_discreet, names_of, seen
from comvir.lib.text import tidy_line
from comvir.people.access import sight_of
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.unchanged import MEANT

Where = Mapping[str, Any]

# What stands behind each address of news, by its name; the form apart.
TOPICS: dict[str, Callable[[Where, QueryDict], Topic]] = {
    "circle": lambda where, asked: Topic("circle", where["slug"], "", asked.get("kind", "")),
    "huddle": lambda where, asked: Topic("huddle", where["slug"], str(where["pk"])),
    "thread": lambda where, asked: Topic("thread", str(where["pk"])),
    "tag": lambda where, asked: Topic("tag", where["name"]),
    "person": lambda where, asked: Topic("person", where["handle"]),
    "search": lambda where, asked: Topic("search", "", "", tidy_line(asked.get("q", ""))),
    "today": lambda where, asked: Topic("today"),
}
KEYED = "keyed-feed"


@anyone
@require_safe
def feed(request: HereRequest, **where: Any) -> HttpResponse:
    """A list in one of its forms. Who asks is never looked at: an address gives the same to everybody who has it."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    asked = asked_at(name or "", where, request.GET, origin_of(request))
    issue = issue_of(asked) if asked else None
    if asked is None or issue is None:
        raise Http404
    if asked.key is not None:
        note_use(asked.key)
    return _answered(request, asked, issue)


def asked_at(name: str, where: Where, query: QueryDict, origin: str) -> Asked | None:
    """What the address of that name asks for, with the one way it is written in full; None for nothing of ours."""
    form = where["form"]
    if name == KEYED:
        key = key_with(where["token"])
        path = reverse(KEYED, kwargs={"token": where["token"], "form": form})
        return Asked(topic_of(key), form, f"{origin}{path}", key) if key else None
    topic = fit(TOPICS[name.removesuffix("-feed")](where, query))
    return Asked(topic, form, f"{origin}{public_path(topic, form)}") if topic else None


def public_path(topic: Topic, form: str) -> str:
    """Where the list is for everybody who may read it without coming in."""
    path, _, query = str(topic).partition("?")
    return f"{path}news.{form}{'?' if query else ''}{query}"


def origin_of(request: HttpRequest) -> str:
    """Scheme and host by which the house is reached: its public ones where it is asked by them."""
    public = settings.CSRF_TRUSTED_ORIGINS[0] if settings.CSRF_TRUSTED_ORIGINS else ""
    if public and urlsplit(public).netloc == request.get_host():
        return public
    return f"{request.scheme}://{request.get_host()}"


def _answered(request: HereRequest, asked: Asked, issue: Issue) -> HttpResponse:
    response = HttpResponse(issue.body, content_type=FORMS[asked.form])
    response.headers["ETag"] = issue.etag
    response.headers["Cache-Control"] = "private, no-cache" if asked.key else "public, no-cache"
    response.headers["Content-Language"] = issue.language
    response.headers["Link"] = f'<{hub_of(asked.address)}>; rel="hub", <{asked.address}>; rel="self"'
    if asked.key is not None:
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    request.META[MEANT] = asked
    return get_conditional_response(request, issue.etag, None, response) or response


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HereRequest, **where: Any) -> HttpResponse:
    """How to follow one list: its public address when it has one, and one's own, made by POST."""
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    topic = fit(TOPICS[name.removesuffix("-news")](where, request.GET))
    place = seen(topic, request.sight) if topic else None
    if topic is None or (place is None and not is_discreet(topic, request.sight)):
        raise Http404
    if request.method == "POST":
        return _make(request, topic)
    return render(request, "feeds/follow.html", _followed(request, topic, place))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Insider) -> HttpResponse:
    """One's addresses of private news; POST makes the one of Today."""
    if request.method == "POST":
        make_key(by=request.me, topic=Topic("today"))
        messages.success(request, gettext("The address is made. Give it to your reader."))
        return see_other("/me/news/")
    keys = list(keys_of(request.me))
    topics = [topic_of(key) for key in keys]
    names = names_of(topics, request.sight)
    lines = [
        {"key": key, "name": _name_of(topic, names.get(topic)), "addresses": _addresses(request, key), "topic": topic}
        for key, topic in zip(keys, topics, strict=True)
    ]
    has_today = any(topic.sort == "today" for topic in topics)
    aloud = Topic("person", request.me.handle) if request.me.followed_by_rss else None
    public = _public(request, aloud) if aloud else {}
    return render(request, "feeds/mine.html", {"lines": lines, "has_today": has_today, "public": public})


@insiders
@require_POST
def close(request: Insider, pk: int) -> HttpResponse:
    """Close one of one's addresses: whoever still has it finds nothing there."""
    revoke_key(by=request.me, key=found(keys_of(request.me), pk=pk))
    messages.success(request, gettext("The address is closed. Nobody reads there any more."))
    return see_other("/me/news/")


def _make(request: HereRequest, topic: Topic) -> HttpResponse:
    page = f"{request.path}{'?' if request.GET else ''}{request.GET.urlencode()}"
    if request.me is None:
        return see_other(f"/in/?{urlencode({'next': page})}")
    make_key(by=request.me, topic=topic)
    messages.success(request, gettext("The address is made. Give it to your reader."))
    return see_other(page)


def _followed(request: HereRequest, topic: Topic, place: Place | None) -> dict[str, Any]:
    path = str(topic)
    public = seen(topic, sight_of(None)) is not None
    key = keys_of(request.me).filter(topic=path).first() if request.me else None
    return {
        "discreet": place is None,
        "back": path,
        "name": _name_of(topic, names_of([topic], request.sight).get(topic)),
        "public": _public(request, topic) if public else {},
        "key": key,
        "addresses": _addresses(request, key) if key else {},
        # An address of one's own gives more than the public one only where one belongs.
        "may_make": request.me is not None and place is not None and not (key and token_of(key)),
        "here": request.get_full_path(),
    }


def _public(request: HttpRequest, topic: Topic) -> dict[str, str]:
    return {form: f"{origin_of(request)}{public_path(topic, form)}" for form in FORMS}


def _addresses(request: HttpRequest, key: FeedKey) -> dict[str, str]:
    token = token_of(key)
    if not token:
        return {}
    return {form: f"{origin_of(request)}{reverse(KEYED, kwargs={'token': token, 'form': form})}" for form in FORMS}


def _name_of(topic: Topic, name: str | None) -> str:
    if topic.sort == "today":
        return gettext("Today in my circles")
    if name is None:
        return gettext("Something you no longer read")
    if topic.sort == "search":
        return gettext("Search: %(words)s") % {"words": name}
    return f"{name} · {Kind(topic.asked).label}" if topic.asked else name
