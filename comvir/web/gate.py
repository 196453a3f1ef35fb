"""How a door asks who is there, fetches what they may see, and tells a refusal.

Views take `HereRequest`: a request that has gone through `comvir.web.middleware.Viewer`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from comvir.people.access import Sight
from comvir.people.models import Person

M = TypeVar("M", bound=Model)
T = TypeVar("T")
P = ParamSpec("P")
View = Callable[..., HttpResponse]


class HereRequest(HttpRequest):
    """A request that knows who is there: `me` (None when nobody has come in) and what they may see."""

    me: Person | None
    sight: Sight
    htmx: HtmxDetails


class Insider(HereRequest):
    """A request from somebody who has come in."""

    me: Person


def anyone(view: View) -> View:
    """The door is open to who has not come in: the view itself fetches only what they may see."""
    view.door = "anyone"  # type: ignore[attr-defined]
    return view


def insiders(view: View) -> View:
    """Only for who has come in; others are shown the way in, and brought back after."""

    @wraps(view)
    def guarded(request: HereRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.me is None:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return HttpResponseRedirect(f"/in/?next={quote(back)}")
        return view(request, *args, **kwargs)

    guarded.door = "insiders"  # type: ignore[attr-defined]
    return guarded


def found(visible: QuerySet[M], **what: Any) -> M:
    """The one object of an already visible set; Http404 when there is none.

    Called as `found(Thread.objects.visible_to(request.sight), pk=pk)`: what one may not see is not found.
    """
    try:
        return visible.get(**what)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def the_one(rows: Sequence[T]) -> T:
    """The one row of a prepared query that gives one or none; Http404 when there is none."""
    if not rows:
        raise Http404
    return rows[0]


def see_other(address: str) -> HttpResponseRedirect:
    """After a POST: go and look there (303)."""
    return HttpResponseRedirect(address, status=303)
