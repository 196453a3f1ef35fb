"""Portraits: what comes out of good, odd and hostile pictures."""

import io
from pathlib import Path

import pytest
from PIL import Image

from comvir.lib import images

# A folder of files that have crashed decoders; where it is absent, the made-up ones below do.
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


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="../shared/data/hostile/images is not there")
def test_files_that_crash_decoders_give_a_refusal_or_a_picture():
    answers = {}
    for path in sorted(HOSTILE.iterdir()):
        try:
            answers[path.name] = seen(images.portrait(path.read_bytes())).size
        except images.Refusal as refused:
            answers[path.name] = type(refused).__name__
    assert answers
    assert set(answers.values()) <= {(256, 256), "NotAPhoto", "TooLarge", "TooHeavy"}


def test_a_portrait_is_kept_closed_under_a_name_nobody_guesses(tmp_path):
    name = images.keep(tmp_path / "portraits", b"webp")
    kept = tmp_path / "portraits" / name
    assert (len(name), kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (37, 0o600, 0o700)
    images.forget(tmp_path / "portraits", name)
    assert list(kept.parent.iterdir()) == []
