"""What the stewards change: what is said of the circle, who knows of it, how one comes in, the charter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comvir.lib.refusals import Refusal
from comvir.people.acts import change_community, write_charter
from comvir.people.queries import charter_of
from comvir.web.circleframe import frame, stewarded_circle
from comvir.web.forms import status_of, tell
from comvir.web.forms.circles import RHYTHMS, CharterText, CircleSettings
from comvir.web.gate import Insider, insiders, see_other


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Insider, slug: str) -> HttpResponse:
    """Everything that was answered when the circle was opened, and its summary and questions."""
    community = stewarded_circle(request, slug)
    now = {field: getattr(community, field) for field in CircleSettings.base_fields}
    form = CircleSettings(request.POST if request.method == "POST" else None, initial=now)
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            change_community(by=request.me, community=community, **form.cleaned_data)
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("It is changed."))
            return see_other(f"/c/{slug}/")
    context = {**frame(request, community, "stewards"), "form": form, "rhythms": RHYTHMS}
    return render(request, "circles/settings.html", context, status=status)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def charter(request: Insider, slug: str) -> HttpResponse:
    """Write the next version of the charter, beginning with the words of the last."""
    community = stewarded_circle(request, slug)
    last = charter_of(community)
    form = CharterText(request.POST if request.method == "POST" else None, initial={"text": last.text if last else ""})
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            write_charter(by=request.me, community=community, text=form.cleaned_data["text"])
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("The charter is written. Everyone can read what changed."))
            return see_other(f"/c/{slug}/about")
    context = {**frame(request, community, "stewards"), "form": form, "last": last}
    return render(request, "circles/charter_write.html", context, status=status)
