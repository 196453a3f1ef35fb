"""Coming in: an address, a code, a name the first time; or a passkey; or a link the host handed over."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.mfa.base import views as second_views
from allauth.mfa.recovery_codes import views as spare_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions import views as session_views
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.keys import ENTER, look_at_key, use_key
from comvir.people.models import Account
from comvir.web import arrival
from comvir.web.first import is_unfounded, unfounded
from comvir.web.gate import HereRequest, anyone, insiders, see_other
from comvir.web.going import safe_next
from comvir.web.times import time_of_day

PAGE = ["GET", "HEAD", "POST"]


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
        error_messages={
            "required": gettext_lazy("The address is missing."),
            "invalid": gettext_lazy("There may be an @ missing."),  # FR: Il manque peut-être un @ dans l’adresse.
        },
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("The code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("The code is missing: six digits, in the e-mail.")},
    )
    remember = forms.BooleanField(label=gettext_lazy("Remember me on this device"), required=False, initial=True)


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What shall we call you?"),
        help_text=gettext_lazy("Your first name, or the name people know you by. You can change it whenever you like."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("The name is missing.")},
    )


@anyone
@require_http_methods(PAGE)
def enter(request: HereRequest) -> HttpResponse:
    """The one way in for everybody: type an address, receive a code."""
    going = safe_next(request)
    if request.user.is_authenticated:
        return see_other(going if request.me else "/in/name")
    if is_unfounded():
        return unfounded(request)
    form, status = AddressForm(request.POST or None), 400
    if form.is_valid():
        if not _may_ask_for_a_code(request, form.cleaned_data["email"]):
            return _wait(request)
        try:
            arrival.Proof.begin(request, form.cleaned_data["email"], going)
            return see_other("/in/code")
        except Refusal as refusal:
            status = refusal.status
            form.add_error("email", str(refusal))
    return render(request, "entrance/enter.html", {"form": form, "going": going}, status=status if form.errors else 200)


@anyone
@require_http_methods(PAGE)
def code(request: HereRequest) -> HttpResponse:
    """Type the code; or ask for another one."""
    proof = arrival.Proof.pending(request)
    if proof is None:
        return see_other("/" if request.user.is_authenticated else "/in/")
    if request.method == "POST" and request.POST.get("another"):
        return _send_another(request, proof)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if ratelimit.consume(request, app="allauth.account", action="code_tried", key=proof.email.lower()) is None:
            return _wait(request)
        if proof.is_valid() and proof.is_right(form.cleaned_data["code"]):
            return _prove(request, proof, remember=form.cleaned_data["remember"])
        if not proof.is_valid():
            if not _may_ask_for_a_code(request, proof.email):
                return _wait(request)
            proof.resend()
            # FR: Ce code a plus de trente minutes. En voici un nouveau, il part à l’instant.
            form.add_error("code", _("That code is over thirty minutes old. A new one is on its way."))
        elif not proof.record_invalid_attempt():
            messages.error(request, _("That was five tries. Ask for a new code, and copy it from the e-mail."))
            return see_other("/in/")
        else:
            # FR: Ce n’est pas le dernier code envoyé. Regardez l’e-mail le plus récent, celui de %(time)s.
            sentence = _("That isn’t the latest code. Look for the most recent e-mail, sent at %(time)s.")
            form.add_error("code", sentence % {"time": _clock(proof.sent_at)})
    words = {"form": form, "email": proof.email, "mail_is_kept": settings.EMAIL_BACKEND.endswith(".KeptMail")}
    return render(request, "entrance/code.html", words, status=400 if form.errors else 200)


def _prove(request: HereRequest, proof: arrival.Proof, *, remember: bool) -> HttpResponse:
    if arrival.account_at(proof.email) is None and not ratelimit.consume(
        request, app="allauth.account", action="signup"
    ):
        return _wait(request)
    request.session[arrival.UNTIL_CLOSED] = not remember
    return proof.finish(proof.state.get("next"))


def _send_another(request: HereRequest, proof: arrival.Proof) -> HttpResponse:
    if not _may_ask_for_a_code(request, proof.email):
        return _wait(request)
    proof.resend()
    messages.success(request, _("Another code is on its way. Only this one opens now."))
    return see_other("/in/code")


def _may_ask_for_a_code(request: HereRequest, email: str) -> bool:
    usage = ratelimit.consume(request, app="allauth.account", action="request_login_code", key=email)
    return usage is not None


def _wait(request: HereRequest) -> HttpResponse:
    return render(request, "errors/429.html", status=429)


def _clock(moment: float) -> str:
    return time_of_day(localtime(datetime.fromtimestamp(moment, UTC)))


@anyone
@require_POST
def leave(request: HereRequest) -> HttpResponse:
    """Sign out of this browser; the others stay."""
    get_adapter(request).logout(request)
    messages.success(request, _("You are signed out. See you soon."))
    return see_other("/in/")


@anyone
@require_http_methods(PAGE)
def name(request: HereRequest) -> HttpResponse:
    """The first time: a name, and one is somebody here."""
    account = request.user
    if not isinstance(account, Account):
        return see_other("/in/")
    if account.person is not None:
        return see_other(arrival.take_next(request))
    form = NameForm(request.POST or None)
    if form.is_valid():
        try:
            person = acts.arrive(by=account, name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.add_error("name", str(refusal))
        else:
            _keep_look(request, account)
            arrival.give_past_back(request, account, person)
            return see_other(arrival.take_next(request))
    return render(request, "entrance/name.html", {"form": form}, status=400 if form.errors else 200)


def _keep_look(request: HereRequest, account: Account) -> None:
    """How the pages looked before there was an account is how they go on looking."""
    account.language = account.language or get_language() or ""
    theme, size = request.COOKIES.get("look_theme", ""), request.COOKIES.get("look_text", "")
    account.scheme = theme if theme in Account.Scheme.values else Account.Scheme.SYSTEM
    account.text_size = size if size in Account.TextSize.values else Account.TextSize.NORMAL
    account.save(update_fields=["language", "scheme", "text_size"])


@anyone
@require_http_methods(PAGE)
def key(request: HereRequest, key: str) -> HttpResponse:
    """A link the host handed over: it opens once, and only when its button is pressed."""
    if request.method == "POST":
        email = use_key(ENTER, key)
        if email is not None:
            if request.user.is_authenticated:
                get_adapter(request).logout(request)
            return arrival.enter_with_key(request, email)
    if look_at_key(ENTER, key) is None:
        return render(request, "entrance/key_gone.html", status=410)
    return render(request, "entrance/key.html", {"key": key})


@anyone
@require_safe
def closed(request: HereRequest) -> HttpResponse:
    """What somebody sees whose account was closed by the host."""
    return render(request, "entrance/closed.html", status=403)


@insiders
@require_safe
def means(request: HereRequest) -> HttpResponse:
    """Where allauth goes after a change: the page of all the ways in."""
    return see_other("/me/#means")


class AddPasskey(passkey_views.AddWebAuthnView):  # type: ignore[misc]
    """A passkey is added without spare codes: it replaces nothing, so losing it locks nobody out."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        WebAuthn.add(self.request.user, form.cleaned_data["name"][:80], form.cleaned_data["credential"])
        messages.success(self.request, _("Done. Next time, your fingerprint or your face is enough."))
        return see_other("/in/passkeys")


urlpatterns = [
    path("", enter, name="account_login"),
    path("", enter, name="account_request_login_code"),
    path("code", code, name="account_confirm_login_code"),
    path("out", leave, name="account_logout"),
    path("closed", closed, name="account_inactive"),
    path("addresses", insiders(account_views.email), name="account_email"),
    path("addresses/code", insiders(account_views.email_verification_sent), name="account_email_verification_sent"),
    path("devices", insiders(session_views.list_usersessions), name="usersessions_list"),
    path("means", means, name="mfa_index"),
    path("second", anyone(second_views.authenticate), name="mfa_authenticate"),
    path("again", insiders(second_views.reauthenticate), name="mfa_reauthenticate"),
    path("again/passkey", insiders(passkey_views.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("second/on", insiders(totp_views.activate_totp), name="mfa_activate_totp"),
    path("second/off", insiders(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("spare", insiders(spare_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("spare/new", insiders(spare_views.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("spare/file", insiders(spare_views.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("passkeys", insiders(passkey_views.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add", insiders(AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("passkeys/enter", anyone(passkey_views.login_webauthn), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/name", insiders(passkey_views.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove", insiders(passkey_views.remove_webauthn), name="mfa_remove_webauthn"),
]
