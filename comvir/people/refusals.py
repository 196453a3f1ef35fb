"""Why an act among people cannot be done, in words for the person who tried."""

from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import NotAllowed, Refusal, Unfit


class NameMissing(Unfit):
    sentence = _("The name is missing.")
    field = "name"


class NameTooLong(Unfit):
    sentence = _("That name is too long: 80 letters at most.")
    field = "name"


class AddressTaken(Refusal):
    sentence = _("Another circle already has this address. Try one more word in the name.")
    field = "name"


class AlreadyMember(Refusal):
    sentence = _("You already belong to this circle.")


class AlreadyAsked(Refusal):
    sentence = _("You have already asked to join. The stewards will answer you here.")


class AskedTooSoon(Refusal):
    sentence = _("The stewards answered less than two weeks ago. You can ask again after that.")


class ClosedDoor(NotAllowed):
    sentence = _("One comes into this circle with an invitation. Ask someone you know there.")


class AsksFirst(NotAllowed):
    sentence = _("One asks the stewards before joining this circle.")


class AlreadyAnswered(Refusal):
    sentence = _("Another steward has already answered this request.")


class StewardsOnly(NotAllowed):
    sentence = _("Only the stewards of this circle can do that.")


class MembersOnly(NotAllowed):
    sentence = _("Only members of this circle can do that.")


class TooManyUses(Unfit):
    sentence = _("An invitation link opens for 25 people at most.")
    field = "uses"


class TooLong(Unfit):
    sentence = _("This text is too long.")


class InvitationClosed(Refusal):
    status = 410
    sentence = _("This invitation has already been used, or is too old. Ask the person who gave it to you for another.")


class LastSteward(Refusal):
    sentence = _("You are the only steward. Name another one first, so that the circle is not left alone.")


class NotInThisCircle(Refusal):
    sentence = _("This person does not belong to this circle.")


class AlreadyWelcomed(Refusal):
    sentence = _("Someone has already welcomed them.")


class NotYourself(Refusal):
    sentence = _("That cannot be done to oneself.")


class HiddenNeedsInvitation(Unfit):
    sentence = _("A circle nobody outside knows of is joined by invitation only.")
    field = "join_mode"


class HandleTaken(Refusal):
    sentence = _("Somebody already goes by this name in addresses. Try another.")
    field = "handle"


class HandleUnfit(Unfit):
    sentence = _("Only small letters, digits and hyphens, 40 at most.")
    field = "handle"


class AlreadySaid(Refusal):
    sentence = _("It is said already.")


class NotYourMeeting(NotAllowed):
    sentence = _("Only the two who met can say so.")


class WrongDay(Unfit):
    sentence = _("Choose a day of the last twelve months.")
    field = "on"
