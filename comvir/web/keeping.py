"""A page says what it shows, so that it can be kept and sent again while that is untouched: see comvir.config.kept."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from comvir.web.gate import HereRequest

TOLD = "Comvir-Kept"


def keep_while(
    request: HereRequest, response: HttpResponse, *, threads: Iterable[int] = (), communities: Iterable[int] = ()
) -> HttpResponse:
    """The response, with what it shows written on it where somebody in front asks.

    For pages that, for one reader in one state, are made of these threads and communities only: whatever else they
    show must be the reader's own desk, session or account, or change by a deed that is in no thread.
    """
    if request.META.get("comvir.keeps") and response.status_code == 200:
        account = request.user.pk if request.me is not None else 0
        ids = [f"p{request.sight.person or 0}", f"a{account or 0}"]
        response.headers[TOLD] = " ".join([*ids, *(f"t{pk}" for pk in threads), *(f"c{pk}" for pk in communities)])
    return response
