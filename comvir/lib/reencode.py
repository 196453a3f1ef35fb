"""Run as a program in a process of its own: a picture comes in, WebP goes out, told by its argument what for.

    portrait    one square of SIDE × SIDE pixels
    picture     its width, height and two lengths (HEAD), the picture, and a small one for lists

Decoders have been made to crash, loop and eat memory by made-up files, so this bounds itself before it
reads anything, and knows nothing of the house: it imports only the standard library and Pillow. Of what moves,
only the first image is ever decoded: pages stay calm, and a thousand frames cost no more than one.
"""

from __future__ import annotations

import io
import resource
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 256
LARGE = 1600
SMALL = 400
PIXELS = 33_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10
HEAD = struct.Struct(">IIII")

UNREADABLE = 3
TOO_LARGE = 4


def bound() -> None:
    """No more memory or time than a large photo takes; no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fitted(width: int, height: int, most: int) -> tuple[int, int]:
    """The size of a picture whose longer side is `most` pixels at most, in the same proportions."""
    scale = min(1.0, most / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def square(data: bytes) -> bytes:
    """The middle of a picture as a WebP of SIDE × SIDE pixels, upright, telling nothing of itself."""
    image, turn = _decoded(data, lambda width, height: (2 * SIDE, 2 * SIDE))
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return _webp(_resized(image, (SIDE, SIDE), (left, top, left + side, top + side)), turn)[1]


def picture(data: bytes) -> bytes:
    """HEAD, a WebP of LARGE pixels at most on its longer side, and one of SMALL; both upright, telling nothing."""
    image, turn = _decoded(data, lambda width, height: fitted(width, height, LARGE))
    whole = (0.0, 0.0, float(image.width), float(image.height))
    big = _resized(image, fitted(*image.size, LARGE), whole)
    (width, height), large = _webp(big, turn)
    little = big.resize(fitted(*big.size, SMALL), reducing_gap=3)
    small = _webp(little, turn)[1]
    return HEAD.pack(width, height, len(large), len(small)) + large + small


def _decoded(data, wanted) -> tuple[Image, int]:  # type: ignore[no-untyped-def]
    """The first image, in RGB or RGBA, and how it is to be turned (EXIF 1 to 8)."""
    from PIL import Image  # noqa: PLC0415 - after the bounds

    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, and gives a sentence
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            sys.exit(TOO_LARGE)
        turn = opened.getexif().get(0x0112, 1)
        # A JPEG is decoded smaller when asked; the others are decoded whole.
        opened.draft("RGB", wanted(*opened.size))
        opened.load()
        plain = opened.copy() if opened.mode in ("RGB", "RGBA") else _plain(opened)
    return plain, turn if isinstance(turn, int) else 1


def _plain(image: Image) -> Image:
    if image.mode.startswith(("I", "F")):  # sixteen bits: cut to eight, which converting would not do
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _resized(image: Image, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image:
    from PIL import Image as kinds  # noqa: PLC0415 - after the bounds

    small = image.resize(size, kinds.Resampling.LANCZOS, box=box, reducing_gap=3)
    if small.mode != "RGBA":
        return small
    paper = kinds.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A"))
    return paper


def _webp(image: Image, turn: int) -> tuple[tuple[int, int], bytes]:
    from PIL.Image import Transpose  # noqa: PLC0415 - after the bounds

    method = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }.get(turn)  # fmt: skip
    upright = image if method is None else image.transpose(method)
    upright.info.clear()  # whatever the file said of itself
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=84, method=4)
    return upright.size, out.getvalue()


if __name__ == "__main__":
    bound()
    try:
        made = {"portrait": square, "picture": picture}[sys.argv[1]](sys.stdin.buffer.read())
    except MemoryError:
        sys.exit(TOO_LARGE)
    except Exception:  # whatever a made-up file brings about, it is not a photo
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(made)
