"""What allauth asks of us: our words, our stages, where one goes after coming in."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import Refusal
from comvir.people.models import Account
from comvir.web import arrival
from comvir.web.going import ours

logger = logging.getLogger(__name__)

WRONG_CODE = _("That isn’t the code. Look once more, digit by digit.")

# What is said after an act. Those not listed (a code was sent, you have come in) can be seen from the page itself.
SAID: dict[str, str | Promise] = {
    "account/messages/cannot_delete_primary_email.txt": _("This is the address we write to. Choose another one first."),
    "account/messages/email_confirmation_failed.txt": _("This address already opens another account."),
    "account/messages/email_confirmed.txt": _("This address is yours: codes can go there too."),
    "account/messages/email_deleted.txt": _("The address is removed. It opens nothing here any more."),
    "account/messages/primary_email_set.txt": _("From now on we write to this address."),
    "account/messages/unverified_primary_email.txt": _("Prove this address first, with the code we send there."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/totp_activated.txt": _("The second step is on: a code from your telephone will be asked too."),
    "mfa/messages/totp_deactivated.txt": _("The second step is off."),
    "mfa/messages/recovery_codes_generated.txt": _("Here are new spare codes. Earlier ones no longer open."),
    "usersessions/messages/sessions_logged_out.txt": _("All the other devices are signed out."),
}


class LetterStuck(Refusal):
    """The mail server does not answer, or refuses the letter."""

    status = 503
    field = "email"
    sentence = _("The letter could not leave just now. Try again in a few minutes, or ask whoever hosts this house.")


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """A second step for those who asked for one.

    A passkey alone is a quicker way in, not a second lock: who has left their telephone
    at home still comes in with a code.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        return has_second_step(self.login.user) and super()._should_handle(request)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "duplicate_email": _("This address is already yours."),
        "max_email_addresses": _("%d addresses at most."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then start again."),
        "rate_limited": _("That was a lot at once. Wait a few minutes, then try again."),
    }

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        sentence = message or SAID.get(message_template or "")
        if sentence:
            messages.add_message(request, level, str(sentence), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises LetterStuck when the mail server takes nothing."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            # The name of what went wrong, never the address.
            logger.error("a letter could not be sent: %s", type(error).__name__)
            raise LetterStuck from error

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        own = f"{SecondStep.__module__}.{SecondStep.__name__}"
        return [own if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, *, redirect_url: str | None = None, **how: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, redirect_url=redirect_url, **how)
        assert isinstance(user, Account)
        arrival.came_in(request, user)
        if user.person is None:
            arrival.remember_next(request, response.headers["Location"])
            return HttpResponseRedirect("/in/name")
        return response

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        account = request.user
        if confirmed and isinstance(account, Account) and account.person is not None:
            arrival.give_past_back(request, account, account.person)
        return confirmed

    def is_safe_url(self, url: str | None) -> bool:
        return bool(ours(url or ""))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return has_second_step(self.request.user)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Never the case: coming in for the first time and coming back are one flow."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No letters about settings: the page says what was done."""


class KeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "unverified_email": _("Prove your e-mail address first."),
        "cannot_generate_recovery_codes": _("Spare codes go with a second step: turn it on first."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        taken = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("My telephone") if not taken else gettext("Passkey %(number)d") % {"number": taken + 1}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        person = user.person if isinstance(user, Account) else None
        return {**entity, "display_name": person.name if person else entity["name"]}


def has_second_step(user: object) -> bool:
    """Whether this account asked for a code from a telephone besides the first way in."""
    if not isinstance(user, Account):
        return False
    found: bool = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    return found
