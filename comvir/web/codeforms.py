"""allauth's forms as we show them: no placeholder in place of a label, digits asked for as digits."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import AddEmailForm, ConfirmEmailVerificationCodeForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.translation import gettext_lazy as _


class Plain:
    """Takes placeholders away, and makes the code field look like a code."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs |= {"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}
                field.error_messages["required"] = _("The code is missing.")
            if name == "email":
                field.error_messages |= {
                    "required": _("The address is missing."),
                    "invalid": _("There may be an @ missing."),
                }


class FurtherAddress(Plain, AddEmailForm):  # type: ignore[misc]
    pass


class AddressCode(Plain, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    pass


class SecondCode(Plain, AuthenticateForm):  # type: ignore[misc]
    pass


class SecondCodeAgain(Plain, ReauthenticateForm):  # type: ignore[misc]
    pass


class SecondCodeFirst(Plain, ActivateTOTPForm):  # type: ignore[misc]
    pass
