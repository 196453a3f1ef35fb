"""The first day of a house: nobody lives in it yet, and one key opens it."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods

from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.keys import FIRST_STEWARD, look_at_key, use_key
from comvir.people.models import Account, House
from comvir.web import arrival
from comvir.web.gate import HereRequest, anyone, see_other


class FirstForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As people call you. The circle you open will be yours to look after."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Your name is missing.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Your codes will go there. Nobody else sees it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        error_messages={
            "required": gettext_lazy("The address is missing."),
            "invalid": gettext_lazy("There may be an @ missing."),
        },
    )
    house = forms.CharField(
        label=gettext_lazy("What is this house called?"),
        help_text=gettext_lazy("The association, the street, the band… It stands at the foot of each page."),
        max_length=80,
        error_messages={"required": gettext_lazy("The house has no name yet.")},
    )


def is_unfounded() -> bool:
    """Whether nobody lives here yet: the house has no name, and no account a person."""
    lived_in = House.objects.filter(founded_at__isnull=False).exists()
    return not lived_in and not Account.objects.filter(person__isnull=False).exists()


def unfounded(request: HereRequest) -> HttpResponse:
    """The page of an empty house, for who comes to it without its key."""
    return render(request, "first/unfounded.html")


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HereRequest, key: str) -> HttpResponse:
    """Found the house with the key its terminal printed: who does it is its first steward."""
    if not is_unfounded() or look_at_key(FIRST_STEWARD, key) is None:
        raise Http404
    form = FirstForm(request.POST or None)
    if form.is_valid():
        try:
            return _found(request, key, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "first/first.html", {"form": form}, status=400 if form.errors else 200)


def _found(request: HereRequest, key: str, *, name: str, email: str, house: str) -> HttpResponse:
    with transaction.atomic():  # a refusal must leave the key working
        if use_key(FIRST_STEWARD, key) is None:
            raise Http404
        person = acts.arrive(by=arrival.open_account(email.lower()), name=name)
        acts.found(by=person, name=house, language=get_language() or settings.LANGUAGE_CODE)
    # The key came from the host's own terminal, so the address needs no other proof.
    arrival.enter_with_key(request, email.lower(), "/c/new")
    return see_other("/c/new")
