"""What a first visit loads: a thread's page and all it asks for, compressed as the house sends it, nothing kept yet."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from bench.cores import keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, large
from bench.server import free_port, house
from bench.speaking import Line, plain

GOAL_KB = 40
# What a browser fetches because of a page, a style sheet, a script.
_IN_HTML = re.compile(
    r'<link\b[^>]*?\brel="(?:stylesheet|icon|preload|modulepreload|manifest|apple-touch-icon)"[^>]*?>|<script\b[^>]*?>|'
    r"<img\b[^>]*?>|<use\b[^>]*?>"
)
_ADDRESS = re.compile(r'\b(?:href|src)="([^"#]+)')
_IN_CSS = re.compile(r"""url\(["']?([^)"'#]+)|@import\s+["']([^"']+)""")
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_IN_JS = re.compile(r"""(?:import|from)\s*\(?\s*["'](\.{0,2}/[^"']+\.js)["']""")


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    data, told = large(MESSAGES[scale])
    with house(data, free_port()) as server:
        page = f"/t/{told['of_twenty'][0]}/"
        stranger, member = _visit(server.port, page, ""), _visit(server.port, page, told["cookies"][0])
    return {
        "first_visit": row(sum(stranger.values()) / 1000, "kB", GOAL_KB, parts=len(stranger)) | _by_sort(stranger),
        "first_visit_signed_in": row(sum(member.values()) / 1000, "kB", GOAL_KB, parts=len(member)) | _by_sort(member),
    }


def _visit(port: int, page: str, cookie: str) -> dict[str, int]:
    """The bytes of each body, by path, each fetched once."""
    line, sizes, waiting = Line(port), dict[str, int](), [page]
    while waiting:
        path = waiting.pop()
        if path in sizes:
            continue
        status, headers, body = line.get(path, cookie)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        sizes[path] = len(body)
        sort = headers.get("content-type", "").partition(";")[0]
        waiting += [urljoin(path, one) for one in _asked_by(sort, plain(headers, body)) if not urlsplit(one).netloc]
    line.close()
    return sizes


def _asked_by(sort: str, body: bytes) -> list[str]:
    if not sort.startswith("text/") and "javascript" not in sort:
        return []
    text = body.decode()
    if sort == "text/html":
        tags = _IN_HTML.findall(text)
        return [found.group(1) for tag in tags if 'loading="lazy"' not in tag and (found := _ADDRESS.search(tag))]
    if sort == "text/css":
        text = _FACE.sub(_if_used, text)
    pattern = _IN_CSS if sort == "text/css" else _IN_JS
    return [one for found in pattern.finditer(text) if (one := next(filter(None, found.groups()), ""))]


def _if_used(face: re.Match[str]) -> str:
    """A face of which a page in French or English needs no letter is not fetched."""
    ranged = "unicode-range" in face.group() and "U+0000" not in face.group() and "U+0030" not in face.group()
    return "" if ranged or "italic" in face.group() else face.group()


def _by_sort(sizes: dict[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for path, size in sizes.items():
        sort = f"{path.rpartition('.')[2]}_kb" if "." in path else "html_kb"
        found[sort] = round(found.get(sort, 0) + size / 1000, 1)
    return found
