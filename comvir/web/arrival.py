"""Proving an address with a code, the account it opens, and what happens when somebody has come in.

Whether an address is known is only looked up once it is proved: until then a known and an unknown
one go through the very same lines.
"""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import ngettext

from comvir.conversation.queries import how_much_said
from comvir.people import acts
from comvir.people.models import Account, Person
from comvir.web.going import ours

UNTIL_CLOSED = "until_closed"
NEXT = "after_arrival"


class Proof(LoginCodeVerificationProcess):  # type: ignore[misc]
    """A code on its way to an address, kept in the session of the browser that asked for it.

    The process of allauth for known addresses, with the account left open until the code is right.
    """

    @classmethod
    def begin(cls, request: HttpRequest, email: str, going: str) -> Proof:
        """Send a code to the address, whoever it belongs to. `going` is where the person wanted to go."""
        login = Login(user=None, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True, next=going)
        proof = cls(stage=stage)
        proof.send()
        proof.persist()
        return proof

    @classmethod
    def pending(cls, request: HttpRequest) -> Proof | None:
        """The proof this browser is in the middle of, even when its code is too old by now."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        return cls(stage=stage) if stage else None

    @property
    def email(self) -> str:
        return str(self.state["email"])

    @property
    def sent_at(self) -> float:
        """When the latest code left, in seconds since 1970."""
        return float(self.state["at"])

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        from allauth.account.adapter import get_adapter  # noqa: PLC0415 - our adapter needs this module

        self.state["at"] = time.time()
        get_adapter().send_mail("account/email/login_code", email, {"code": self.generate_code()})

    def resend(self) -> None:
        """Another code, which makes the earlier ones useless."""
        self.send()
        self.record_resend()
        self.persist()

    def is_right(self, typed: str) -> bool:
        """Whether this is the latest code; blanks and hyphens between the digits do not matter."""
        return bool(self.code) and constant_time_compare(re.sub(r"[\s.\-]", "", typed), self.code)

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """The code was right: the account of this address comes in, made now if there was none."""
        self._user = open_account(self.email)
        response: HttpResponse = super().finish(redirect_url)
        return response


def account_at(email: str) -> Account | None:
    """The account this address opens: its own one, or one that proved it as a further address."""
    own = Account.objects.filter(email__iexact=email).first()
    if own is not None:
        return own
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return proved.user if proved else None


def open_account(email: str) -> Account:
    """The account of an address that has just been proved, made now if there is none."""
    try:
        with transaction.atomic():
            return _open(email)
    except IntegrityError:
        # Somebody proved the same address at the same moment, in another window.
        return _open(email)


def _open(email: str) -> Account:
    account = account_at(email) or Account.objects.create_user(email)
    address, _made = EmailAddress.objects.get_or_create(user=account, email=email.lower())
    first = not EmailAddress.objects.filter(user=account, primary=True).exists()
    if first or not address.verified:
        address.verified, address.primary = True, address.primary or first
        address.save()
    return account


def enter_with_key(request: HttpRequest, email: str, going: str = "/") -> HttpResponse:
    """Come in with an address the house vouches for: the account is made if there is none."""
    account = open_account(email)
    record_authentication(request, account, method="key", email=email)
    response: HttpResponse = perform_login(request, Login(user=account, email=email, redirect_url=going))
    return response


def came_in(request: HttpRequest, account: Account) -> None:
    """What happens each time somebody comes in: how long they stay, and their past from archives."""
    request.session.set_expiry(0 if request.session.pop(UNTIL_CLOSED, False) else None)
    if account.person is not None:
        give_past_back(request, account, account.person)


def give_past_back(request: HttpRequest, account: Account, person: Person) -> None:
    """Claim what archives hold under the addresses this account has proved, and say so."""
    proved = EmailAddress.objects.filter(user=account, verified=True).values_list("email", flat=True)
    ghosts = [ghost for email in proved for ghost in acts.claim(by=person, email=email)]
    count = how_much_said(ghosts)
    if count:
        sentence = ngettext(
            "%(count)d message from the archive is yours again.",
            "%(count)d messages from the archive are yours again.",
            count,
        )
        messages.success(request, sentence % {"count": count})


def remember_next(request: HttpRequest, going: str) -> None:
    """Keep where somebody wanted to go while they give their name."""
    request.session[NEXT] = ours(going)


def take_next(request: HttpRequest) -> str:
    """Where they wanted to go, Today otherwise."""
    kept: Any = request.session.pop(NEXT, "")
    return ours(str(kept)) or "/"
