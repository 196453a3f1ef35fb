"""Pictures of messages: kept on one's desk until the message is sent, then hung in it."""

from collections.abc import Sequence

from comvir.conversation.models import Message, Picture
from comvir.conversation.refusals import TooManyPictures
from comvir.people.models import Person

MOST_PICTURES = 10


def on_desk(by: Person, ids: Sequence[int]) -> list[Picture]:
    """Those of these pictures that are on somebody's desk, in the order given. Raises TooManyPictures."""
    if len(ids) > MOST_PICTURES:
        raise TooManyPictures
    found = Picture.objects.filter(by=by, message=None).in_bulk(list(ids)) if ids else {}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def hang(message: Message, pictures: Sequence[Picture]) -> None:
    """Put pictures from the desk into a message, in order."""
    for place, picture in enumerate(pictures):
        picture.message, picture.place = message, place
    if pictures:
        Picture.objects.bulk_update(pictures, ["message", "place"])
