"""Why there is no key, and why the hub says no."""

from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import Refusal


class NoNewsThere(Refusal):
    status = 404
    sentence = _("There is no news by RSS of that.")


class TooManyKeys(Refusal):
    sentence = _("You have 200 addresses for news by RSS. Close some you no longer use, then make a new one.")


class HubRefusal(Refusal):
    """Told to a machine, in plain words: English, like the recommendation."""

    status = 400

    def __init__(self, why: str, status: int = 400) -> None:
        self.status = status
        super().__init__(why)
