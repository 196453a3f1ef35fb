"""Pictures of messages: kept on one's desk until the message is sent, then hung in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from comvir.conversation import desk
from comvir.conversation.models import DESCRIPTION_LIMIT, LinkPreview, Message, Picture
from comvir.conversation.refusals import DescriptionTooLong, NotYours, TooManyPictures, TooMuchToday
from comvir.lib import clock, images
from comvir.lib import text as texts
from comvir.lib.prepared import prepared
from comvir.people.access import sight_of
from comvir.people.desk import house_moved
from comvir.people.models import Person

MOST_PICTURES = 10
MOST_BYTES_A_DAY = 50 * 1024 * 1024
DAY = timedelta(days=1)
# A file is stored before its row: one this young may be about to get it.
YOUNG_SECONDS = 3600
SHARD_SECONDS = 600


def folder() -> Path:
    """Where the files are."""
    return Path(settings.MEDIA_ROOT) / "pictures"


def on_desk(by: Person, ids: Sequence[int]) -> list[Picture]:
    """Those of these pictures that are on somebody's desk, in the order given. Raises TooManyPictures."""
    if len(ids) > MOST_PICTURES:
        raise TooManyPictures
    found = Picture.objects.filter(by=by, message=None).in_bulk(list(ids)) if ids else {}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def hang(message: Message, pictures: Sequence[Picture]) -> None:
    """Put pictures from the desk into a message, in order."""
    if not pictures:
        return
    # Locked: none is swept while it is hung, or hangs in two messages that were sent at once.
    ids = [picture.pk for picture in pictures]
    free = set(
        Picture.objects.select_for_update(no_key=True).filter(pk__in=ids, message=None).values_list("pk", flat=True)
    )
    hung = [picture for picture in pictures if picture.pk in free]
    for place, picture in enumerate(hung):
        picture.message, picture.place = message, place
    Picture.objects.bulk_update(hung, ["message", "place"])
    if len(hung) != message.pictured:
        message.pictured = len(hung)
        message.save(update_fields=["pictured"])


@prepared
def pictures_in(messages: list[int]) -> QuerySet[Picture]:
    """The pictures of messages somebody may read, each with who put it there, in order."""
    return Picture.objects.filter(message__in=messages).select_related("by").order_by("message", "place", "pk")


def put_on_desk(*, by: Person, data: bytes, description: str = "", shrink: bool = False) -> Picture:
    """Keep a picture for a message to come.

    Raises TooMuchToday, DescriptionTooLong, as `images.picture` does, and OSError when there is no room.
    """
    description = _fit(description)
    today = Picture.objects.filter(by=by, kept_at__gt=clock.now() - DAY).aggregate(total=Sum("size"))["total"] or 0
    if today >= MOST_BYTES_A_DAY:
        raise TooMuchToday
    made = images.picture(data, shrink=shrink)
    name = images.keep_picture(folder(), made)
    try:
        return Picture.objects.create(
            by=by, name=name, description=description, width=made.width, height=made.height, size=made.size,
            kept_at=clock.now(),
        )  # fmt: skip
    except BaseException:
        images.forget_picture(folder(), name)
        raise


def describe_picture(*, by: Person, picture: Picture, description: str) -> Picture:
    """Say what one's picture shows, for those who cannot see it. Raises NotYours, DescriptionTooLong."""
    if picture.by_id not in sight_of(by).selves:
        raise NotYours
    picture.description = _fit(description)
    with transaction.atomic():
        picture.save(update_fields=["description"])
        if picture.message_id is not None:
            house_moved()
    return picture


def discard_picture(*, by: Person, picture: Picture) -> None:
    """Take one's picture from the desk; one that hangs in a message stays there. Raises NotYours."""
    if picture.by_id not in sight_of(by).selves:
        raise NotYours
    _drop(Picture.objects.filter(pk=picture.pk, message=None))


def erase(messages: QuerySet[Message]) -> None:
    """Erase the pictures and previews of messages whose words are erased; in the transaction that erases them."""
    ids = messages.values("pk")
    _drop(Picture.objects.filter(message__in=ids))
    LinkPreview.objects.filter(message__in=ids).delete()


def sweep_desk(batch: int = 50) -> int:
    """Remove what stayed on desks for a day, and files nobody knows of; returns how many pictures were left there.

    What waits to be said later, or with words that were kept, waits with them.
    """
    _sweep_shard(int(clock.now().timestamp() // SHARD_SECONDS))
    old = Picture.objects.filter(message=None, kept_at__lt=clock.now() - DAY).order_by("pk")
    left = list(old.values_list("pk", flat=True))
    wanted = desk.pictures_kept(left) if left else set()
    drop = [pk for pk in left if pk not in wanted][:batch]
    return _drop(Picture.objects.filter(pk__in=drop, message=None)) if drop else 0


def _sweep_shard(shard: int) -> None:
    # One shard a round: all 256 of them in less than two days, and no round is long.
    names = list(images.stored(folder(), shard, clock.now().timestamp() - YOUNG_SECONDS))
    known = set(Picture.objects.filter(name__in=names).values_list("name", flat=True)) if names else set()
    for name in names:
        if name not in known:
            images.forget_picture(folder(), name)


def _drop(pictures: QuerySet[Picture]) -> int:
    """Rows first, files once they are gone: a file without a row is swept, a row without a file is a hole in a page."""
    with transaction.atomic():
        # Locked: one that is being hung in a message at this moment is no longer on the desk.
        rows = list(pictures.select_for_update(no_key=True))
        Picture.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            transaction.on_commit(partial(images.forget_picture, folder(), row.name))
    return len(rows)


def _fit(description: str) -> str:
    description = texts.tidy_line(description)
    if len(description) > DESCRIPTION_LIMIT:
        raise DescriptionTooLong
    return description
