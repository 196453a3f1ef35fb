"""Portraits and pictures: what comes out of good, odd and hostile files."""

import io
import os
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from comvir.lib import images, reencode

# Files that have crashed decoders: tests/http sends them through the doors. Where they are absent, those below do.
HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "hostile" / "images"


def picture(kind: str, size=(400, 300), mode="RGB", colour="red", **saved) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **saved)
    return out.getvalue()


def seen(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_any_photo_becomes_a_small_square(kind):
    made = seen(images.portrait(picture(kind)))
    assert (made.format, made.size, made.mode) == ("WEBP", (256, 256), "RGB")
    assert all(abs(a - b) < 12 for a, b in zip(made.getpixel((128, 128)), (255, 0, 0), strict=True))


def test_what_a_photo_tells_about_where_it_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    made = images.portrait(picture("JPEG", exif=exif, comment=b"at home"))
    assert (b"A camera" in made, b"EXIF" in made, b"at home" in made) == (False, False, False)
    assert dict(seen(made).getexif()) == {}


def test_a_photo_taken_sideways_is_turned_upright():
    image = Image.new("RGB", (300, 300), "white")
    image.paste("black", (0, 0, 300, 150))  # the upper half is dark
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter clockwise: the dark half goes to the right
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    made = seen(images.portrait(out.getvalue()))
    assert made.getpixel((10, 128))[0] > 240
    assert made.getpixel((246, 128))[0] < 15


def test_what_was_clear_becomes_paper():
    assert seen(images.portrait(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)))).getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_as_large_as_we_take_is_taken_and_one_larger_is_not():
    assert seen(images.portrait(picture("PNG", size=(5700, 5700), mode="RGBA", colour="blue"))).size == (256, 256)
    with pytest.raises(images.TooLarge):
        images.portrait(picture("PNG", size=(6000, 6000)))


def test_a_heavy_photo_is_refused_with_its_weight():
    with pytest.raises(images.TooHeavy) as refused:
        images.portrait(b"\xff\xd8" + b"\0" * (13 * 1024 * 1024))
    assert str(refused.value) == "That photo is too heavy (14 MB, limit 10)."


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", picture("PNG")[:60], picture("TIFF"), b"\0" * 4096],
    ids=["nothing", "a drawing with scripts", "a head only", "half a photo", "another format", "zeros"],
)
def test_what_is_no_photo_is_refused(data):
    with pytest.raises(images.NotAPhoto):
        images.portrait(data)


def test_the_child_bounds_itself(tmp_path):
    """A decoder that eats memory or time is ended; the house only sees a refusal."""
    import subprocess
    import sys

    from comvir.lib import reencode

    eats = f"import runpy; m = runpy.run_path({reencode.__file__!r}); m['bound'](); x = bytearray(600 * 1024 * 1024)"
    done = subprocess.run([sys.executable, "-c", eats], capture_output=True, check=False)
    assert (done.returncode, b"MemoryError" in done.stderr) == (1, True)


def test_a_portrait_is_kept_closed_under_a_name_nobody_guesses(tmp_path):
    name = images.keep(tmp_path / "portraits", b"webp")
    kept = tmp_path / "portraits" / name
    assert (len(name), kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (37, 0o600, 0o700)
    images.forget(tmp_path / "portraits", name)
    assert list(kept.parent.iterdir()) == []


def bomb(width: int, height: int) -> bytes:
    """A PNG of one bit a dot, all the same: a few hundred kilobytes that claim hundreds of millions of dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"\0" * -(-width // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def moving(frames: int) -> bytes:
    """A GIF that begins red and goes on blue."""
    out = io.BytesIO()
    blue = [Image.new("P", (64, 48), 0), Image.new("P", (64, 48), 1)]
    for frame in blue:
        frame.putpalette([255, 0, 0, 0, 0, 255])
    rest = [blue[count % 2] for count in range(1, frames)]
    blue[0].save(out, "GIF", save_all=True, append_images=rest, duration=20)
    return out.getvalue()


def telling(kind: str) -> bytes:
    """A photo that tells where, when, by whom and with what it was taken, in each way its format has."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 1
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 36.0, 12.5), 3: "E", 4: (3.0, 52.0, 40.1)})
    told = {
        "JPEG": {"exif": exif, "comment": b"at home", "icc_profile": b"profile" * 30, "xmp": b"<x:xmpmeta>at home"},
        "WEBP": {"exif": exif, "icc_profile": b"profile" * 30, "xmp": b"<x:xmpmeta>at home</x:xmpmeta>"},
        "PNG": {"exif": exif, "icc_profile": b"profile" * 30, "pnginfo": _notes()},
        "GIF": {"comment": b"at home"},
    }
    return picture(kind, size=(640, 480), **told[kind])


def _notes():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "at home")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>at home</x:xmpmeta>")
    return notes


