"""The square one photographs instead of typing an address."""

import qrcode

QUIET = 4


def square_of(address: str) -> tuple[int, str]:
    """The side of the square in modules, its quiet margin included, and the path of its dark modules for an SVG."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(address)
    rows = code.get_matrix()
    return len(rows), "".join(_runs(y, row) for y, row in enumerate(rows))


def _runs(y: int, row: list[bool]) -> str:
    """One row as rectangles, neighbours in one piece: no hairline shows between them."""
    path, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            path.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(path)
