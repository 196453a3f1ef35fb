"""Pictures: on the desk, in a message, gone again; and no file left behind or missing."""

import io
import os
from datetime import timedelta

import pytest
from PIL import Image

from comvir.conversation import acts, pictures
from comvir.conversation.acts import Beside
from comvir.conversation.housekeeping import erase_removed
from comvir.conversation.models import LinkPreview, Message, Picture
from comvir.conversation.refusals import DescriptionTooLong, NotYours, TooManyPictures, TooMuchToday
from comvir.lib import clock, images

LATER = timedelta(days=1, minutes=1)
SHARD = timedelta(seconds=pictures.SHARD_SECONDS)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT / "pictures"


@pytest.fixture
def quick(monkeypatch):
    """Pictures made of nothing, for what is not about making them."""
    made = images.Made(40, 30, b"large", b"small")
    monkeypatch.setattr(images, "picture", lambda data, shrink=False: made)


def files(folder) -> int:
    return len(list(folder.rglob("*.webp")))


def aged(monkeypatch, by: timedelta) -> None:
    now = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: now)


def test_a_picture_waits_on_the_desk_and_hangs_in_the_message(town, media):
    drawn = io.BytesIO()
    Image.new("RGB", (2000, 1000), "olive").save(drawn, "JPEG")
    one = pictures.put_on_desk(by=town.ana, data=drawn.getvalue(), description="  The plane\ntree ")
    assert (one.message, one.description, one.width, one.height) == (None, "The plane tree", 1600, 800)
    assert (one.size, files(media)) == (sum(path.stat().st_size for path in media.rglob("*.webp")), 2)
    message = acts.start(by=town.ana, community=town.petanque, text="It fell", beside=Beside(pictures=[one.pk]))
    assert (message.pictured, list(message.pictures.values_list("pk", "place"))) == (1, [(one.pk, 0)])


def test_pictures_hang_in_the_order_they_were_named_each_once(town, quick):
    a, b, c = (pictures.put_on_desk(by=town.ana, data=b"") for _ in range(3))
    told = Beside(pictures=[c.pk, a.pk, c.pk, b.pk])
    message = acts.start(by=town.ana, community=town.petanque, text="Three", beside=told)
    assert list(message.pictures.order_by("place").values_list("pk", flat=True)) == [c.pk, a.pk, b.pk]
    assert message.pictured == 3


def test_neither_anothers_picture_nor_one_that_hangs_elsewhere_is_taken(town, quick):
    bos, anas = pictures.put_on_desk(by=town.bo, data=b""), pictures.put_on_desk(by=town.ana, data=b"")
    told = Beside(pictures=[bos.pk, anas.pk, 999_999])
    first = acts.start(by=town.ana, community=town.petanque, text="One", beside=told)
    again = acts.start(by=town.ana, community=town.petanque, text="Two", beside=told)
    assert (first.pictured, again.pictured, Picture.objects.get(pk=bos.pk).message) == (1, 0, None)


def test_a_picture_hung_in_between_is_counted_once(town, quick):
    one = pictures.put_on_desk(by=town.ana, data=b"")
    seen_by_both = pictures.on_desk(town.ana, [one.pk])
    first = acts.start(by=town.ana, community=town.petanque, text="One", beside=Beside(pictures=[one.pk]))
    second = acts.start(by=town.ana, community=town.petanque, text="Two")
    second.pictured = 1
    pictures.hang(second, seen_by_both)
    assert (Picture.objects.get(pk=one.pk).message_id, Message.objects.get(pk=second.pk).pictured) == (first.pk, 0)


def test_ten_pictures_at_most(town):
    with pytest.raises(TooManyPictures):
        acts.start(by=town.ana, community=town.petanque, text="x", beside=Beside(pictures=list(range(1, 12))))


def test_only_the_author_describes_a_picture_and_in_five_hundred_letters(town, quick):
    one = pictures.put_on_desk(by=town.ana, data=b"")
    acts.start(by=town.ana, community=town.petanque, text="Look", beside=Beside(pictures=[one.pk]))
    with pytest.raises(NotYours):
        pictures.describe_picture(by=town.bo, picture=one, description="Mine")
    with pytest.raises(DescriptionTooLong):
        pictures.describe_picture(by=town.ana, picture=one, description="x" * 501)
    pictures.describe_picture(by=town.ana, picture=one, description="x" * 500)
    assert Picture.objects.get(pk=one.pk).description == "x" * 500


def test_what_is_on_the_desk_can_be_taken_away_and_what_hangs_cannot(
    town, quick, media, django_capture_on_commit_callbacks
):
    left, hung = pictures.put_on_desk(by=town.ana, data=b""), pictures.put_on_desk(by=town.ana, data=b"")
    acts.start(by=town.ana, community=town.petanque, text="Look", beside=Beside(pictures=[hung.pk]))
    with pytest.raises(NotYours):
        pictures.discard_picture(by=town.bo, picture=left)
    with django_capture_on_commit_callbacks(execute=True):
        pictures.discard_picture(by=town.ana, picture=left)
        pictures.discard_picture(by=town.ana, picture=hung)
    assert (list(Picture.objects.values_list("pk", flat=True)), files(media)) == ([hung.pk], 2)


