"""Run as a program in a process of its own: a picture comes in, a small square WebP goes out.

Decoders have been made to crash, loop and eat memory by made-up files, so this bounds itself before it
reads anything, and knows nothing of the house: it imports only the standard library and Pillow.
"""

import io
import resource
import sys

SIDE = 256
PIXELS = 33_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10

UNREADABLE = 3
TOO_LARGE = 4


def bound() -> None:
    """No more memory or time than a large photo takes; no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def square(data: bytes) -> bytes:
    """The middle of a picture as a WebP of SIDE × SIDE pixels, upright, telling nothing of itself."""
    from PIL import Image  # noqa: PLC0415 - after the bounds

    Image.MAX_IMAGE_PIXELS = None  # ours is checked below, and gives a sentence
    turns = {
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_270,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_90,),
    }
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > PIXELS:
            sys.exit(TOO_LARGE)
        turn = turns.get(opened.getexif().get(0x0112, 1), ())
        # A JPEG is decoded smaller when asked; the others are decoded whole.
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        width, height = opened.size
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        plain = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    small = plain.resize(
        (SIDE, SIDE), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side), reducing_gap=3
    )
    for method in turn:
        small = small.transpose(method)
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    out = io.BytesIO()
    small.save(out, "WEBP", quality=84, method=4)
    return out.getvalue()


if __name__ == "__main__":
    bound()
    try:
        made = square(sys.stdin.buffer.read())
    except Exception:  # whatever a made-up file brings about, it is not a photo
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(made)
