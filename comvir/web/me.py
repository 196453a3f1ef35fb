"""One's own pages: who one is here, how one likes to read, how one comes in, whom one does not meet."""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.lib import images
from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.models import Account, Person
from comvir.people.queries import blocked_by, stays_of
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.going import safe_next
from comvir.web.tongues import tongue_choices

YEAR = 365 * 24 * 3600
# What the forms of the look send, and the cookie that keeps it.
COOKIES = {"theme": "look_theme", "text_size": "look_text", "language": settings.LANGUAGE_COOKIE_NAME}
PORTRAITS = "portraits"


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Your name is missing.")},
    )
    picture = forms.FileField(
        label=gettext_lazy("A photo of you"),
        help_text=gettext_lazy(
            "10 MB at most. We keep a small square of it, without the place and the date it was taken."
        ),
        required=False,
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    no_picture = forms.BooleanField(label=gettext_lazy("Take the photo away"), required=False)
    about = forms.CharField(
        label=gettext_lazy("A few words about you"),
        help_text=gettext_lazy("What you like to do, where one meets you. Read by the people of your circles."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you speak"), required=False, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Where your clock is"),
        help_text=gettext_lazy("Times are shown to you as they are there."),
        required=False,
    )
    followed_by_rss = forms.BooleanField(
        label=gettext_lazy("What I say in public can be followed by RSS"),
        help_text=gettext_lazy("Only what everyone can read already. Anybody can then follow it, without telling you."),
        required=False,
    )
    handle = forms.CharField(
        label=gettext_lazy("Your name in addresses"),
        help_text=gettext_lazy(
            "Small letters, digits and hyphens. People write @ and this to call you. "
            "Addresses with the old one stop working."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("A name for addresses is missing.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages, zone = self.fields["languages"], self.fields["time_zone"]
        assert isinstance(languages, forms.MultipleChoiceField) and isinstance(zone, forms.ChoiceField)
        languages.choices = tongue_choices()
        zone.choices = [("", _("As in this house (%(zone)s)") % {"zone": settings.TIME_ZONE}), *_zones()]

    def clean_picture(self) -> UploadedFile[bytes] | None:
        sent: UploadedFile[bytes] | None = self.cleaned_data["picture"]
        if sent and (sent.size or 0) > images.MOST_BYTES:
            raise forms.ValidationError(str(images.TooHeavy(sent.size or 0)))
        return sent


@insiders
@require_safe
def me(request: Insider) -> HttpResponse:
    """All that concerns oneself, each thing one step away."""
    account = request.user
    assert isinstance(account, Account)
    page = {
        "stays": stays_of(request.me),
        "addresses": EmailAddress.objects.filter(user=account).count() or 1,
        "passkeys": _locks(account, Authenticator.Type.WEBAUTHN).count(),
        "second_step": _locks(account, Authenticator.Type.TOTP).exists(),
        "devices": UserSession.objects.filter(user=account).count(),
        "account": account,
    }
    return render(request, "me/me.html", page)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Insider) -> HttpResponse:
    """Say who one is."""
    person = request.me
    form = ProfileForm(request.POST or None, request.FILES or None, initial=_said_of(person))
    if form.is_valid():
        if form.cleaned_data["picture"] is not None and not _may_send_a_photo(request):
            return render(request, "errors/429.html", status=429)
        try:
            _describe(person, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is noted. This is how others see you."))
            return see_other(f"/p/{person.handle}/")
    return render(request, "me/profile.html", {"form": form}, status=400 if form.errors else 200)


def _describe(person: Person, said: dict[str, Any]) -> None:
    """Keep what was said; the portrait is stored first, and forgotten again when the rest is refused."""
    folder, old, new = Path(settings.MEDIA_ROOT) / PORTRAITS, person.picture, None
    if said["picture"] is not None:
        new = images.keep(folder, images.portrait(said["picture"].read()))
    elif said["no_picture"]:
        new = ""
    try:
        acts.describe(
            by=person,
            name=said["name"],
            handle=said["handle"].lower(),
            about=said["about"],
            languages=",".join(said["languages"]),
            time_zone=said["time_zone"],
            picture=new,
            followed_by_rss=said["followed_by_rss"],
        )
    except Refusal:
        images.forget(folder, new or "")
        person.refresh_from_db()
        raise
    if new is not None:
        images.forget(folder, old)


def _may_send_a_photo(request: Insider) -> bool:
    """Preparing a portrait takes a process and its memory: not without end."""
    return ratelimit.consume(request, app="allauth.account", action="portrait", user=request.user) is not None


def _said_of(person: Person) -> dict[str, Any]:
    words = {"name": person.name, "handle": person.handle, "about": person.about, "time_zone": person.time_zone}
    return {**words, "languages": person.spoken, "followed_by_rss": person.followed_by_rss}


def _zones() -> list[tuple[str, str]]:
    """Zones named after places; the aliases of old clocks stay out of the list."""
    places = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in zoneinfo.available_timezones() if name.startswith(places))
    return [(name, name.replace("_", " ").replace("/", ", ")) for name in names]


def _locks(account: Account, kind: Authenticator.Type) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=account, type=kind)
    return found


@anyone
@require_POST
def look(request: HereRequest) -> HttpResponse:
    """Theme, text size, language: kept with the account, and in this browser for when one is signed out."""
    chosen = {name: value for name in COOKIES if (value := request.POST.get(name)) in _allowed(name)}
    response = HttpResponseRedirect(safe_next(request), status=303)
    account = request.user if isinstance(request.user, Account) else None
    if account is not None and chosen:
        fields = {("scheme" if name == "theme" else name): value for name, value in chosen.items()}
        Account.objects.filter(pk=account.pk).update(**fields)
    for name, value in chosen.items():
        response.set_cookie(
            COOKIES[name], value, max_age=YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True
        )
    if "language" in chosen:
        with override(chosen["language"]):
            # FR: Les pages parlent français, maintenant.
            messages.success(request, _("The pages speak English now."))
    return response


def _allowed(name: str) -> list[str]:
    lists = {
        "theme": Account.Scheme.values,
        "text_size": Account.TextSize.values,
        "language": [code for code, _words in settings.LANGUAGES],
    }
    return list(lists[name])


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: Insider) -> HttpResponse:
    """Whom one does not meet any more; and meeting them again."""
    mine = blocked_by(request.me)
    if request.method == "POST":
        other = found(mine, handle=request.POST.get("handle", ""))
        acts.unblock(by=request.me, other=other)
        words = {"name": other.name}
        messages.success(request, _("%(name)s and you can see each other again, unless they block you.") % words)
        return see_other("/me/blocks")
    return render(request, "me/blocks.html", {"people": mine})