def test_fifty_million_bytes_a_day_and_then_tomorrow(town, quick, monkeypatch):
    pictures.put_on_desk(by=town.ana, data=b"")
    Picture.objects.update(size=pictures.MOST_BYTES_A_DAY)
    with pytest.raises(TooMuchToday):
        pictures.put_on_desk(by=town.ana, data=b"")
    pictures.put_on_desk(by=town.bo, data=b"")
    aged(monkeypatch, timedelta(days=1, seconds=1))
    assert pictures.put_on_desk(by=town.ana, data=b"").pk


def test_a_picture_that_cannot_be_noted_leaves_no_file(town, quick, media, monkeypatch):
    def full(**fields):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Picture.objects, "create", full)
    with pytest.raises(OSError, match="No space"):
        pictures.put_on_desk(by=town.ana, data=b"")
    assert files(media) == 0


def test_what_stays_on_the_desk_for_a_day_is_swept_and_what_hangs_stays(
    town, quick, media, monkeypatch, django_capture_on_commit_callbacks
):
    kept = pictures.put_on_desk(by=town.ana, data=b"")
    acts.start(by=town.ana, community=town.petanque, text="Look", beside=Beside(pictures=[kept.pk]))
    for _ in range(3):
        pictures.put_on_desk(by=town.ana, data=b"")
    assert pictures.sweep_desk() == 0
    aged(monkeypatch, LATER)
    fresh = pictures.put_on_desk(by=town.bo, data=b"")
    with django_capture_on_commit_callbacks(execute=True):
        assert [pictures.sweep_desk(2), pictures.sweep_desk(2), pictures.sweep_desk(2)] == [2, 1, 0]
    assert set(Picture.objects.values_list("pk", flat=True)) == {kept.pk, fresh.pk}
    assert files(media) == 4


def test_what_is_to_be_said_later_keeps_its_pictures(town, quick, monkeypatch):
    wanted, left = pictures.put_on_desk(by=town.ana, data=b""), pictures.put_on_desk(by=town.ana, data=b"")
    monkeypatch.setattr("comvir.conversation.desk.pictures_kept", lambda ids: {wanted.pk} & set(ids), raising=False)
    aged(monkeypatch, LATER)
    assert [pictures.sweep_desk(1), pictures.sweep_desk(1)] == [1, 0]
    assert list(Picture.objects.values_list("pk", flat=True)) == [wanted.pk]
    assert left.pk != wanted.pk


def test_files_nobody_knows_of_are_swept_once_they_are_old(town, quick, media, monkeypatch):
    known = pictures.put_on_desk(by=town.ana, data=b"")
    acts.start(by=town.ana, community=town.petanque, text="Look", beside=Beside(pictures=[known.pk]))
    shard = known.name[:2]
    old, young = f"{shard}{'a' * 30}", f"{shard}{'b' * 30}"
    now = clock.now()
    long_ago, to_come = now.timestamp() - 7200, now.timestamp() + 7 * 24 * 3600
    for name in (old, young):
        (media / shard / f"{name}.webp").write_bytes(b"x")
        (media / shard / f"{name}-s.webp").write_bytes(b"x")
    for path in media.rglob("*.webp"):
        when = to_come if young in path.name else long_ago
        os.utime(path, (when, when))
    for round_of_chores in range(256):
        monkeypatch.setattr(clock, "now", lambda at=now + round_of_chores * SHARD: at)
        pictures.sweep_desk()
    assert {path.name.split(".")[0].removesuffix("-s") for path in media.rglob("*.webp")} == {known.name, young}


def test_erasing_a_message_erases_its_pictures_and_previews(
    town, quick, media, monkeypatch, django_capture_on_commit_callbacks
):
    gone, kept = pictures.put_on_desk(by=town.ana, data=b""), pictures.put_on_desk(by=town.ana, data=b"")
    told = "Look at https://example.org/tree"
    first = acts.start(by=town.ana, community=town.petanque, text=told, beside=Beside(pictures=[gone.pk]))
    other = acts.start(by=town.ana, community=town.petanque, text=told, beside=Beside(pictures=[kept.pk]))
    acts.remove(by=town.ana, message=first)
    assert (erase_removed(), Picture.objects.count(), LinkPreview.objects.count()) == (0, 2, 2)
    aged(monkeypatch, LATER)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_removed() == 1
    assert list(Picture.objects.values_list("message", flat=True)) == [other.pk]
    assert list(LinkPreview.objects.values_list("message", flat=True)) == [other.pk]
    assert {path.name[:32] for path in media.rglob("*.webp")} == {kept.name}


def test_a_picture_is_seen_by_who_reads_its_message_and_by_nobody_once_it_is_removed(town, quick):
    desk, hung = pictures.put_on_desk(by=town.ana, data=b""), pictures.put_on_desk(by=town.ana, data=b"")
    told = Beside(pictures=[hung.pk])
    message = acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us", beside=told)

    def seen(by):
        return set(Picture.objects.visible_to(by).values_list("pk", flat=True))

    assert [seen(by) for by in (town.ana, town.bo, town.chloe, None)] == [{desk.pk, hung.pk}, {hung.pk}, set(), set()]
    acts.remove(by=town.ana, message=message)
    assert [seen(by) for by in (town.ana, town.bo)] == [{desk.pk}, set()]
