"""`/health/live` and `/health/ready`, for whoever watches over the server. They say no more than one word a cause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from comvir.lib.asgi import Receive, Scope, Send

# A check names itself and says whether it is well; it must answer at once, without a database.
Check = tuple[str, Callable[[], bool]]


class Health:
    """Alive as long as it answers; ready while every check is well."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = list(checks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        amiss = [] if scope["path"] == "/health/live" else [name for name, well in self._checks if not well()]
        body = json.dumps({"well": not amiss, "amiss": amiss}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"content-length", b"%d" % len(body)),
        ]
        await send({"type": "http.response.start", "status": 503 if amiss else 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