def says_nothing(data: bytes) -> bool:
    """Whether a picture has dots and nothing else: no EXIF, place, profile, XMP, comment, second frame."""
    image, chunks = seen(data), []
    at = 12
    while at + 8 <= len(data):
        chunks.append(data[at : at + 4])
        at += 8 + (length := struct.unpack("<I", data[at + 4 : at + 8])[0]) + length % 2
    told = {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    return (dict(image.getexif()), told, image.n_frames, chunks) == ({}, set(), 1, [b"VP8 "])


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (400, 300)),
        ((900, 1800), (800, 1600), (200, 400)),
        ((300, 200), (300, 200), (300, 200)),
        ((3000, 1), (1600, 1), (400, 1)),
    ],
)
def test_a_picture_is_kept_as_large_as_a_page_shows_it_and_small(size, large, small):
    made = images.picture(picture("JPEG", size=size))
    assert ((made.width, made.height), seen(made.large).size, seen(made.small).size) == (large, large, small)
    assert images.small_size(*large) == small
    assert made.size == len(made.large) + len(made.small)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_a_picture_tells_besides_is_gone_from_both(kind):
    sent = telling(kind)
    assert b"at home" in sent  # else nothing could leak
    made = images.picture(sent)
    assert (says_nothing(made.large), says_nothing(made.small)) == (True, True)
    assert [word for word in (b"at home", b"A camera", b"profile") if word in made.large + made.small] == []


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_taken_in_any_position_is_upright(turn):
    upright = Image.new("RGB", (400, 200), "white")
    upright.paste("black", (0, 0, 100, 100))  # dark at the top left
    # How a camera held so has stored it: the opposite of how it is shown.
    stored = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[turn]  # fmt: skip
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = turn
    (upright.transpose(stored) if stored is not None else upright).save(out, "PNG", exif=exif)
    made = images.picture(out.getvalue())
    shown = seen(made.large)
    assert (made.width, made.height, shown.size) == (400, 200, (400, 200))
    corners = [shown.getpixel(at)[0] < 40 for at in ((20, 20), (380, 20), (20, 180), (380, 180))]
    assert corners == [True, False, False, False]


def test_sixteen_bits_are_cut_to_eight():
    middle = seen(images.picture(picture("PNG", mode="I;16", colour=128 * 256)).large).getpixel((100, 100))
    assert all(abs(part - 128) < 6 for part in middle)


def test_of_what_moves_the_first_image_is_kept():
    made = seen(images.picture(moving(2000)).large)
    assert (made.n_frames, made.getpixel((30, 20))[0] > 240) == (1, True)


def test_bombs_are_refused():
    with pytest.raises(images.TooLarge):
        images.picture(bomb(30_000, 30_000))
    # As many dots as are taken, but far longer than it is wide: nothing is made larger than a page shows it.
    made = images.picture(bomb(30_000, 1_000))
    assert (made.width, made.height) == (1600, 53)


@pytest.mark.parametrize(
    "data",
    [
        picture("JPEG", size=(800, 800), quality=95)[:2000],
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj",
        picture("TIFF"),
        picture("BMP"),
        picture("ICO", size=(32, 32)),
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"",
    ],
    ids=["cut", "svg", "pdf", "tiff", "bmp", "ico", "html", "polyglot", "eps", "nothing"],
)
def test_what_only_goes_by_the_name_of_a_picture_is_refused(data):
    with pytest.raises(images.NotAPhoto):
        images.picture(data)


def test_a_heavy_picture_is_refused_with_an_offer_and_taken_when_it_is_accepted():
    heavy = _noise()
    with pytest.raises(images.CanShrink) as refused:
        images.picture(heavy)
    assert str(refused.value) == "That photo is too heavy (12 MB, limit 10). We can shrink it."
    assert images.picture(heavy, shrink=True).width == 1600
    with pytest.raises(images.CanShrink):
        images.picture(b"\0" * (images.MOST_HEAVY_BYTES + 1), shrink=True)


def _noise() -> bytes:
    """Twelve million bytes of a picture that nothing makes smaller."""
    out = io.BytesIO()
    Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000)).save(out, "PNG", compress_level=0)
    return out.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"RIFF",
        reencode.HEAD.pack(9, 9, 12, 12) + b"RIFF\0\0\0\0WEBP" + b"<html>12byte",
        reencode.HEAD.pack(9, 9, 12, 4_000_000_000) + b"RIFF\0\0\0\0WEBP" * 2,
        reencode.HEAD.pack(90_000, 9, 12, 12) + b"RIFF\0\0\0\0WEBP" * 2,
        reencode.HEAD.pack(0, 9, 12, 12) + b"RIFF\0\0\0\0WEBP" * 2,
    ],
    ids=["nothing", "short", "a page", "too short", "too wide", "no width"],
)
def test_a_child_that_was_taken_over_is_not_believed(said, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess([], 0, stdout=said))
    with pytest.raises(images.NotAPhoto):
        images.picture(b"a picture")


def test_a_picture_is_kept_closed_and_found_again_until_it_is_forgotten(tmp_path):
    made = images.Made(9, 9, b"large", b"small")
    name = images.keep_picture(tmp_path, made)
    large, small = images.files_of(tmp_path, name)
    assert (len(name), large.parent.name) == (32, name[:2])
    assert [path.stat().st_mode & 0o777 for path in (large, small, large.parent)] == [0o600, 0o600, 0o700]
    assert (large.read_bytes(), small.read_bytes()) == (b"large", b"small")
    shard, later = int(name[:2], 16), large.stat().st_mtime + 1
    assert list(images.stored(tmp_path, shard, later)) == [name]
    assert list(images.stored(tmp_path, shard, later - 10)) == []
    assert list(images.stored(tmp_path, shard + 1, later)) == []
    images.forget_picture(tmp_path, name)
    assert (large.exists(), small.exists()) == (False, False)


def test_without_room_nothing_is_left_of_a_picture(tmp_path, monkeypatch):
    def full(path, data):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "_write", full)
    with pytest.raises(OSError, match="No space"):
        images.keep_picture(tmp_path, images.Made(9, 9, b"large", b"small"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
